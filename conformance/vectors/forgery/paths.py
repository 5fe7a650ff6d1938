# ruff: noqa: E501 - tables, one row a line
"""Certification paths: whom the registered anchor allows to sign, and whom not (RFC 5280, 4.2 and 6)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conformance.vectors.forgery.issuing import AUTHORITY, UNKNOWN, Wanted
from conformance.vectors.forgery.material import Material, Row, Sealed
from conformance.vectors.signing import Signer

Make = Callable[[Material], Sealed]
_DAY = timedelta(days=1)


def _by(*wanted: Wanted) -> Make:
    """Signed by the last of these, the others are the authorities above it from the anchor down."""
    *above, signer = wanted
    return lambda m: m.sealed(signer=m.issuing.signer(signer, *above))


def _authority(**fields: object) -> Wanted:
    return Wanted(**({"name": AUTHORITY.name, "ca": True, "path_length": 0} | fields))  # type: ignore[arg-type]


def _country(code: str) -> list[x509.GeneralName]:
    return [x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, code)]))]


def _constraints(permitted: str | None, excluded: str | None) -> Wanted:
    names = x509.NameConstraints(permitted and _country(permitted), excluded and _country(excluded))  # type: ignore[arg-type]
    return _authority(extensions=((names, True),))


def _own_country(m: Material) -> Sealed:
    return _by(_constraints(m.issuing.country, None), Wanted())(m)


def _excluded(m: Material) -> Sealed:
    return _by(_constraints(None, m.issuing.country), Wanted())(m)


def _other_country(m: Material) -> Sealed:
    return _by(_constraints("AU" if m.issuing.country != "AU" else "FJ", None), Wanted())(m)


def _purpose(kind: x509.ObjectIdentifier) -> Wanted:
    return Wanted(extensions=((x509.ExtendedKeyUsage([kind]), False),))


def _stranger(m: Material) -> Sealed:
    """A signer under an anchor nobody has registered, of the registered one's name."""
    forger = m.issuing.lone(_authority(name="Conformance test stranger"))
    return m.sealed(signer=m.issuing.issue(Wanted(), Signer(m.issuing.anchor.certificate, forger.key)))


def _names_only(m: Material) -> Sealed:
    """The authority of the path is the genuine one, the signer's certificate is by another key of its name."""
    genuine = m.issuing.signer(Wanted(), AUTHORITY)
    forger = m.issuing.lone(_authority(name="Conformance test stranger"))
    made = m.issuing.issue(Wanted(), Signer(genuine.others[0], forger.key))
    return m.sealed(signer=Signer(made.certificate, made.key, genuine.others))


def _missing(m: Material) -> Sealed:
    made = m.issuing.signer(Wanted(), AUTHORITY)
    return m.sealed(signer=Signer(made.certificate, made.key))


def _below_signer(m: Material) -> Sealed:
    """Issued by the registered signer himself, who is no authority."""
    return m.sealed(signer=m.issuing.below(Wanted("Conformance test deputy"), m.signer))


def _back_dated(m: Material) -> Sealed:
    """Everything in the document says half an hour ago, when the signer's certificate was still in force."""
    then = (m.issuing.at - timedelta(minutes=30)).isoformat(timespec="seconds")
    old = re.sub(r"(<udt:DateTimeString>)[^<]*", rf"\g<1>{then}", m.plain)
    signer = m.issuing.signer(Wanted(begins=-90 * _DAY, ends=-timedelta(minutes=20)))
    return replace(m, plain=old).sealed(signer=signer)


