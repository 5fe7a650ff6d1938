"""Time stamps over a signature (RFC 3161; ETSI EN 319 132-1 clause 5.3; profile 2.29).

The token and its certificate path are judged by pyhanko; what stands around them is judged here.
"""

import binascii
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml import etree

from conformance.checks.finished import finished
from conformance.checks.xmldsig.algorithms import DS, INCLUSIVE, AllowList
from conformance.checks.xmldsig.canonical import canonical_part
from conformance.checks.xmldsig.form import XADES_NAMESPACE, elements
from conformance.checks.xmldsig.keyinfo import decoded
from conformance.checks.xmldsig.notes import Notes
from conformance.checks.xmldsig.properties import TOLERANCE

_LARGEST_TOKEN = 100_000
_RSA_BITS = 2048
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(), "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(), "sha3_512": hashes.SHA3_512(),
}  # fmt: skip


# The library logs each refusal with its traceback; why is told in the finding.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


class BadStamp(Exception):
    """A time stamp that proves nothing; the text says why."""


@dataclass(frozen=True)
class Stamp:
    """A time stamp that holds: when, and the subject of the authority that says so.

    `certificate` is the authority's, `carried` all that came with the token.
    """

    time: datetime
    authority: str
    certificate: x509.Certificate
    carried: tuple[x509.Certificate, ...] = ()


def check_stamp(
    notes: Notes, node: etree._Element, value: etree._Element, authorities: Sequence[bytes], at: datetime,
    allowed: AllowList,
) -> Stamp | None:  # fmt: skip
    """Return what a SignatureTimeStamp says of the ds:SignatureValue `value`, or None after adding a finding.

    `authorities` are the DER certificates of the anchors of time-stamp authorities, `at` the time of checking.
    """
    try:
        octets = _stamped(node, value, allowed)
        return _judged(_token(node), octets, authorities, at, allowed)
    except BadStamp as error:
        reason = str(error)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # The library reads a part of the token when it is asked for it, and not before.
        reason = f"a token that cannot be read ({' '.join(str(error).split())[:120]})"
    expected = "a time stamp of a known authority over the canonical SignatureValue"
    notes.add("SIG-016", "The time stamp proves nothing.", expected, reason, node)
    return None


def _stamped(node: etree._Element, value: etree._Element, allowed: AllowList) -> bytes:
    """The canonical octets the stamp must be over."""
    parts = elements(node)
    algorithm = INCLUSIVE  # where nothing else is said
    if parts and parts[0].tag == f"{{{DS}}}CanonicalizationMethod":
        algorithm = parts.pop(0).get("Algorithm", "")
    if [one.tag for one in parts] != [f"{{{XADES_NAMESPACE}}}EncapsulatedTimeStamp"]:
        raise BadStamp("a SignatureTimeStamp that is not CanonicalizationMethod and one EncapsulatedTimeStamp")
    if algorithm not in allowed.canonicalisations:
        raise BadStamp(f"the canonicalisation {algorithm or 'without a name'}, which is not agreed")
    try:
        return canonical_part(value, algorithm)
    except ValueError as error:
        raise BadStamp(f"SignatureValue: {error}") from None


