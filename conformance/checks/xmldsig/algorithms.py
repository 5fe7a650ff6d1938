"""The allow lists: canonicalisations, digests and signature methods (profile 2.20, 2.27; identifiers of RFC 9231)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
DS11 = "http://www.w3.org/2009/xmldsig11#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
MORE_2021 = "http://www.w3.org/2021/04/xmldsig-more#"
XMLENC = "http://www.w3.org/2001/04/xmlenc#"
BLANKS = " \t\r\n"  # the white space of XML
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
ENVELOPED = f"{DS}enveloped-signature"
CANONICALISATIONS = (EXCLUSIVE, INCLUSIVE, INCLUSIVE_11)

_SHA2: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
_SHA3: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA3_256(), "384": hashes.SHA3_384(), "512": hashes.SHA3_512()}
_DIGESTS_2: dict[str, hashes.HashAlgorithm] = {
    f"{XMLENC}sha256": hashes.SHA256(),
    f"{MORE}sha384": hashes.SHA384(),
    f"{XMLENC}sha512": hashes.SHA512(),
}
_DIGESTS_3 = {f"{MORE_2007}sha3-{bits}": one for bits, one in _SHA3.items()}
DIGESTS = {**_DIGESTS_2, **_DIGESTS_3}


class Family(StrEnum):
    """How a signature value is made."""

    RSA = "RSA PKCS #1 v1.5"
    PSS = "RSA-PSS"
    ECDSA = "ECDSA"
    ED25519 = "Ed25519"


@dataclass(frozen=True)
class Method:
    """A signature method: its family and its hash."""

    family: Family
    hash: hashes.HashAlgorithm


PSS_WITH_PARAMETERS = f"{MORE_2007}rsa-pss"
_MGF1 = f"{MORE_2007}MGF1"
ED25519 = f"{MORE_2021}eddsa-ed25519"
METHODS: dict[str, Method] = {
    **{f"{MORE}rsa-sha{bits}": Method(Family.RSA, one) for bits, one in _SHA2.items()},
    **{f"{MORE_2007}sha{bits}-rsa-MGF1": Method(Family.PSS, one) for bits, one in _SHA2.items()},
    **{f"{MORE}ecdsa-sha{bits}": Method(Family.ECDSA, one) for bits, one in _SHA2.items()},
    **{f"{MORE_2007}sha3-{bits}-rsa-MGF1": Method(Family.PSS, one) for bits, one in _SHA3.items()},
    **{f"{MORE_2021}ecdsa-sha3-{bits}": Method(Family.ECDSA, one) for bits, one in _SHA3.items()},
    ED25519: Method(Family.ED25519, hashes.SHA512()),
}
# What an agreement may allow, one word each (profile 2.27); the words of the profile itself come first.
FAMILIES = {"rsa-pkcs1": Family.RSA, "rsa-pss": Family.PSS, "ecdsa": Family.ECDSA, "ed25519": Family.ED25519}
CANONICAL = {"c14n-exclusive": EXCLUSIVE, "c14n-1.0": INCLUSIVE, "c14n-1.1": INCLUSIVE_11}
HASHES = {"sha-2": "sha", "sha-3": "sha3-"}
PROFILE_WORDS = frozenset({"rsa-pkcs1", "rsa-pss", "ecdsa", "sha-2", *CANONICAL})
WORDS = (*FAMILIES, *HASHES, *CANONICAL)


@dataclass(frozen=True)
class AllowList:
    """The algorithms an agreement allows: signature methods and digests by their URI, canonicalisations."""

    methods: Mapping[str, Method]
    digests: Mapping[str, hashes.HashAlgorithm]
    canonicalisations: tuple[str, ...]
    words: frozenset[str]

    def told(self) -> str:
        """Return the allowed methods and hashes for a person."""
        families = [one.value for word, one in FAMILIES.items() if word in self.words]
        told = {"sha-2": "SHA-256, SHA-384 or SHA-512", "sha-3": "SHA3-256, SHA3-384 or SHA3-512"}
        sizes = [name for word, name in told.items() if word in self.words]
        return f"{' or '.join(families)} with {', or '.join(sizes)}"


@lru_cache(maxsize=32)
def allow_list(words: frozenset[str] = PROFILE_WORDS) -> AllowList:
    """Return the list for words of `WORDS`; Ed25519 brings its own hash. Raises `ValueError` for a list without use."""
    if unknown := words - set(WORDS):
        raise ValueError(f"unknown algorithms: {', '.join(sorted(unknown))}; known are {', '.join(WORDS)}")
    families = {one for word, one in FAMILIES.items() if word in words}
    digests = {
        **(_DIGESTS_2 if "sha-2" in words else {}),
        **(_DIGESTS_3 if "sha-3" in words else {}),
    }
    names = {one.name for one in digests.values()}
    methods = {
        uri: one
        for uri, one in METHODS.items()
        if one.family in families and (one.family is Family.ED25519 or one.hash.name in names)
    }
    canonical = tuple(uri for word, uri in CANONICAL.items() if word in words)
    if not (methods and digests and canonical):
        raise ValueError("a list of algorithms needs a signature family, a hash and a canonicalisation")
    return AllowList(methods, digests, canonical, words)


PROFILE = allow_list()


class NotAllowed(Exception):
    """An algorithm, or a parameter of one, that is not on the list; the text names it."""


def method_of(node: etree._Element, allowed: AllowList = PROFILE) -> Method:
    """Return the method a ds:SignatureMethod names. Raises `NotAllowed`."""
    name = node.get("Algorithm", "")
    if name == PSS_WITH_PARAMETERS and "rsa-pss" in allowed.words:
        return Method(Family.PSS, _pss_hash(node, allowed))
    if name not in allowed.methods:
        raise NotAllowed(name or "no algorithm")
    _refuse_parameters(node, name)
    return allowed.methods[name]


def digest_of(node: etree._Element, allowed: AllowList = PROFILE) -> hashes.HashAlgorithm:
    """Return the hash a ds:DigestMethod names. Raises `NotAllowed`."""
    name = node.get("Algorithm", "")
    if name not in allowed.digests:
        raise NotAllowed(name or "no algorithm")
    _refuse_parameters(node, name)
    return allowed.digests[name]


def _refuse_parameters(node: etree._Element, name: str) -> None:
    """Refuse parameters: HMACOutputLength above all, because a truncated value proves little."""
    inside = next(node.iterchildren(etree.Element), None)
    if inside is not None:
        raise NotAllowed(f"{name} with the parameter {etree.QName(inside).localname}")


def _pss_hash(node: etree._Element, allowed: AllowList) -> hashes.HashAlgorithm:
    """Read RSAPSSParams (RFC 9231 clause 2.3.9): SHA-256 where no digest is named, and the one mask of the profile
    where none is (producers leave it out and mean the same hash); the value is only ever verified with that mask.
    """
    children = list(node.iterchildren(etree.Element))
    if not children:
        return _plain_sha256(allowed)
    if len(children) != 1 or children[0].tag != f"{{{MORE_2007}}}RSAPSSParams":
        raise NotAllowed("rsa-pss with other parameters than one RSAPSSParams")
    inside = list(children[0].iterchildren(etree.Element))
    parts = {str(one.tag): one for one in inside}
    known = {
        f"{{{DS}}}DigestMethod",
        *(f"{{{MORE_2007}}}{n}" for n in ("MaskGenerationFunction", "SaltLength", "TrailerField")),
    }
    if len(parts) != len(inside) or not parts.keys() <= known:
        raise NotAllowed("rsa-pss with unknown or repeated parameters")
    digest = parts.get(f"{{{DS}}}DigestMethod")
    found = _plain_sha256(allowed) if digest is None else digest_of(digest, allowed)
    mask = parts.get(f"{{{MORE_2007}}}MaskGenerationFunction")
    if mask is not None:
        inner = list(mask.iterchildren(etree.Element))
        if len(inner) > 1 or any(one.tag != f"{{{DS}}}DigestMethod" for one in inner):
            raise NotAllowed("rsa-pss with a mask with unknown or repeated parameters")
        masked = digest_of(inner[0], allowed) if inner else found
        if mask.get("Algorithm") != _MGF1 or masked.name != found.name:
            raise NotAllowed("rsa-pss with another mask than MGF1 with the same hash")
    salt = parts.get(f"{{{MORE_2007}}}SaltLength")
    if salt is not None and (salt.text or "").strip() != str(found.digest_size):
        raise NotAllowed(f"rsa-pss with a salt of {(salt.text or '').strip()} octets")
    trailer = parts.get(f"{{{MORE_2007}}}TrailerField")
    if trailer is not None and (trailer.text or "").strip() != "1":
        raise NotAllowed("rsa-pss with another trailer than 1")
    return found


def _plain_sha256(allowed: AllowList) -> hashes.HashAlgorithm:
    if "sha-2" not in allowed.words:
        raise NotAllowed("rsa-pss with SHA-256, because no digest is named")
    return hashes.SHA256()
