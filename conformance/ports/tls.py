"""The judge probing TLS at every access of the partner: versions, suites, chain and host name, client certificates."""

import base64
import socket
import ssl
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.finding import Where
from conformance.model.outcome import JudgeFault, Nonconformity
from conformance.partner import Partner
from conformance.ports.answers import breach, case_requirement, reached
from conformance.ports.dialling import NoConnection, dial, secure
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.smtp_wire import SmtpWire, WireError
from conformance.ports.stranger import load_stranger, stranger_file
from conformance.ports.tape import Tape

PORT = "tls"
READY = 220
# OpenSSL refuses to offer old versions and key exchanges at its normal security level; a probe must offer them.
LEGACY = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
STATIC_RSA = "kRSA:@SECLEVEL=0"
VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True)
class TlsAddress:
    """One access of the partner: where it is, which CA it is registered with, and whether STARTTLS comes first.

    `seconds` is the IXIT's limit for an answer.
    """

    access: str
    host: str
    port: int
    ca: Path | None
    seconds: float
    starttls: bool = False

    @property
    def place(self) -> str:
        """The address as the tape knows what was waited for."""
        return f"{PORT} {self.host}:{self.port}"


@dataclass(frozen=True)
class Offer:
    """What the judge offers in a handshake. `version` "" leaves the choice to the server from TLS 1.2 on.

    `verify` checks chain and host name against the registered CA. `client` is "" for no certificate, "stranger" for
    one nobody issued.
    """

    version: str = ""
    ciphers: str = ""
    verify: bool = True
    client: str = ""

    @property
    def text(self) -> str:
        """The offer for people."""
        parts = [self.version or "TLS 1.2 or later", self.ciphers, "" if self.verify else "any certificate"]
        return ", ".join(part for part in (*parts, f"client certificate: {self.client}" if self.client else "") if part)


@dataclass(frozen=True)
class Handshake:
    """What a handshake came to; `refusal` says why there was none. `untrusted` marks a bad server certificate."""

    done: bool
    version: str
    cipher: str
    certificate: bytes
    refusal: str
    untrusted: bool = False


class TlsPort:
    """Handshakes of one case with the partner's accesses."""

    def __init__(self, partner: Partner, tape: Tape, *, seconds: float | None = None) -> None:
        """`seconds` bounds every handshake as a whole; the IXIT's timeout of the access when None."""
        self._partner = partner
        self._tape = tape
        self._requirement = case_requirement(tape)
        self._seconds = seconds

    def addresses(self) -> tuple[TlsAddress, ...]:
        """The partner's accesses that speak TLS, in the order pull, push, verification."""
        found = []
        if self._partner.pull is not None:
            pull = self._partner.pull
            found.append(_of_url("pull", pull.url, pull.ca, pull.timeout))
        if self._partner.push is not None:
            push = self._partner.push
            found.append(TlsAddress("push", push.host, push.port, push.ca, push.timeout, starttls=True))
        if self._partner.verification is not None:
            page = self._partner.verification
            found.append(_of_url("verification", page.url, page.ca, page.timeout))
        return tuple(found)

    def handshake(self, address: TlsAddress, offer: Offer = Offer()) -> Handshake:
        """Try one handshake.

        A server that refuses gives a `Handshake` that is not done. Raises `Unreachable` when nobody listens and
        `Nonconformity` when the server neither agrees nor refuses in time.
        """
        request = Message("text/plain; charset=utf-8", f"{address.access}: {offer.text}".encode())
        exchange = self._tape.exchange(
            PORT,
            f"{address.access} {offer.text}",
            request,
            lambda: _try(address, offer, self._limit(address)),
            at=(address.place,),
        )
        answer = exchange.answer
        failure = answer.failure
        reached(exchange, address.access)
        if failure is not None and failure.kind is FailureKind.TIMEOUT:
            raise Nonconformity(
                breach(
                    self._requirement,
                    failure.text,
                    "a handshake or a refusal",
                    "neither",
                    part=f"TLS at {address.access}",
                )
            )
        return Handshake(
            done=failure is None,
            version=answer.fact("tls") or "",
            cipher=answer.fact("cipher") or "",
            certificate=base64.b64decode(answer.fact("peer-certificate") or ""),
            refusal=failure.text if failure else "",
            untrusted=answer.fact("untrusted") == "yes",
        )

    def accepted(self, address: TlsAddress, offer: Offer = Offer()) -> Handshake:
        """A handshake that must succeed: the twin of what must be refused."""
        made = self.handshake(address, offer)
        if not made.done:
            text = f"No TLS session at {address.access} with {offer.text}: {made.refusal}"
            raise Nonconformity(
                breach(self._requirement, text, "a TLS session", made.refusal, part=f"TLS at {address.access}")
            )
        return made

    def post(
        self, address: TlsAddress, url: str, headers: Sequence[tuple[str, str]], body: bytes, *, client: str
    ) -> Exchange:
        """POST over a connection with that client certificate ("stranger": one nobody issued).

        The exchange comes back unread; a server may refuse in the handshake or in its answer.
        """
        request = HttpRequest("POST", Endpoint(url, address.ca).target, tuple(headers), body)
        with stranger_file() as file:
            endpoint = Endpoint(url, address.ca, file, file) if client == "stranger" else Endpoint(url, address.ca)
            exchange = self._tape.exchange(
                PORT,
                f"POST as {client or 'nobody'}",
                request.message(),
                lambda: perform(endpoint, request, Limits(self._limit(address))),
                at=(address.place,),
            )
        reached(exchange, address.access)
        return exchange

    def _limit(self, address: TlsAddress) -> float:
        return address.seconds if self._seconds is None else self._seconds


