"""Where other path libraries differ from the published verdicts: each difference is known, and told in the docs."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from path_opinions import by_cryptography, by_openssl, by_pyhanko
from path_vectors import REPOSITORY, VECTORS, PathVector

# By library: what differs, and the paths it shows on. Where these are refused, good ones are lost; where accepted, bad
# ones pass. The same rows stand in docs/known-deviations.md.
PYHANKO = {
    "takes the list of any other authority below the same issuer": {"list-of-a-sibling"},
    "takes a certificate of an anchor's name and key for the anchor": {"signer-of-pinned-name"},
    "passes over an extension given twice, and over two algorithms in one certificate": {
        "doubled-extension",
        "doubled-extension-of-signer",
        "two-algorithms",
    },
    "does not judge the signer's own key, nor short curves": {
        "leaf-rsa-2047",
        "leaf-rsa-1024",
        "leaf-p224",
        "middle-p224",
    },
    "stumbles over an anchor with a path length": {"anchor-path-just-long-enough"},
    "cannot judge IP addresses under name constraints, and refuses": {"address-permitted", "address-beside-excluded"},
    "does not take the empty host for every host": {"every-host-excluded"},
    "takes a host with a dot before it for none": {"host-below-dot-permitted", "host-below-dot-excluded"},
    "takes two certificates of one anchor's key for the first": {"anchor-renewed"},
    "takes a full list that points at a delta nobody has for no list": {"list-delta-not-at-hand"},
    "takes a list of a later day for none": {"list-of-a-later-day", "list-revoked-after", "time-signed-then-revoked"},
    "uses an answer only where the certificate names a responder; one that says revoked later is none": {
        "answer-good",
        "answer-delegated",
        "answer-delegated-by-key",
        "answer-sha256",
        "answer-nonce",
        "answer-and-list",
        "answer-good-list-stale",
        "answer-revoked-after",
    },
}
CRYPTOGRAPHY = {
    "knows no constraints on directory names, and refuses them": {"directory-permitted", "directory-other-excluded"},
    "knows no constraints on addresses of the web, and refuses them": {"uri-permitted"},
    "knows no policies, and refuses critical ones": {
        "policy-demanded", "policy-mapped", "policy-any", "policy-any-allowed", "policies-critical",
    },
    "compares names octet by octet": {"names-in-another-case", "names-encoded-differently", "names-with-more-blanks"},
    "stops at a self-issued authority of another key": {"self-issued-not-counted", "self-issued-not-constrained"},
    "takes Ed25519 for no algorithm of certificates": {"middle-ed25519"},
    "takes no constraint on a host with a dot before it": {"host-below-dot-permitted"},
    "looks for no mailbox in the subject": {"mailbox-in-subject"},
    "looks at no key identifiers": {"wrong-authority-key-identifier", "wrong-subject-key-identifier"},
    "does not judge the signer's own key": {"leaf-rsa-2047", "leaf-rsa-1024", "leaf-p224"},
}  # fmt: skip
OPENSSL = {
    "does not count the last second of a certificate": {"last-second"},
    "with -x509_strict, holds receivers to what RFC 5280 asks of issuers": {
        "constraints-not-critical", "authority-no-key-usage", "no-key-identifiers", "two-anchors-without-identifiers",
    },
    "goes one way only, and does not come back": {"cross-certificate-beside", "way-of-a-revoked-cross-certificate"},
    "at level 1 takes RSA of 1024 bits and 224 bits of a curve": {
        "leaf-rsa-2047", "leaf-rsa-1024", "middle-rsa-1024", "anchor-rsa-1024", "leaf-p224", "middle-p224",
    },
    "uses a list that never ends": {"list-never-ends"},
    "takes a list of a later day for none": {"list-of-a-later-day", "list-revoked-after", "time-signed-then-revoked"},
    "looks for the list's signer with the certificate's authority only": {"list-two-authorities-keys"},
}  # fmt: skip


def asked_of_pyhanko(one: PathVector) -> bool:
    """Asked plainly, it knows of revocation only "required" or nothing, and no usage of signers."""
    return one.revocation in ("none", "require") and one.requirement != "PKI-005"


def asked_of_cryptography(one: PathVector) -> bool:
    """It judges paths, neither revocation nor what a receiver wants of a signer's usage."""
    return one.revocation == "none" and one.requirement != "PKI-005"


def asked_of_openssl(one: PathVector) -> bool:
    """It reads lists and no answers; with lists, it knows only "required"."""
    return one.revocation in ("none", "require") and not one.answers and one.requirement != "PKI-005"


def test_pyhanko_differs_where_it_is_known_to() -> None:
    differing = {
        name for name, one in VECTORS.items()
        if asked_of_pyhanko(one) and (by_pyhanko(one) == "") != one.accepted
    }  # fmt: skip
    assert differing == set().union(*PYHANKO.values())


def test_cryptography_differs_where_it_is_known_to() -> None:
    differing = {
        name for name, one in VECTORS.items()
        if asked_of_cryptography(one) and (by_cryptography(one) == "") != one.accepted
    }  # fmt: skip
    assert differing == set().union(*CRYPTOGRAPHY.values())


def test_openssl_differs_where_it_is_known_to(tmp_path: Path, program: Callable[[str], str]) -> None:
    version = subprocess.run([program("openssl"), "version"], capture_output=True, text=True, timeout=60).stdout
    if not version.startswith("OpenSSL 3.0."):
        pytest.skip(f"the table is of OpenSSL 3.0, not of {version.strip()}")
    differing = {
        name for name, one in VECTORS.items()
        if asked_of_openssl(one) and (by_openssl(one, tmp_path) == "") != one.accepted
    }  # fmt: skip
    assert differing == set().union(*OPENSSL.values())


@pytest.mark.parametrize(
    ("library", "table"), [("pyhanko-certvalidator", PYHANKO), ("cryptography", CRYPTOGRAPHY), ("openssl", OPENSSL)]
)
def test_the_docs_tell_every_difference(library: str, table: dict[str, set[str]]) -> None:
    rows = (REPOSITORY / "docs" / "known-deviations.md").read_text("utf-8").splitlines()
    for what, paths in table.items():
        (row,) = [line for line in rows if line.startswith(f"| {library}") and f"| {what} |" in line]
        assert {f"`{name}`" for name in paths} == set(row.split("|")[3].strip().split(", "))
