"""The ways from a signer to an anchor, judged by pyhanko-certvalidator (RFC 5280 section 6): never by code of ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator.authority import CertTrustAnchor, derive_quals_from_cert
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.validate import async_validate_path

from conformance.checks.name_types import complete_name_types
from conformance.checks.revocation import STUMBLES, Material, Status, status

# Who sends certificates along chooses how many ways they make; good ones are among the first.
_MOST_WAYS = 32


@dataclass(frozen=True, slots=True)
class Way:
    """One way, signer first, anchor last.

    `malformed` says what is wrong with the form of a certificate on it, `problem` is the library's reason to refuse it;
    both are "" when it is good. `states` are those of the certificates below
    the anchor, signer first, when they were asked for.
    """

    certificates: tuple[x509.Certificate, ...]
    malformed: str = ""
    problem: str = ""
    states: tuple[Status, ...] = ()

    @property
    def good(self) -> bool:
        """Whether it may be gone, but for revocation."""
        return not (self.malformed or self.problem)


async def ways(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    material: Material | None = None,
) -> list[Way]:
    """Return the ways there are, as the library judges each at the time `at`; it may be that there is none.

    `material` is what is at hand about revocation; None leaves unasked who is revoked.
    """
    complete_name_types()
    return [way for group in _apart(anchors) for way in await _ways(signer, others, group, at, material)]


def _apart(anchors: Sequence[x509.Certificate]) -> list[list[x509.Certificate]]:
    """Divide anchors so that no two of one key are together: to the library the second would be the first again, and an
    old certificate of an anchor would stand before the new one.
    """
    groups: list[list[x509.Certificate]] = []
    for anchor in anchors:
        free = (group for group in groups if all(_key(one) != _key(anchor) for one in group))
        group = next(free, None)
        if group is None:
            groups.append(group := [])
        group.append(anchor)
    return groups


def _key(certificate: x509.Certificate) -> bytes:
    return bytes(asn1(certificate).public_key.dump())


async def _ways(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    material: Material | None,
) -> list[Way]:
    def context(lists: Sequence[Any] = ()) -> ValidationContext:
        return ValidationContext(
            trust_roots=[_anchor(one) for one in anchors],
            other_certs=[asn1(one) for one in others],
            allow_fetching=False,
            moment=at,
            best_signature_time=at,
            crls=lists,
            ocsps=material.answers if material else (),
            # Revocation is asked for each certificate by itself. What is said on a later day holds for an earlier one.
            revinfo_policy=CertRevTrustPolicy(NO_REVOCATION, retroactive_revinfo=True),
            time_tolerance=timedelta(0),
        )

    found: list[Way] = []
    seen = 0
    own = context()
    candidates = own.path_builder.async_build_paths_lazy(asn1(signer))
    try:
        async for candidate in candidates:
            seen += 1
            way = await _judged(candidate, own)
            if material is not None and way.good:
                below = reversed(list(candidate.iter_certs(include_root=False)))
                states = [await status(one, candidate, material, context) for one in below]
                way = replace(way, states=tuple(states))
            # To the library an anchor is a name and a key: another certificate of both would pass for the anchor.
            if way.certificates[0] == signer:
                found.append(way)
            if seen == _MOST_WAYS:
                break
    except (PathBuildingError, *STUMBLES):
        pass
    finally:
        await candidates.cancel()  # type: ignore[no-untyped-call]
    return found


async def _judged(candidate: ValidationPath, context: ValidationContext) -> Way:
    certificates = tuple(_read(one.dump()) for one in reversed(list(candidate.iter_certs(include_root=True))))
    malformed = next(filter(None, map(_malformed, certificates)), "")
    if malformed:
        return Way(certificates, malformed=malformed)
    try:
        await async_validate_path(context, candidate)
    except (PathValidationError, ValidationError) as error:
        return Way(certificates, problem=one_line(error))
    except STUMBLES as error:
        return Way(certificates, problem=f"it cannot be read: {one_line(error)}")
    return Way(certificates)


def one_line(error: Exception) -> str:
    """Return what an exception of the library says, in one line of bounded length."""
    return " ".join(str(error).split())[:300]


@lru_cache(maxsize=256)
def asn1(certificate: x509.Certificate) -> Any:
    """Return a certificate as the library reads it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


@lru_cache(maxsize=256)
def _read(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def _anchor(certificate: x509.Certificate) -> CertTrustAnchor:
    """An anchor whose own certificate binds those below it by what it says of depth, names and time."""
    read = asn1(certificate)
    said = derive_quals_from_cert(read)
    # The library counts attribute authorities too, of which there are none here, and stumbles where no count is given.
    return CertTrustAnchor(read, quals=replace(said, max_aa_path_length=said.max_path_length))


def _malformed(certificate: x509.Certificate) -> str:
    """Say what is wrong with a certificate's form that the library passes over, "" when nothing is."""
    read = asn1(certificate)
    # RFC 5280 clause 4.1.1.2.
    if read["tbs_certificate"]["signature"].dump() != read["signature_algorithm"].dump():
        return "the algorithm inside a certificate is not that beside its signature"
    try:
        len(certificate.extensions)
    except (ValueError, x509.DuplicateExtension) as error:
        return f"extensions of a certificate cannot be read: {one_line(error)}"
    return ""