TWIN = Row("path-of-three", "signer, authority, anchor", _by(AUTHORITY, Wanted()))
ACCEPTED = (
    TWIN,
    Row("path-non-repudiation", "a key usage of non-repudiation alone", _by(Wanted(usages=("content_commitment",)))),
    Row("path-no-key-usage", "no key usage, which restricts nothing", _by(Wanted(usages=()))),
    Row("path-permitted-country", "an authority whose name constraints permit the country", _own_country),
    Row("path-unknown-extension", "an unknown extension that is not critical", _by(Wanted(extensions=((UNKNOWN, False),)))),
)  # fmt: skip
UNTRUSTED = (
    Row("path-unregistered-anchor", "an anchor nobody registered, of the same name", _stranger),
    Row("path-missing-authority", "the authority's certificate is missing", _missing),
    Row("path-name-chain-only", "names lead to the anchor, signatures do not", _names_only),
)  # fmt: skip
SELF_SIGNED = (
    Row("path-self-signed", "a self-signed certificate that is no anchor", lambda m: m.sealed(signer=m.issuing.lone(Wanted("Lone signer")))),
)  # fmt: skip
EXPIRED = (
    Row("path-expired", "the signer's certificate has expired", _by(Wanted(begins=-90 * _DAY, ends=-_DAY))),
    Row("path-expired-authority", "the authority's certificate has expired", _by(_authority(begins=-90 * _DAY, ends=-_DAY), Wanted())),
)  # fmt: skip
BACK_DATED = (
    Row("path-expired-since", "dated back to a time at which the signer's certificate was still valid", _back_dated),
)
EARLY = (Row("path-not-yet", "the signer's certificate is not valid yet", _by(Wanted(begins=_DAY, ends=90 * _DAY))),)
NO_AUTHORITY = (
    Row("path-signer-as-authority", "a certificate issued by one that is no authority", _below_signer),
    Row("path-no-constraints", "an authority without basic constraints", _by(_authority(ca=None, path_length=None, usages=("key_cert_sign",)), Wanted())),
    Row("path-no-cert-sign", "an authority whose key usage does not let it issue", _by(_authority(usages=("digital_signature",)), Wanted())),
)  # fmt: skip
TOO_LONG = (
    Row("path-too-long", "one authority more than the path length allows", _by(AUTHORITY, _authority(name="Conformance test deputy authority"), Wanted())),
)  # fmt: skip
USAGES = (
    Row("path-encipherment-key", "a key for encipherment", _by(Wanted(usages=("key_encipherment",)))),
    Row("path-agreement-key", "a key for key agreement", _by(Wanted(usages=("key_agreement",)))),
    Row("path-tls-server", "a certificate for TLS servers", _by(_purpose(ExtendedKeyUsageOID.SERVER_AUTH))),
    Row("path-tls-client", "a certificate for TLS clients", _by(_purpose(ExtendedKeyUsageOID.CLIENT_AUTH))),
)  # fmt: skip
CRITICAL = (
    Row("path-critical-extension", "an unknown critical extension", _by(Wanted(extensions=((UNKNOWN, True),)))),
    Row("path-critical-extension-above", "an unknown critical extension of the authority", _by(_authority(extensions=((UNKNOWN, True),)), Wanted())),
)  # fmt: skip
CONSTRAINED = (
    Row("path-country-not-permitted", "an authority that may issue for another country only", _other_country),
    Row("path-country-excluded", "an authority whose name constraints exclude the country", _excluded),
)  # fmt: skip
WEAK_KEYS = (
    Row("rsa-1024", "a signer with an RSA key of 1024 bits", _by(Wanted("Weak signer", kind="rsa-1024"))),
    Row("ecdsa-p-224", "a signer with a key on a curve of 224 bits", _by(Wanted("Weak signer", kind="P-224"))),
    Row("path-weak-authority", "an authority with an RSA key of 1024 bits", _by(_authority(name="Weak authority", kind="rsa-1024"), Wanted())),
)  # fmt: skip
WEAK_HASHES = (
    Row("path-md5", "a signer's certificate signed with MD5", _by(_authority(kind="rsa-2048"), Wanted(hash_name="md5"))),
    Row("path-sha1", "a signer's certificate signed with SHA-1", _by(Wanted(hash_name="sha1"))),
    Row("path-sha1-above", "an authority's certificate signed with SHA-1", _by(_authority(hash_name="sha1"), Wanted())),
)  # fmt: skip
