"""The judge as the server of an authority: revocation lists and answers of OCSP, at addresses inside certificates.

In clear, as RFC 5280 clause 4.2.1.13 and RFC 5019 clause 5 have it: what is served is signed. The server's threads only
collect; what a case gets to know comes through the tape, so a record can be judged again without a server.
"""

import base64
import binascii
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from conformance.model.exchange import Answer
from conformance.model.outcome import Inconclusive, JudgeFault
from conformance.partner import Partner
from conformance.ports.served_http import HttpsServer, Incoming, Outgoing
from conformance.ports.served_log import Received, RequestLog, Seen, received
from conformance.ports.tape import Tape

ASKED = "(asked)"
MAX_QUESTION = 64 * 1024
_LIST, _ANSWER = "application/pkix-crl", "application/ocsp-response"
_MALFORMED = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST).public_bytes(
    Encoding.DER
)
Answering = Callable[[bytes | None], bytes]


@dataclass(frozen=True)
class Station:
    """What stands at one address: how a question with this nonce (None: without one, or a list) is answered.

    `elsewhere` sends whoever asks to another address of the service instead.
    """

    answer: Answering | None = None
    media_type: str = _ANSWER
    elsewhere: str = ""


class RevocationService:
    """Serves what a case puts at its addresses. Nothing is bound before an address is asked for."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self._tape: Tape | None = None
        self._lock = threading.Lock()
        self._log = RequestLog()
        self._server: HttpsServer | None = None
        self._deaf: socket.socket | None = None
        self._stations: dict[str, Station] = {}
        self._begun_at: dict[str, str] = {}

    # --- for the engine ---

    def attach(self, tape: Tape) -> None:
        """Begin a new case: nothing stands anywhere, nobody has asked."""
        with self._lock:
            self._tape = tape
            self._stations = {}
            self._begun_at = {}
        self._log.clear()

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._deaf is not None:
            self._deaf.close()
            self._deaf = None

    # --- for cases ---

    @property
    def address(self) -> str:
        """Where the service is, without a path. Raises `Inconclusive` when it cannot be."""
        return self._begun("address")

    @property
    def deaf_address(self) -> str:
        """An address at which nobody listens: connections are refused."""
        return self._begun("deaf")

    def answer_address(self, name: str) -> str:
        """The address at which `answers` will answer."""
        return f"{self.address}/ocsp/{name}"

    def list_address(self, name: str) -> str:
        """The address at which `lists` will give a list."""
        return f"{self.address}/list/{name}.crl"

    def answers(self, name: str, answering: Answering) -> None:
        """Answer questions of OCSP; `answering` gets the nonce of the question, None without one."""
        answering(None)  # what cannot be built is the judge's own fault, and shall fall on the case
        self._put(self.answer_address(name), Station(answering))

    def lists(self, name: str, octets: bytes) -> None:
        """Give a revocation list (DER)."""
        self._put(self.list_address(name), Station(lambda _nonce: octets, _LIST))

    def moved(self, name: str, address: str) -> None:
        """Answer questions of OCSP with HTTP status 302 to another address."""
        self._put(self.answer_address(name), Station(elsewhere=address))

    def wait_for(self, address: str, timeout: float) -> Received | None:
        """The first request to an address of the service not given out yet, or None after `timeout` seconds."""
        path = address.removeprefix(self.address)
        exchange = self._attached.exchange(
            "served-revocation", f"wait {path}", None, lambda: self._log.wait(ASKED, path, timeout)
        )
        return received(exchange.answer)

    # --- inside ---

    @property
    def _attached(self) -> Tape:
        if self._tape is None:
            raise JudgeFault("the revocation service is not attached to a case")
        return self._tape

    def _put(self, address: str, station: Station) -> None:
        path = address.removeprefix(self.address)
        with self._lock:
            self._stations[path] = station

    def _begun(self, which: str) -> str:
        if not self._begun_at:
            # Through the tape: a record is judged again without binding anything.
            answer = self._attached.exchange("served-revocation", "begin", None, self._begin).answer
            if answer.fact("problem"):
                raise Inconclusive(answer.fact("problem") or "")
            self._begun_at = dict(answer.facts)
        return self._begun_at[which]

    def _begin(self) -> Answer:
        told = self._partner.judge.revocation
        if told is None:
            text = "partner.toml has no [ixit.judge.revocation]: the judge may not be asked about revocation."
            return Answer(facts=(("problem", text),))
        try:
            if self._server is None:
                self._server = HttpsServer((told.listen.host, told.listen.port), None, self._answer, lambda _: None)
                self._server.start()
            if self._deaf is None:
                self._deaf = socket.socket()
                self._deaf.bind((told.listen.host, 0))  # bound and not listening: the port is nobody else's
        except OSError as error:
            text = f"The judge cannot listen on {told.listen.host}:{told.listen.port}: {error.strerror}."
            return Answer(facts=(("problem", text),))
        address, deaf = self._server.port, self._deaf.getsockname()[1]
        return Answer(facts=(("address", f"http://{told.host}:{address}"), ("deaf", f"http://{told.host}:{deaf}")))

    def _answer(self, incoming: Incoming) -> Outgoing:
        path, question = _asked(incoming)
        with self._lock:
            station = self._stations.get(path)
        outgoing = _decide(station, incoming, question)
        self._log.add(Seen(ASKED, path, (), incoming, str(outgoing.status)))
        return outgoing


def _asked(incoming: Incoming) -> tuple[str, bytes]:
    """Return the path of a station and the question (RFC 6960 appendix A.1: by POST, or in the path of a GET)."""
    path = incoming.path.partition("?")[0]
    if incoming.method == "POST":
        return path, incoming.body
    if path.startswith("/ocsp/"):
        station, name, *rest = path[1:].split("/", 2)
        try:
            return f"/{station}/{name}", base64.b64decode(unquote("".join(rest)), validate=True)
        except binascii.Error:
            return f"/{station}/{name}", b""
    return path, b""


def _decide(station: Station | None, incoming: Incoming, question: bytes) -> Outgoing:
    if station is None:
        return Outgoing(404, "text/plain", b"nothing stands here")
    if station.elsewhere:
        return Outgoing(302, "text/plain", b"", (("Location", station.elsewhere),))
    if station.answer is None or incoming.method not in ("GET", "POST") or len(question) > MAX_QUESTION:
        return Outgoing(400, "text/plain", b"a GET, or a POST of a question")
    if station.media_type == _LIST:
        return Outgoing(200, _LIST, station.answer(None))
    try:
        extensions = [one.value for one in ocsp.load_der_ocsp_request(question).extensions]
    except (ValueError, x509.DuplicateExtension):
        return Outgoing(200, _ANSWER, _MALFORMED)
    nonce = next((one.nonce for one in extensions if isinstance(one, x509.OCSPNonce)), None)
    return Outgoing(200, _ANSWER, station.answer(nonce))
