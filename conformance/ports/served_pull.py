"""The judge as a pull service: what the partner's importer lists, fetches and acknowledges.

The server's threads only collect. What a case gets to know comes through `wait_for`, which is an exchange on the
tape, so a record can be judged again without a server.
"""

import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from conformance.model.outcome import Inconclusive, JudgeFault
from conformance.partner import Partner
from conformance.ports.served_answers import (
    Asked,
    BadRequest,
    FaultScript,
    Offer,
    answer_operation,
    fault,
    read_request,
)
from conformance.ports.served_http import HttpsServer, Incoming, Outgoing
from conformance.ports.served_log import CANARY, CONNECTION, Received, RequestLog, Seen, received
from conformance.ports.served_tls import ServerSide, UnsafeServer, legacy_context, server_context
from conformance.ports.tape import Tape
from conformance.ports.throwaway import self_made_server

PATH = "/exchange"
WRONG_HOST = "127.0.0.2"


class PullService:
    """Serves the contract's operations from a stock of offers; everything else is scripted by the case."""

    def __init__(self, partner: Partner) -> None:
        """Nothing is bound before the address is asked for."""
        self._partner = partner
        self._tape: Tape | None = None
        self._lock = threading.Lock()
        self._log = RequestLog()
        self._servers: list[HttpsServer] = []
        self._canary: HttpsServer | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="ecert-judge-")
        self._reset()

    # --- for the engine ---

    def attach(self, tape: Tape) -> None:
        """Begin a new case: the stock is empty, nothing was asked, everything is answered properly."""
        with self._lock:
            self._tape = tape
            self._reset()
        for server in self._servers:
            server.context = self._good_context()

    def _reset(self) -> None:
        self._offers: dict[str, Offer] = {}
        self._log.clear()
        self._faults: dict[tuple[str, str], FaultScript] = {}
        self._error = ""

    @property
    def url(self) -> str:
        """Where the service is; the first look starts it."""
        return f"https://{self._partner.judge.public_host}:{self._start().port}{PATH}"

    def close(self) -> None:
        """Stop serving."""
        for server in self._servers:
            server.stop()
        self._servers.clear()
        if self._canary is not None:
            self._canary.stop()
            self._canary = None
        self._folder.cleanup()

    # --- for cases ---

    def offer(self, number: str, document: bytes, *, signature: bytes | None = None, **more: str) -> Offer:
        """Put a document on the list, changed now; `more` as in `Offer` (`type_code`, `status_code`, `listed_digest`).

        `signature` is a detached one. The document is sent as it is: whoever makes it checks it first.
        """
        digest = sha256(document).hexdigest()
        offer = Offer(number, document, changed=datetime.now(UTC), digest=digest, signature=signature, **more)
        with self._lock:
            self._offers[number] = offer
        return offer

    def change(self, number: str, *, status_code: str, replaced_by: str = "") -> None:
        """Change the state of an offer, as from now."""
        with self._lock:
            self._offers[number] = replace(
                self._offers[number], changed=datetime.now(UTC), status_code=status_code, replaced_by=replaced_by
            )

    def answer_with_fault(
        self, operation: str, name: str = "InvalidRequest", *, number: str = "", status: int = 500
    ) -> None:
        """Answer an operation (for one number) with a fault until told otherwise; `status` may be wrong on purpose."""
        with self._lock:
            self._faults[operation, number] = FaultScript(name, status)

    def answer_properly(self) -> None:
        """Take back every scripted fault and certificate."""
        with self._lock:
            self._faults.clear()
        for server in self._servers:
            server.context = self._good_context()

    def present_expired(self) -> None:
        """Show a certificate that has expired. Raises `Inconclusive` when the partner file gives none."""
        self._present(server_context(*_given(self._partner.judge.expired, "expired"), self._partner.judge.client_ca))

    def present_revoked(self) -> None:
        """Show a certificate that its authority has revoked. Raises `Inconclusive` when the partner file gives none."""
        self._present(server_context(*_given(self._partner.judge.revoked, "revoked"), self._partner.judge.client_ca))

    def present_legacy_version(self) -> None:
        """Speak TLS 1.1 at most."""
        self._present(legacy_context(*self._files()))

    def present_no_renegotiation_info(self) -> None:
        """Speak TLS 1.2 as before RFC 5746."""
        self._present(UnsafeServer(*self._files()))

    def _present(self, context: ServerSide) -> None:
        self._start()
        for server in self._servers:
            server.context = context

    def present_unknown_authority(self) -> None:
        """Show a certificate for the right host that no registered authority has signed."""
        self._start()
        made = self_made_server(self._partner.judge.public_host)
        files = (Path(self._folder.name) / "unknown.pem", Path(self._folder.name) / "unknown.key")
        files[1].touch(mode=0o600)
        for file, octets in zip(files, made, strict=True):
            file.write_bytes(octets)
        for server in self._servers:
            server.context = server_context(*files, self._partner.judge.client_ca)

    @property
    def wrong_host_url(self) -> str:
        """The same service under an address its certificate does not name."""
        first = self._start()
        if len(self._servers) == 1:
            self._serve((WRONG_HOST, 0), first.context)
        return f"https://{WRONG_HOST}:{self._servers[1].port}{PATH}"

    @property
    def canary_url(self) -> str:
        """An address in clear that nobody has a reason to ask; a request is seen as operation `(canary)`,
        and its number is what follows a further slash.
        """
        if self._canary is None:
            listen = self._partner.judge.pull_listen
            bound = (listen.host if listen is not None else "127.0.0.1", 0)
            self._canary = HttpsServer(bound, None, self._sing, lambda _problem: None)
            self._canary.start()
        return f"http://{self._partner.judge.public_host}:{self._canary.port}/canary"

    def _sing(self, incoming: Incoming) -> Outgoing:
        named = incoming.path.split("?", 1)[0].removeprefix("/canary").strip("/")
        self._log.add(Seen(CANARY, named, (), incoming, "200"))
        return Outgoing(200, "text/plain", b"canary")

    def wait_for(self, operation: str, number: str | None = None, timeout: float = 10.0) -> Received | None:
        """The first request of that operation (and number) not given out yet, or None after `timeout` seconds.

        Operation `(connection)` waits for a connection to end; its outcome is "" when a request was served.
        """
        if self._tape is None:
            raise JudgeFault("the pull service is not attached to a case")
        action = f"wait {operation}" + (f" {number}" if number else "")
        exchange = self._tape.exchange("served-pull", action, None, lambda: self._log.wait(operation, number, timeout))
        if self._error:
            raise JudgeFault(self._error)
        return received(exchange.answer)

    # --- inside ---

    def _start(self) -> HttpsServer:
        if not self._servers:
            listen = self._partner.judge.pull_listen
            if listen is None:
                raise Inconclusive("partner.toml has no [ixit.judge] pull_listen: the judge may not serve.")
            self._serve((listen.host, listen.port), self._good_context())
        return self._servers[0]

    def _serve(self, address: tuple[str, int], context: ServerSide | None) -> None:
        try:
            server = HttpsServer(address, context, self._answer, self._ended)
        except OSError as error:
            raise Inconclusive(f"The judge cannot listen on {address[0]}:{address[1]}: {error.strerror}.") from error
        server.start()
        self._servers.append(server)

    def _good_context(self) -> ssl.SSLContext:
        return server_context(*self._files(), self._partner.judge.client_ca)

    def _files(self) -> tuple[Path, Path]:
        judge = self._partner.judge
        if judge.certificate is None or judge.key is None:
            raise Inconclusive("partner.toml has no [ixit.judge] certificate and key: the judge cannot serve TLS.")
        return judge.certificate, judge.key

    def _ended(self, problem: str) -> None:
        self._log.add(Seen(CONNECTION, "", (), None, problem))

    def _answer(self, incoming: Incoming) -> Outgoing:
        try:
            asked = read_request(incoming)
        except BadRequest as error:
            self._log.add(Seen("(unreadable)", "", (), incoming, str(error)))
            return fault("InvalidRequest", str(error), status=500)
        with self._lock:
            script = self._faults.get((asked.operation, asked.number)) or self._faults.get((asked.operation, ""))
            offers = dict(self._offers)
        outgoing = _decide(incoming, asked, script, offers, self._blame)
        self._log.add(Seen(asked.operation, asked.number, asked.fields, incoming, str(outgoing.status)))
        return outgoing

    def _blame(self, text: str) -> None:
        self._error = self._error or text


def _given(pair: tuple[Path, Path] | None, what: str) -> tuple[Path, Path]:
    if pair is None:
        raise Inconclusive(f"partner.toml has no [ixit.judge] {what}_certificate and {what}_key.")
    return pair


def _decide(
    incoming: Incoming,
    asked: Asked,
    script: FaultScript | None,
    offers: dict[str, Offer],
    blame: Callable[[str], None],
) -> Outgoing:
    if not incoming.peer and not asked.token:
        return fault("Unauthenticated", "The request names no partner.")
    if script is not None:
        return fault(script.name, "Refused on purpose, for a test.", asked.number, status=script.status)
    return answer_operation(asked, offers, blame)


__all__ = ["PATH", "PullService", "Received"]
