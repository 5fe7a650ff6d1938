"""Files a partner file names: are they there, are they what they should be, do certificate and key belong together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import ocsp

from conformance.partner.model import Partner

_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True)
class Problem:
    """A file that cannot be used: the key that names it, what is wrong, what to do."""

    key: str
    message: str
    remedy: str


def review_material(partner: Partner, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with certificates, keys, anchors, lists and answers; `now` (UTC) decides validity."""
    for key, certificate, private in _pairs(partner):
        yield from _pair(key, certificate, private, now)
    for key, path in _authorities(partner):
        yield from _certificates(key, path, now)
    for path in partner.trust.crls:
        yield from _reading("ixit.trust.crls", path, _load_crl)
    for path in partner.trust.answers:
        yield from _reading("ixit.trust.ocsp", path, _load_answer, "name a DER file: an OCSPResponse of RFC 6960")


def _pairs(partner: Partner) -> Iterator[tuple[str, Path, Path]]:
    identities = partner.pull.identities.all() if partner.pull else ()
    for one in identities:
        if one.certificate and one.key and one.name != "expired":  # it is meant to be
            yield f"ixit.pull.identities.{one.name}", one.certificate, one.key
    judge = partner.judge
    if judge.certificate and judge.key:
        yield "ixit.judge", judge.certificate, judge.key
    if judge.revoked:
        yield "ixit.judge.revoked", *judge.revoked
    if judge.misnamed:
        yield "ixit.judge.misnamed", *judge.misnamed
    if judge.signing:
        yield "ixit.judge.signing", judge.signing.certificate, judge.signing.key
        if judge.signing.ca_certificate and judge.signing.ca_key:
            yield "ixit.judge.signing.ca", judge.signing.ca_certificate, judge.signing.ca_key
        if judge.signing.tsa_certificate and judge.signing.tsa_key:
            yield "ixit.judge.signing.tsa", judge.signing.tsa_certificate, judge.signing.tsa_key


def _authorities(partner: Partner) -> Iterator[tuple[str, Path]]:
    for name, access in (("pull", partner.pull), ("push", partner.push), ("verification", partner.verification)):
        if access is not None and access.ca is not None:
            yield f"ixit.{name}.ca", access.ca
    if partner.judge.client_ca:
        yield "ixit.judge.client_ca", partner.judge.client_ca
    for anchor in partner.trust.anchors:
        yield "ixit.trust.anchors", anchor
    for anchor in partner.trust.time_stamp_anchors:
        yield "ixit.trust.time_stamp_anchors", anchor


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise ValueError("it is larger than 4 MiB")
    return raw


def _reading(
    key: str,
    path: Path,
    load: Callable[[Path], object],
    remedy: str = "name a PEM file, its key without a passphrase",
) -> Iterator[Problem]:
    try:
        load(path)
    except OSError as error:
        yield Problem(key, f"{path} cannot be read ({error.strerror or 'input/output error'})", "correct the path")
    except (ValueError, TypeError):
        yield Problem(key, f"{path} is not what this key needs", remedy)


def _load_crl(path: Path) -> object:
    raw = _read(path)
    return x509.load_pem_x509_crl(raw) if raw.startswith(b"-----") else x509.load_der_x509_crl(raw)


def _load_answer(path: Path) -> object:
    answer = ocsp.load_der_ocsp_response(_read(path))
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("it is a refusal to answer")
    return answer


def _load_certificates(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(_read(path))


def _load_key(path: Path) -> bytes:
    public = load_pem_private_key(_read(path), password=None).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _certificates(key: str, path: Path, now: datetime) -> Iterator[Problem]:
    problems = tuple(_reading(key, path, _load_certificates))
    yield from problems
    if problems:
        return
    # A bundle may still hold an old anchor beside its successor; it is useless only when nothing in it is valid.
    certificates = _load_certificates(path)
    if all(now > one.not_valid_after_utc for one in certificates):
        yield Problem(key, f"{path} expired at {max(one.not_valid_after_utc for one in certificates)}", "renew it")
    elif all(now < one.not_valid_before_utc or now > one.not_valid_after_utc for one in certificates):
        yield Problem(key, f"{path} is not yet valid", "check the clock of this machine and the certificate")


def _pair(key: str, certificate: Path, private: Path, now: datetime) -> Iterator[Problem]:
    problems = (*_certificates(f"{key}.certificate", certificate, now), *_reading(f"{key}.key", private, _load_key))
    yield from problems
    if problems:
        return
    public = _load_certificates(certificate)[0].public_key()
    if public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != _load_key(private):
        yield Problem(f"{key}.key", f"{private} does not belong to {certificate}", "name the key of that certificate")
