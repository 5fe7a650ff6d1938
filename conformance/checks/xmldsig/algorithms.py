"""The allow lists: canonicalisations, digests and signature methods (profile 2.20; identifiers of RFC 9231)."""

from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives import hashes
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
DS11 = "http://www.w3.org/2009/xmldsig11#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
XMLENC = "http://www.w3.org/2001/04/xmlenc#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
ENVELOPED = f"{DS}enveloped-signature"
CANONICALISATIONS = (EXCLUSIVE, INCLUSIVE, INCLUSIVE_11)

DIGESTS: dict[str, hashes.HashAlgorithm] = {
    f"{XMLENC}sha256": hashes.SHA256(),
    f"{MORE}sha384": hashes.SHA384(),
    f"{XMLENC}sha512": hashes.SHA512(),
}


class Family(StrEnum):
    """How a signature value is made."""

    RSA = "RSA PKCS #1 v1.5"
    PSS = "RSA-PSS"
    ECDSA = "ECDSA"


@dataclass(frozen=True)
class Method:
    """A signature method: its family and its hash."""

    family: Family
    hash: hashes.HashAlgorithm


_SHA2 = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
_PSS_WITH_PARAMETERS = f"{MORE_2007}rsa-pss"
_MGF1 = f"{MORE_2007}MGF1"
METHODS: dict[str, Method] = {
    **{f"{MORE}rsa-sha{bits}": Method(Family.RSA, one) for bits, one in _SHA2.items()},
    **{f"{MORE_2007}sha{bits}-rsa-MGF1": Method(Family.PSS, one) for bits, one in _SHA2.items()},
    **{f"{MORE}ecdsa-sha{bits}": Method(Family.ECDSA, one) for bits, one in _SHA2.items()},
}


class NotAllowed(Exception):
    """An algorithm, or a parameter of one, that is not on the list; the text names it."""


def method_of(node: etree._Element) -> Method:
    """Return the method a ds:SignatureMethod names. Raises `NotAllowed`."""
    name = node.get("Algorithm", "")
    if name == _PSS_WITH_PARAMETERS:
        return Method(Family.PSS, _pss_hash(node))
    if name not in METHODS:
        raise NotAllowed(name or "no algorithm")
    if len(node):
        # HMACOutputLength, above all: a truncated value proves little.
        raise NotAllowed(f"{name} with the parameter {etree.QName(node[0]).localname}")
    return METHODS[name]


def digest_of(node: etree._Element) -> hashes.HashAlgorithm:
    """Return the hash a ds:DigestMethod names. Raises `NotAllowed`."""
    name = node.get("Algorithm", "")
    if name not in DIGESTS:
        raise NotAllowed(name or "no algorithm")
    if len(node):
        raise NotAllowed(f"{name} with the parameter {etree.QName(node[0]).localname}")
    return DIGESTS[name]


def _pss_hash(node: etree._Element) -> hashes.HashAlgorithm:
    """Read RSAPSSParams (RFC 9231 clause 2.3.10): SHA-256 and the like where a part is left out."""
    if not len(node):
        return hashes.SHA256()
    if len(node) != 1 or node[0].tag != f"{{{MORE_2007}}}RSAPSSParams":
        raise NotAllowed("rsa-pss with other parameters than one RSAPSSParams")
    parts = {str(one.tag): one for one in node[0]}
    known = {
        f"{{{DS}}}DigestMethod",
        *(f"{{{MORE_2007}}}{n}" for n in ("MaskGenerationFunction", "SaltLength", "TrailerField")),
    }
    if len(parts) != len(node[0]) or not parts.keys() <= known:
        raise NotAllowed("rsa-pss with unknown or repeated parameters")
    digest = parts.get(f"{{{DS}}}DigestMethod")
    found = hashes.SHA256() if digest is None else digest_of(digest)
    mask = parts.get(f"{{{MORE_2007}}}MaskGenerationFunction")
    if mask is not None:
        inner = mask.find(f"{{{DS}}}DigestMethod")
        masked = hashes.SHA256() if inner is None else digest_of(inner)
        if mask.get("Algorithm") != _MGF1 or masked.name != found.name:
            raise NotAllowed("rsa-pss with another mask than MGF1 with the same hash")
    elif found.name != "sha256":
        raise NotAllowed("rsa-pss whose mask has another hash than its digest")
    salt = parts.get(f"{{{MORE_2007}}}SaltLength")
    if salt is not None and (salt.text or "").strip() != str(found.digest_size):
        raise NotAllowed(f"rsa-pss with a salt of {(salt.text or '').strip()} octets")
    trailer = parts.get(f"{{{MORE_2007}}}TrailerField")
    if trailer is not None and (trailer.text or "").strip() != "1":
        raise NotAllowed("rsa-pss with another trailer than 1")
    return found