def _token(node: etree._Element) -> cms.SignedData:
    held = elements(node)[-1]
    if not held.get("Encoding", "http://uri.etsi.org/01903/v1.2.2#DER").endswith("#DER"):
        raise BadStamp("a token that is not encoded by DER")
    try:
        octets = decoded(held)
        if len(octets) > _LARGEST_TOKEN:
            raise BadStamp(f"a token of {len(octets):,} octets; at most {_LARGEST_TOKEN:,} are read")
        content = cms.ContentInfo.load(octets, strict=True)
        if content["content_type"].native != "signed_data":
            raise BadStamp("a token that is no SignedData")
        signed = content["content"]
        if signed["encap_content_info"]["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
            raise BadStamp("a token that holds no TSTInfo with one signer")
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise BadStamp(f"a token that cannot be read ({' '.join(str(error).split())[:120]})") from None
    return signed


def _judged(
    token: cms.SignedData, octets: bytes, authorities: Sequence[bytes], at: datetime, allowed: AllowList
) -> Stamp:
    # Slow to load, and needed for time stamps only.
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415
    from pyhanko_certvalidator.errors import PathError, ValidationError  # noqa: PLC0415

    names = {one.name.replace("-", "_") for one in allowed.digests.values()}
    imprint, signer = _info(token)["message_imprint"], token["signer_infos"][0]
    used = {one["algorithm"].native for one in (imprint["hash_algorithm"], signer["digest_algorithm"])}
    if strange := used - names:
        raise BadStamp(f"a token with the hash {', '.join(sorted(map(str, strange)))}, which is not agreed")
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one) for one in authorities],
        allow_fetching=False,
        moment=at,
        best_signature_time=at,
        revocation_mode="soft-fail",
        time_tolerance=timedelta(0),
    )
    try:
        found = finished(validate_tst_signed_data(token, context, lambda name: _digest(name, octets)))
    except (SignatureValidationError, ValidationError, PathError, ValueError, TypeError, KeyError) as error:
        raise BadStamp(f"a token that is not valid ({' '.join(str(error).split())[:200]})") from None
    if not found["intact"]:
        raise BadStamp("a time stamp over something else")
    if not found["valid"]:
        raise BadStamp("a token whose signature does not verify")
    authority: asn1_x509.Certificate = found["signing_cert"]
    _check_authority(token, authority)
    if found["trust_problem_indic"] is not None or found["validation_path"] is None:
        name = authority.subject.human_friendly
        why = getattr(found["trust_problem_indic"], "name", "no path")
        raise BadStamp(f"a stamp of {name}, whose certificate is not good at the time of checking ({why})")
    time: datetime = _info(token)["gen_time"].native
    if not authority.not_valid_before <= time <= authority.not_valid_after:
        raise BadStamp(f"a stamp of {time.isoformat()}, when its authority's certificate was not in force")
    if time > at + TOLERANCE:
        raise BadStamp(f"a stamp of {time.isoformat()}, which is in the future")
    try:
        own = x509.load_der_x509_certificate(authority.dump())
        carried = tuple(x509.load_der_x509_certificate(one.chosen.dump()) for one in token["certificates"])
    except ValueError as error:
        raise BadStamp(
            f"a token with a certificate that cannot be read ({' '.join(str(error).split())[:120]})"
        ) from None
    return Stamp(time, authority.subject.human_friendly, own, carried)


def _info(token: cms.SignedData) -> tsp.TSTInfo:
    content = token["encap_content_info"]["content"].parsed
    if not isinstance(content, tsp.TSTInfo):
        raise BadStamp("a token without a TSTInfo")
    return content


def _digest(name: str, octets: bytes) -> bytes:
    digest = hashes.Hash(_HASHES[name])
    digest.update(octets)
    return digest.finalize()


def _check_authority(token: cms.SignedData, authority: asn1_x509.Certificate) -> None:
    """Refuse what RFC 3161 clause 2.3 and 2.4.1 does not allow and the library lets pass."""
    extensions = authority["tbs_certificate"]["extensions"]
    usage = next((one for one in extensions if one["extn_id"].native == "extended_key_usage"), None)
    purposes = [] if usage is None else usage["extn_value"].parsed.native
    if usage is None or not usage["critical"].native or purposes != ["time_stamping"]:
        raise BadStamp("an authority whose extended key usage is not timeStamping alone, marked critical")
    key = authority.public_key
    if key.algorithm in ("rsa", "rsassa_pss") and key.bit_size < _RSA_BITS:
        raise BadStamp(f"an authority whose RSA key has {key.bit_size} bits")
    attributes = {one["type"].native for one in token["signer_infos"][0]["signed_attrs"]}
    if not attributes & {"signing_certificate", "signing_certificate_v2"}:
        raise BadStamp("a token that does not say which certificate signed it")
