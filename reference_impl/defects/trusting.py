"""Defects of judging certificates: whom the importing side takes for a signer. Numbers are OpenSSL's X509_V_ERR_."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from lxml import etree

from reference_impl.certificates.names import CERTIFICATE, RAM
from reference_impl.clock import parse_instant
from reference_impl.defects.defect import Collection, patch
from reference_impl.node import Node
from reference_impl.signing.path import UntrustedSigner

defects = Collection()
NOT_YET, EXPIRED, SELF_SIGNED, TOO_LONG = 9, 10, 18, 25
UNKNOWN_CRITICAL, NOT_PERMITTED, EXCLUDED, INVALID_AUTHORITY = 34, 47, 48, 79


def _overlooks(node: Node, *codes: int) -> None:
    patch(node.verifier.path, overlooked=node.verifier.path.overlooked | set(codes))


@defects.add(
    "accepts-any-signer", "Any certificate will do for a signer.",
    "PKI-001", "PKI-002", "PKI-003", "PKI-004", "PKI-005", "PKI-006", "PKI-007", "PKI-008", "PKI-009",
    "PKI-010", "PKI-011", "PKI-015", "PKI-016", "PKI-019", "PKI-021", "PKI-022",
    "SIG-011", "SIG-017", "SMIME-007",
)  # fmt: skip
def _accepts_any_signer(node: Node) -> None:
    def check(_certificates: Sequence[x509.Certificate], _country: str, _at: datetime) -> None:
        return

    patch(node.verifier, check_signer=check)


@defects.add("accepts-not-yet-valid", "When a signer's certificate begins does not matter.", "PKI-003")
def _accepts_not_yet_valid(node: Node) -> None:
    _overlooks(node, NOT_YET)


@defects.add("ignores-expiry", "When a certificate ends does not matter.", "PKI-002", "SIG-017")
def _ignores_expiry(node: Node) -> None:
    _overlooks(node, EXPIRED)


@defects.add("believes-issue-date", "The path is judged at the time the document says of itself.", "SIG-017")
def _believes_issue_date(node: Node) -> None:
    clean = node.verifier.verify

    def verify(root: etree._Element, country: str, at: datetime) -> x509.Certificate:
        issue = root.find(f"{{{CERTIFICATE}}}SPSExchangedDocument/{{{RAM}}}IssueDateTime")
        said = "" if issue is None else "".join(str(one) for one in issue.itertext()).strip()
        return clean(root, country, parse_instant(said) if said else at)

    patch(node.verifier, verify=verify)


@defects.add("any-certificate-issues", "Who holds a certificate may issue others.", "PKI-004")
def _any_certificate_issues(node: Node) -> None:
    _overlooks(node, INVALID_AUTHORITY)


@defects.add("ignores-path-length", "A path may be as long as it likes.", "PKI-004")
def _ignores_path_length(node: Node) -> None:
    _overlooks(node, TOO_LONG)


@defects.add("ignores-key-usage", "What a key is for does not matter.", "PKI-005")
def _ignores_key_usage(node: Node) -> None:
    patch(node.verifier.path, check_purpose=lambda _signer: None)


@defects.add("ignores-critical-extensions", "Extensions that are not understood are passed over.", "PKI-006")
def _ignores_critical_extensions(node: Node) -> None:
    _overlooks(node, UNKNOWN_CRITICAL)


@defects.add("ignores-name-constraints", "Every authority may issue for every name.", "PKI-010")
def _ignores_name_constraints(node: Node) -> None:
    _overlooks(node, NOT_PERMITTED, EXCLUDED)


@defects.add("takes-weak-keys", "Keys of any length are taken.", "PKI-011")
def _takes_weak_keys(node: Node) -> None:
    patch(node.verifier.path, check_key=lambda _certificate: None)


@defects.add("takes-weak-hashes", "Certificates signed with SHA-1 are taken.", "PKI-015")
def _takes_weak_hashes(node: Node) -> None:
    patch(node.verifier.path, check_hash=lambda _certificate: None)


@defects.add("self-signed-suffices", "A certificate that signed itself is taken.", "PKI-016", "PKI-001", "PKI-023")
def _self_signed_suffices(node: Node) -> None:
    _overlooks(node, SELF_SIGNED)


@defects.add("direct-issue-only", "Authorities between signer and anchor are not known.", "PKI-001")
def _direct_issue_only(node: Node) -> None:
    clean = node.verifier.path.chains

    def chains(
        signer: x509.Certificate,
        _others: Sequence[x509.Certificate],
        anchors: Sequence[x509.Certificate],
        at: datetime,
        refusals: list[UntrustedSigner],
    ) -> Iterator[list[x509.Certificate]]:
        return clean(signer, (), anchors, at, refusals)

    patch(node.verifier.path, chains=chains)


@defects.add(
    "ignores-revocation", "Revocation lists are kept, and who is on them is not looked up.", "PKI-007", "PKI-019"
)
def _ignores_revocation(node: Node) -> None:
    _forgives(node, "path is revoked")


@defects.add("uses-lists-for-ever", "A revocation list is used whenever it ended.", "PKI-009", "PKI-020")
def _uses_lists_for_ever(node: Node) -> None:
    _forgives(node, "is over")


@defects.add(
    "unknown-is-good", "Who is on no list is good, even where there is no list.", "PKI-008", "PKI-021", "PKI-022"
)
def _unknown_is_good(node: Node) -> None:
    clean = node.verifier.path.known

    def known(*arguments: Any) -> str:
        clean(*arguments)
        return ""

    patch(node.verifier.path, known=known)


def _forgives(node: Node, words: str) -> None:
    """What is refused with these words in its reason is taken."""
    clean = node.verifier.path.check_revocation

    def check(
        certificate: x509.Certificate,
        above: Sequence[x509.Certificate],
        anchor: x509.Certificate,
        crls: Sequence[x509.CertificateRevocationList],
        at: datetime,
    ) -> str:
        try:
            return clean(certificate, above, anchor, crls, at)
        except UntrustedSigner as error:
            if words not in str(error):
                raise
            return ""

    patch(node.verifier.path, check_revocation=check)
