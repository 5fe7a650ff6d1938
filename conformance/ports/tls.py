"""The judge probing TLS at every access of the partner: versions, suites, chain and host name, client certificates."""

import base64
import json
import ssl
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.outcome import JudgeFault, Nonconformity
from conformance.partner import Partner
from conformance.ports.answers import breach, case_requirement, reached
from conformance.ports.dialling import NoConnection, secure
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.stranger import load_stranger, stranger_file
from conformance.ports.tape import Tape
from conformance.ports.tls_address import PORT, TlsAddress, addresses_of, open_plain, where
from conformance.ports.tls_hello import Heard, Hello, ask
from conformance.ports.tls_session import Renegotiated, Tickets, renegotiate, tickets

SIDE_BY_SIDE = 6
# OpenSSL refuses to offer old versions and key exchanges at its normal security level; a probe must offer them.
LEGACY = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
STATIC_RSA = "kRSA:@SECLEVEL=0"
VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
# The client's preface of HTTP/2 with an empty SETTINGS frame (RFC 9113 section 3.4).
H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
H2_FRAME_HEAD, H2_SETTINGS = 9, 4


@dataclass(frozen=True)
class Offer:
    """What the judge offers in a handshake. `version` "" leaves the choice to the server from TLS 1.2 on.

    `verify` checks chain and host name against the registered CA. `client` is "" for no certificate, "stranger" for
    one nobody issued. `host` is the name asked for where it is not that of the access, `alpn` the protocols offered.
    """

    version: str = ""
    ciphers: str = ""
    verify: bool = True
    client: str = ""
    host: str = ""
    alpn: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The offer for people."""
        parts = (
            self.version or "TLS 1.2 or later",
            self.ciphers,
            "" if self.verify else "any certificate",
            f"client certificate: {self.client}" if self.client else "",
            f"server name {self.host}" if self.host else "",
            f"ALPN {' '.join(self.alpn)}" if self.alpn else "",
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Handshake:
    """What a handshake came to; `refusal` says why there was none. `untrusted` marks a bad server certificate.

    `alpn` is the protocol agreed to, "" for none. `spoken` is false when that is h2 and no HTTP/2 came.
    """

    done: bool
    version: str
    cipher: str
    certificate: bytes
    refusal: str
    untrusted: bool = False
    alpn: str = ""
    spoken: bool = True


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
        return addresses_of(self._partner)

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
            alpn=answer.fact("alpn") or "",
            spoken=answer.fact("h2") != "no",
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

    def survey(self, address: TlsAddress, *hellos: Hello) -> tuple[Heard, ...]:
        """Say each hello over a connection of its own, side by side, and return what the server says to each.

        Raises `Unreachable` when nobody listens, and `Nonconformity` when it says nothing to any of them.
        """

        def one(hello: Hello) -> Heard:
            seconds = self._limit(address)
            try:
                connection = open_plain(address, seconds)
            except NoConnection as error:
                if error.kind is FailureKind.UNREACHABLE:
                    raise
                return Heard(refusal=error.text, silent=error.kind is FailureKind.TIMEOUT)
            return ask(connection, address.host, hello, seconds)

        def all_of_them() -> Answer:
            with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
                heard = list(pool.map(one, hellos))
            if all(each.silent for each in heard):
                return Answer(failure=Failure(FailureKind.TIMEOUT, f"{address.place}: {heard[0].refusal}"))
            return _written([asdict(each) | {"staple": base64.b64encode(each.staple).decode()} for each in heard])

        offered = "\n".join(f"{hello.version}: {hello.name}" for hello in hellos)
        found = self._probe(address, "hello " + ", ".join(hello.name for hello in hellos), offered, all_of_them)
        return tuple(Heard(**one | {"staple": base64.b64decode(one["staple"])}) for one in found)

    def renegotiate(self, address: TlsAddress, *, secure: bool) -> Renegotiated:
        """Begin a second handshake inside a TLS 1.2 session, with renegotiation_info or without (`secure` false)."""
        name = "renegotiation with renegotiation_info" if secure else "renegotiation without renegotiation_info"

        def act() -> Answer:
            seconds = self._limit(address)
            made = renegotiate(open_plain(address, seconds), address.host, secure=secure, seconds=seconds)
            return _written([asdict(made)])

        return Renegotiated(**self._probe(address, name, name, act)[0])

    def tickets(self, address: TlsAddress) -> Tickets:
        """Look at the session tickets of a TLS 1.3 session."""
        request = b"EHLO judge.invalid\r\n"
        if not address.starttls:
            request = f"OPTIONS / HTTP/1.1\r\nHost: {address.host}:{address.port}\r\nConnection: close\r\n\r\n".encode()

        def act() -> Answer:
            seconds = self._limit(address)
            return _written([asdict(tickets(open_plain(address, seconds), address.host, request, seconds))])

        return Tickets(**self._probe(address, "session tickets", request.decode(), act)[0])

    def _probe(self, address: TlsAddress, action: str, offered: str, act: Callable[[], Answer]) -> list[dict[str, Any]]:
        def bounded() -> Answer:
            try:
                return act()
            except NoConnection as error:
                return Answer(failure=Failure(error.kind, error.text))

        request = Message("text/plain; charset=utf-8", offered.encode())
        exchange = self._tape.exchange(PORT, f"{address.access} {action}", request, bounded, at=(address.place,))
        reached(exchange, address.access)
        answer = exchange.answer
        if answer.response is None:
            text = answer.failure.text if answer.failure else "nothing"
            expected = "a handshake or a refusal"
            raise Nonconformity(breach(self._requirement, text, expected, "neither", part=f"TLS at {address.access}"))
        found: list[dict[str, Any]] = json.loads(answer.response.body)
        return found

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
    if offer.alpn:
        context.set_alpn_protocols(list(offer.alpn))
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
    place = f"{address.host}:{address.port}"
    try:
        plain = open_plain(address, seconds)
        left = max(0.0, deadline - time.monotonic())
        with secure(plain, context, offer.host or address.host, place, left, address.ca) as secured:
            return _observed(secured)
    except NoConnection as error:
        untrusted = isinstance(error.__cause__, ssl.SSLCertVerificationError)
        return Answer(failure=Failure(error.kind, error.text), facts=(("untrusted", "yes"),) if untrusted else ())


def _observed(secured: ssl.SSLSocket) -> Answer:
    certificate = secured.getpeercert(binary_form=True) or b""
    protocol = secured.selected_alpn_protocol() or ""
    facts = [
        ("tls", secured.version() or ""),
        ("cipher", (secured.cipher() or ("",))[0]),
        ("peer-certificate", base64.b64encode(certificate).decode()),
        ("alpn", protocol),
    ]
    if protocol == "h2":
        facts.append(("h2", "yes" if _speaks_h2(secured) else "no"))
    return Answer(Message("application/pkix-cert", certificate), facts=tuple(facts))


def _speaks_h2(secured: ssl.SSLSocket) -> bool:
    """Whether the first frame that comes is SETTINGS, as it must be (RFC 9113 section 3.4)."""
    try:
        secured.sendall(H2_PREFACE)
        head = b""
        while len(head) < H2_FRAME_HEAD:
            piece = secured.recv(H2_FRAME_HEAD - len(head))
            if not piece:
                return False
            head += piece
    except OSError:
        return False
    return head[3] == H2_SETTINGS


def _written(found: list[dict[str, Any]]) -> Answer:
    return Answer(Message("application/json", json.dumps(found, indent=1).encode()))


__all__ = ["STATIC_RSA", "Handshake", "Heard", "Hello", "Offer", "TlsAddress", "TlsPort", "where"]
