"""Every agreed form of another producer's signature is accepted, and the same document changed is not."""

import itertools

import pytest
from lxml import etree
from pki_for_signatures import NOW
from producing import (
    ANCHORS,
    DOCUMENTS,
    EXCLUSIVE,
    INCLUSIVE,
    INCLUSIVE_11,
    KEYS,
    MORE,
    MORE_2007,
    SHA256,
    SIGNERS,
    produce,
    template,
)

from conformance.checks.signature import check_signature

CANONICAL = (EXCLUSIVE, INCLUSIVE, INCLUSIVE_11)
DIGESTS = (SHA256, f"{MORE}sha384", "http://www.w3.org/2001/04/xmlenc#sha512")


def found(octets: bytes) -> list[str]:
    return [f"{one.requirement} {one.message} {one.actual}" for one in check_signature(octets, anchors=ANCHORS, at=NOW)]


def altered(octets: bytes) -> bytes:
    """The same document with one attribute more on its root."""
    root = etree.fromstring(octets)
    root.set("altered", "yes")
    changed = etree.tostring(root.getroottree(), encoding=root.getroottree().docinfo.encoding or "UTF-8")
    assert isinstance(changed, bytes)
    return changed


def judge(octets: bytes) -> None:
    assert found(octets) == []
    assert [one[:7] for one in found(altered(octets))] == ["SIG-001"]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("prefix", ["ds", "", "\u00e9"])
def test_every_canonicalisation_is_read(document: str, prefix: str) -> None:
    uri = "#abc" if document == "an Id" else ""
    for canonical, transform in itertools.product(CANONICAL, (None, *CANONICAL)):
        signature = template([SIGNERS["RSA"]], prefix=prefix, canonical=canonical, transform=transform, uri=uri)
        judge(produce(DOCUMENTS[document], signature))


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize("bits", ["256", "384", "512"])
def test_every_algorithm_is_read_in_every_combination(bits: str, digest: str) -> None:
    methods = [(f"{MORE}rsa-sha{bits}", "RSA"), (f"{MORE_2007}sha{bits}-rsa-MGF1", "RSA")]
    methods += [(f"{MORE}ecdsa-sha{bits}", kind) for kind in KEYS if kind != "RSA"]
    for method, kind in methods:
        signature = template([SIGNERS[kind]], method=method, digest=digest)
        judge(produce(DOCUMENTS["namespaces"], signature, KEYS[kind]))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_utf_16_is_read(document: str) -> None:
    uri = "#abc" if document == "an Id" else ""
    judge(produce(DOCUMENTS[document], template([SIGNERS["RSA"]], uri=uri), encoding="UTF-16"))
