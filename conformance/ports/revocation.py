"""Fetching lists and answers about revocation from the addresses in certificates: when told to, and never else.

The addresses are those of certificates that signatures lead from to an anchor: their authority vouches for them. One
request each, no redirects, bounded in time, size and number (profile 2.33).
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from conformance.checks.revocation import read_answer, read_crl
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform

SECONDS_EACH, SECONDS_ALL, OCTETS_EACH, MOST = 5.0, 20.0, 10_000_000, 8
_OK = "200"
_NONCE_OCTETS = 32  # RFC 9654 clause 2.1


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from one address: `kind` is `crl` or `ocsp`; `problem` says why it cannot be used, "" when it can."""

    kind: str
    url: str
    octets: bytes = b""
    problem: str = ""

    @property
    def sha256(self) -> str:
        """Digest of the octets, to write down."""
        return sha256(self.octets).hexdigest()


def fetch_revocation(way: Sequence[x509.Certificate]) -> list[Fetched]:
    """Fetch what the certificates of a way (signer first, anchor last) name; nothing for the anchor."""
    deadline = time.monotonic() + SECONDS_ALL
    found: list[Fetched] = []
    for certificate, issuer in pairwise(way):
        for kind, url in _addresses(certificate):
            left = deadline - time.monotonic()
            if any((one.kind, one.url) == ("crl", url) for one in found):
                continue
            if len(found) == MOST or left <= 0:
                limit = f"{MOST} addresses" if len(found) == MOST else f"{SECONDS_ALL:g} s"
                return [*found, Fetched(kind, url, problem=f"not asked: {limit} are the limit for one document")]
            limits = Limits(min(SECONDS_EACH, left), OCTETS_EACH)
            found.append(_list(url, limits) if kind == "crl" else _answer(url, certificate, issuer, limits))
    return found


def _addresses(certificate: x509.Certificate) -> Iterator[tuple[str, str]]:
    """Yield kind and address; a certificate whose extensions cannot be read names none."""
    try:
        extensions = {type(one.value): one.value for one in certificate.extensions}
    except (ValueError, x509.DuplicateExtension):
        return
    access = extensions.get(x509.AuthorityInformationAccess)
    if isinstance(access, x509.AuthorityInformationAccess):
        for one in access:
            if one.access_method == AuthorityInformationAccessOID.OCSP and _is_web(one.access_location):
                yield "ocsp", one.access_location.value
    points = extensions.get(x509.CRLDistributionPoints)
    if isinstance(points, x509.CRLDistributionPoints):
        for name in (name for point in points for name in point.full_name or ()):
            if _is_web(name):
                yield "crl", name.value


def _is_web(name: x509.GeneralName) -> bool:
    if not isinstance(name, x509.UniformResourceIdentifier):
        return False
    try:
        parts = urlsplit(name.value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _list(url: str, limits: Limits) -> Fetched:
    request = HttpRequest("GET", Endpoint(url, None).target, (("Accept", "application/pkix-crl"),))
    return _exchanged("crl", url, request, limits, _read_list)


def _read_list(octets: bytes) -> str:
    read_crl(octets)
    return ""


def _answer(url: str, certificate: x509.Certificate, issuer: x509.Certificate, limits: Limits) -> Fetched:
    nonce = secrets.token_bytes(_NONCE_OCTETS)
    asked = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, SHA1())  # noqa: S303 - RFC 5019 clause 2.1.1: the name of a certificate
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    headers = (("Content-Type", "application/ocsp-request"), ("Accept", "application/ocsp-response"))
    request = HttpRequest("POST", Endpoint(url, None).target, headers, asked.public_bytes(Encoding.DER))

    def wrong(octets: bytes) -> str:
        answer = read_answer(octets)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return f"the responder says {answer.response_status.name.lower().replace('_', ' ')}"
        for one in answer.extensions:
            if isinstance(one.value, x509.OCSPNonce) and one.value.nonce != nonce:
                return "the answer is to another question: its nonce is not the one sent"
        return ""

    return _exchanged("ocsp", url, request, limits, wrong)


def _exchanged(kind: str, url: str, request: HttpRequest, limits: Limits, wrong: Callable[[bytes], str]) -> Fetched:
    answer = perform(Endpoint(url, None), request, limits)
    if answer.failure is not None or answer.response is None:
        why = answer.failure.kind.value if answer.failure else "closed"
        return Fetched(kind, url, problem=f"no answer ({why})")
    octets = answer.response.body
    if answer.fact("status") != _OK:
        return Fetched(kind, url, problem=f"HTTP status {answer.fact('status')}")
    try:
        problem = wrong(octets)
    except (ValueError, x509.DuplicateExtension) as error:
        problem = f"what came cannot be read ({error})"
    return Fetched(kind, url, octets, problem)
