"""Opinions about the published paths: pyhanko-certvalidator asked plainly, cryptography, openssl as a command."""

import subprocess
from datetime import timedelta
from pathlib import Path
from unittest import mock

from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from path_vectors import PathVector
from pyhanko_certvalidator import CertificateValidator, name_trees
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import ValidationContext

from conformance.checks.finished import finished
from conformance.checks.path_library import asn1

# What openssl is told: RFC 5280 to the letter, any policy, anchors that are not self-signed, deltas and indirect lists.
_OPENSSL = ("-x509_strict", "-policy_check", "-policy", "anyPolicy", "-partial_chain", "-auth_level", "1")
# What the library itself knows of name constraints, whatever the judge has added to it in this process.
PLAIN_NAMES = {
    name_trees.GeneralNameType.DIRECTORY_NAME: name_trees.dirname_tree_contains,
    name_trees.GeneralNameType.RFC822_NAME: name_trees.email_tree_contains,
    name_trees.GeneralNameType.DNS_NAME: name_trees.dns_tree_contains,
    name_trees.GeneralNameType.UNIFORM_RESOURCE_IDENTIFIER: name_trees.uri_tree_contains,
}
_LISTS = ("-crl_check_all", "-extended_crl", "-use_deltas")


def _authority(_policy: verification.Policy, _one: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("not an authority")


def _issues(_policy: verification.Policy, _one: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("may not sign certificates")


def by_cryptography(one: PathVector) -> str:
    """Return why cryptography's verifier refuses a path, "" when it does not. It knows nothing of revocation."""
    rules, agnostic = verification.ExtensionPolicy.permit_all(), verification.Criticality.AGNOSTIC
    authorities = rules.require_present(x509.BasicConstraints, agnostic, _authority)
    authorities = authorities.may_be_present(x509.KeyUsage, agnostic, _issues)
    builder = verification.PolicyBuilder().store(verification.Store(one.anchors)).time(one.at).max_chain_depth(8)
    builder = builder.extension_policies(ca_policy=authorities, ee_policy=rules)
    try:
        builder.build_client_verifier().verify(one.signer, one.others)
    except (verification.VerificationError, ValueError, x509.DuplicateExtension) as error:
        return str(error) or type(error).__name__
    return ""


def by_openssl(one: PathVector, folder: Path) -> str:
    """Return why `openssl verify` refuses a path, "" when it does not; with lists where revocation must be known."""
    files = {"anchors": one.anchors, "others": one.others, "signer": [one.signer]}
    for name, certificates in files.items():
        (folder / name).write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in certificates))
    command = ["openssl", "verify", "-no-CAfile", "-no-CApath", "-no-CAstore", *_OPENSSL,
               "-attime", str(int(one.at.timestamp())), "-trusted", str(folder / "anchors")]  # fmt: skip
    if one.others:
        command += ["-untrusted", str(folder / "others")]
    if one.revocation == "require":
        (folder / "lists").write_bytes(b"".join(one.lists))
        command += [*_LISTS, *(["-CRLfile", str(folder / "lists")] if one.lists else [])]
    run = subprocess.run([*command, str(folder / "signer")], capture_output=True, text=True, timeout=60)
    return "" if run.returncode == 0 else next(iter((run.stderr or run.stdout).splitlines()[1:2]), run.stderr)


def by_pyhanko(one: PathVector) -> str:
    """Return why pyhanko-certvalidator, asked plainly, refuses a path, "" when it does not."""
    mode = "require" if one.revocation == "require" else "none"
    context = ValidationContext(
        trust_roots=[CertTrustAnchor(asn1(each), derive_default_quals_from_cert=True) for each in one.anchors],
        other_certs=[asn1(each) for each in one.others], allow_fetching=False, moment=one.at, revocation_mode=mode,
        crls=[pem.unarmor(octets)[2] for octets in one.lists], ocsps=one.answers, time_tolerance=timedelta(0),
    )  # fmt: skip
    validator = CertificateValidator(asn1(one.signer), validation_context=context)
    try:
        with mock.patch.dict(name_trees._name_type_checkers, PLAIN_NAMES, clear=True):
            finished(validator.async_validate_path())
    except Exception as error:  # noqa: BLE001 - whatever it lets out is no acceptance
        return str(error) or type(error).__name__
    return ""
