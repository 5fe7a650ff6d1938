# ruff: noqa: E501 - tables, one row a line
"""One row a path: who may sign, and who may not, and for which requirement he may not."""

from ipaddress import ip_address, ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pki_for_signatures import NOW, make, name, signed_with_sha1, usage

from conformance.checks.path import check_path

ROOT, MIDDLE, LEAF = name("root"), name("middle"), name("signer")
ROOT_KEY, MIDDLE_KEY, LEAF_KEY, OTHER_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))
WEAK_KEY = rsa.generate_private_key(65537, 1024)  # noqa: S505 - must be refused
RSA_KEY = rsa.generate_private_key(65537, 2048)
CURVE_KEY = ec.generate_private_key(ec.SECP224R1())
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5.6"), b"\x05\x00")


def root(**more: object) -> x509.Certificate:
    return make(ROOT, ROOT_KEY, ROOT, ROOT_KEY, ca=True, **more)  # type: ignore[arg-type]


def middle(**more: object) -> x509.Certificate:
    return make(MIDDLE, MIDDLE_KEY, ROOT, ROOT_KEY, **({"ca": True, "length": 0} | more))  # type: ignore[arg-type]


def leaf(**more: object) -> x509.Certificate:
    return make(LEAF, LEAF_KEY, MIDDLE, MIDDLE_KEY, **more)  # type: ignore[arg-type]


def permitted(*names: x509.GeneralName) -> list[tuple[x509.ExtensionType, bool]]:
    return [(x509.NameConstraints(names, None), True)]


def excluded(*names: x509.GeneralName) -> list[tuple[x509.ExtensionType, bool]]:
    return [(x509.NameConstraints(None, names), True)]


def country(code: str) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, code)]))


def alternative(one: x509.GeneralName) -> list[tuple[x509.ExtensionType, bool]]:
    return [(x509.SubjectAlternativeName([one]), False)]


def policies(identifier: str) -> tuple[x509.ExtensionType, bool]:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(identifier), None)]), False


def purpose(*kinds: x509.ObjectIdentifier, critical: bool = False) -> list[tuple[x509.ExtensionType, bool]]:
    return [(x509.ExtendedKeyUsage(kinds), critical)]