def where(address: TlsAddress) -> Where:
    """The place a finding about this access speaks of."""
    return Where(f"TLS at {address.access} ({address.host}:{address.port})")


def _of_url(access: str, url: str, ca: Path | None, seconds: float) -> TlsAddress:
    parts = urlsplit(url)
    return TlsAddress(access, parts.hostname or "", parts.port or 443, ca, seconds)


def _context(address: TlsAddress, offer: Offer) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if offer.verify:
        if address.ca:
            context.load_verify_locations(str(address.ca))
        else:
            context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if offer.client == "stranger":
        load_stranger(context)
    try:
        if offer.ciphers or offer.version in ("TLSv1", "TLSv1.1"):
            context.set_ciphers(offer.ciphers or LEGACY)
        with warnings.catch_warnings():
            # Python warns of old versions; offering them is the point here.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = VERSIONS.get(offer.version, ssl.TLSVersion.TLSv1_2)
            context.maximum_version = VERSIONS.get(offer.version, ssl.TLSVersion.MAXIMUM_SUPPORTED)
    except (ssl.SSLError, ValueError) as error:
        raise JudgeFault(f"The judge's OpenSSL cannot offer {offer.text}: {error}") from error
    return context


def _try(address: TlsAddress, offer: Offer, seconds: float) -> Answer:
    context = _context(address, offer)
    deadline = time.monotonic() + seconds
    where = f"{address.host}:{address.port}"
    try:
        plain = _mail_socket(address, seconds) if address.starttls else dial(address.host, address.port, seconds)
        left = max(0.0, deadline - time.monotonic())
        with secure(plain, context, address.host, where, left, address.ca) as secured:
            return _observed(secured)
    except WireError as error:
        return Answer(failure=Failure(error.kind, error.text))
    except NoConnection as error:
        untrusted = isinstance(error.__cause__, ssl.SSLCertVerificationError)
        return Answer(failure=Failure(error.kind, error.text), facts=(("untrusted", "yes"),) if untrusted else ())


def _observed(secured: ssl.SSLSocket) -> Answer:
    certificate = secured.getpeercert(binary_form=True) or b""
    facts = (
        ("tls", secured.version() or ""),
        ("cipher", (secured.cipher() or ("",))[0]),
        ("peer-certificate", base64.b64encode(certificate).decode()),
    )
    return Answer(Message("application/pkix-cert", certificate), facts=facts)


def _mail_socket(address: TlsAddress, seconds: float) -> socket.socket:
    wire = SmtpWire(address.host, address.port, seconds)
    try:
        wire.read_reply()
        wire.send(b"EHLO judge.invalid\r\n", "EHLO judge.invalid")
        wire.read_reply()
        wire.send(b"STARTTLS\r\n", "STARTTLS")
        reply = wire.read_reply()
    except WireError:
        wire.close()
        raise
    if reply.code != READY:
        wire.close()
        raise WireError(FailureKind.PROTOCOL, f"STARTTLS was answered with {reply.text}")
    return wire.detach()