MAIL, HOST = x509.RFC822Name("seal@produce.example"), x509.DNSName("seal.produce.example")
PAGE = x509.UniformResourceIdentifier("https://seal.produce.example/x")
BELOW = name("below")
ACCEPTED = {
    "by an intermediate": (leaf(), [middle()], [root()]),
    "by the anchor itself": (make(LEAF, LEAF_KEY, ROOT, ROOT_KEY), [], [root()]),
    "the intermediate is the anchor": (leaf(), [], [middle()]),
    "a self-signed certificate that is the anchor": (own := make(LEAF, LEAF_KEY, LEAF, LEAF_KEY), [], [own]),
    "an intermediate without key usage": (leaf(), [middle(key_usage=None)], [root()]),
    "an unknown extension that is not critical": (leaf(more=[(UNKNOWN, False)]), [middle()], [root()]),
    "a permitted country": (leaf(), [middle(more=permitted(country("NZ")))], [root()]),
    "another country is excluded": (leaf(), [middle(more=excluded(country("AU")))], [root()]),
    "a permitted mailbox": (leaf(more=alternative(MAIL)), [middle(more=permitted(x509.RFC822Name("produce.example")))], [root()]),
    "a permitted host": (leaf(more=alternative(HOST)), [middle(more=permitted(x509.DNSName("produce.example")))], [root()]),
    "non-repudiation only": (leaf(key_usage=usage("content_commitment")), [middle()], [root()]),
    "no key usage": (leaf(key_usage=None), [middle()], [root()]),
    "a critical purpose of e-mail protection": (leaf(more=purpose(ExtendedKeyUsageOID.EMAIL_PROTECTION, critical=True)), [middle()], [root()]),
    "RSA of 2048 bits": (make(LEAF, RSA_KEY, MIDDLE, MIDDLE_KEY), [middle()], [root()]),
    "an anchor that signed itself with SHA-1": (leaf(), [middle()], [signed_with_sha1(root(), ROOT_KEY)]),
    "another policy than its authority, where none is asked for": (leaf(more=[policies("1.2.3.5")]), [middle(more=[policies("1.2.3.4")])], [root()]),
    "a cross-certificate beside the right one": (leaf(), [make(MIDDLE, MIDDLE_KEY, BELOW, OTHER_KEY, ca=True), middle()], [root()]),
    "an anchor of the same name beside the right one": (leaf(), [middle()], [make(ROOT, OTHER_KEY, ROOT, OTHER_KEY, ca=True), root()]),
    "the anchor carried along": (leaf(), [(anchor := root()), middle()], [anchor]),
}  # fmt: skip
REFUSED = {
    "self-signed and no anchor": (make(LEAF, LEAF_KEY, LEAF, LEAF_KEY), [], [root()], "SIG-011"),
    "signed by another key of the same name": (make(LEAF, LEAF_KEY, MIDDLE, OTHER_KEY), [middle()], [root()], "SIG-011"),
    "an issuer nobody knows": (make(LEAF, LEAF_KEY, BELOW, MIDDLE_KEY), [middle()], [root()], "SIG-011"),
    "the intermediate is missing": (leaf(), [], [root()], "SIG-011"),
    "a path longer than the intermediate allows": (make(LEAF, LEAF_KEY, BELOW, OTHER_KEY), [make(BELOW, OTHER_KEY, MIDDLE, MIDDLE_KEY, ca=True), middle()], [root()], "PKI-001"),
    "a path longer than the anchor allows": (leaf(), [middle()], [root(length=0)], "PKI-001"),
    "an intermediate that is no authority": (leaf(), [middle(ca=False, length=None)], [root()], "PKI-001"),
    "an intermediate without basic constraints": (leaf(), [middle(ca=None, length=None, key_usage=usage("key_cert_sign"))], [root()], "PKI-001"),
    "an intermediate that may not sign certificates": (leaf(), [middle(key_usage=usage("digital_signature"))], [root()], "PKI-001"),
    "an unknown critical extension": (leaf(more=[(UNKNOWN, True)]), [middle()], [root()], "PKI-001"),
    "an unknown critical extension above": (leaf(), [middle(more=[(UNKNOWN, True)])], [root()], "PKI-001"),
    "a country that is not permitted": (leaf(), [middle(more=permitted(country("AU")))], [root()], "PKI-001"),
    "a country that is excluded": (leaf(), [middle(more=excluded(country("NZ")))], [root()], "PKI-001"),
    "a country the anchor does not permit": (make(LEAF, LEAF_KEY, ROOT, ROOT_KEY), [], [root(more=permitted(country("AU")))], "PKI-001"),
    "a mailbox that is not permitted": (leaf(more=alternative(MAIL)), [middle(more=permitted(x509.RFC822Name("other.example")))], [root()], "PKI-001"),
    "a host that is not permitted": (leaf(more=alternative(HOST)), [middle(more=permitted(x509.DNSName("other.example")))], [root()], "PKI-001"),
    "an address that is not permitted": (leaf(more=alternative(PAGE)), [middle(more=permitted(x509.UniformResourceIdentifier(".other.example")))], [root()], "PKI-001"),
    "an IP address that is not permitted": (leaf(more=alternative(x509.IPAddress(ip_address("192.0.2.1")))), [middle(more=permitted(x509.IPAddress(ip_network("198.51.100.0/24"))))], [root()], "PKI-001"),
    "expired": (leaf(days=(-9, -1)), [middle()], [root()], "PKI-002"),
    "not valid yet": (leaf(days=(1, 9)), [middle()], [root()], "PKI-003"),
    "an expired intermediate": (leaf(), [middle(days=(-9, -1))], [root()], "PKI-001"),
    "an intermediate that is not valid yet": (leaf(), [middle(days=(1, 9))], [root()], "PKI-001"),
    "an expired anchor": (leaf(), [middle()], [root(days=(-9, -1))], "PKI-001"),
    "signed with SHA-1": (signed_with_sha1(leaf(), MIDDLE_KEY), [middle()], [root()], "PKI-015"),
    "an intermediate signed with SHA-1": (leaf(), [signed_with_sha1(middle(), ROOT_KEY)], [root()], "PKI-015"),
    "RSA of 1024 bits": (make(LEAF, WEAK_KEY, MIDDLE, MIDDLE_KEY), [middle()], [root()], "PKI-011"),
    "an intermediate with RSA of 1024 bits": (make(LEAF, LEAF_KEY, MIDDLE, WEAK_KEY), [make(MIDDLE, WEAK_KEY, ROOT, ROOT_KEY, ca=True)], [root()], "PKI-011"),
    "an anchor with RSA of 1024 bits": (make(LEAF, LEAF_KEY, ROOT, WEAK_KEY), [], [make(ROOT, WEAK_KEY, ROOT, WEAK_KEY, ca=True)], "PKI-001"),
    "a curve of 224 bits": (make(LEAF, CURVE_KEY, MIDDLE, MIDDLE_KEY), [middle()], [root()], "PKI-011"),
    "a key for encryption": (leaf(key_usage=usage("key_encipherment")), [middle()], [root()], "PKI-005"),
    "a certificate for TLS": (leaf(more=purpose(ExtendedKeyUsageOID.SERVER_AUTH)), [middle()], [root()], "PKI-005"),
    "a policy that is asked for and missing": (leaf(more=[policies("1.2.3.5")]), [middle(more=[policies("1.2.3.4"), (x509.PolicyConstraints(0, None), True)])], [root()], "PKI-001"),
}  # fmt: skip


@pytest.mark.parametrize("path", ACCEPTED)
def test_who_may_sign(path: str) -> None:
    signer, others, anchors = ACCEPTED[path]
    assert check_path(signer, others, anchors, NOW, country="NZ") == []


@pytest.mark.parametrize("path", REFUSED)
def test_who_may_not_sign(path: str) -> None:
    signer, others, anchors, requirement = REFUSED[path]
    assert {one.requirement for one in check_path(signer, others, anchors, NOW, country="NZ")} == {requirement}


def test_the_signer_is_of_the_registered_country() -> None:
    assert [one.requirement for one in check_path(leaf(), [middle()], [root()], NOW, country="AU")] == ["SIG-014"]
    assert check_path(leaf(), [middle()], [root()], NOW) == []
