"""How the judge speaks SOAP to the partner's services: as whom, in which version, and how an answer is read.

Every answer is checked by `checks.soap` before anything is read from it, whatever the case is about.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from typing import Any, Literal, Self

from lxml import etree

from conformance.checks.soap import Reading, SoapFault, read_answer
from conformance.checks.soap_notes import EXCHANGE_CONTRACT, Contract
from conformance.model.exchange import Exchange, Failure, FailureKind
from conformance.model.finding import Finding, Where
from conformance.model.outcome import Inconclusive, JudgeFault, Nonconformity
from conformance.partner import Identity, IxitPull, Partner
from conformance.ports import soap_raw, wss
from conformance.ports.answers import case_requirement, reached
from conformance.ports.faults import FaultReceived, Memory
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.tape import Tape

By = Literal["mutual-tls", "username-token", "none"]
Headers = Sequence[tuple[str, str]]


class SoapCaller:
    """Sends SOAP requests as one identity and reads the answers. `as_` gives the same caller as another."""

    contract: Contract = EXCHANGE_CONTRACT
    port = "pull"
    who = "The partner's pull service"

    def __init__(self, partner: Partner, tape: Tape, *, requirement: str = "", identity: str = "own") -> None:
        self._partner = partner
        self._tape = tape
        self._memory = Memory()
        self.identity = identity
        self.by: By = "mutual-tls" if "identity:mutual-tls" in partner.ics else "username-token"
        self.version = "1.1"
        self.requirement = requirement or case_requirement(tape)

    # --- who speaks, and how ---

    def as_(self, identity: str, by: By | None = None) -> Self:
        """The same port as another identity (`own`, `other`, `limited`) or with another proof of it."""
        port = self._copy()
        port.identity = identity
        port.by = by or self.by
        return port

    def soap(self, version: str) -> Self:
        """The same port speaking SOAP 1.1 or 1.2."""
        port = self._copy()
        port.version = version
        return port

    def _copy(self) -> Self:
        return copy(self)  # what was accepted so far is shared

    @property
    def account(self) -> Identity:
        """The account of this identity; `Inconclusive` when partner.toml has none."""
        known = next((one for one in self.settings.identities.all() if one.name == self.identity), None)
        if known is None:
            raise Inconclusive(f"partner.toml has no [ixit.pull.identities.{self.identity}].")
        return known

    @property
    def settings(self) -> IxitPull:
        """The partner's pull access; `Inconclusive` when partner.toml has none."""
        if self._partner.pull is None:
            raise Inconclusive("partner.toml has no [ixit.pull].")
        return self._partner.pull

    # --- octets ---

    def raw(
        self,
        body: bytes,
        headers: Headers | None = None,
        method: str = "POST",
        path: str | None = None,
        *,
        action: str = "raw",
    ) -> Exchange:
        """Send octets as they are and return the exchange; nothing of the answer is checked.

        `path` is path and query, by default that of the service. Raises `Unreachable` when nothing listens.
        """
        endpoint = self._endpoint()
        target = endpoint.target if path is None else path
        sent = tuple(headers if headers is not None else soap_raw.headers("Echo", version=self.version, action='""'))
        request = HttpRequest(method, target, sent, body)
        limits = Limits(self.settings.timeout, self.settings.max_answer_bytes)
        exchange = self._tape.exchange(
            self.port,
            action,
            request.message(),
            lambda: perform(endpoint, request, limits),
            at=(f"pull {endpoint.place}",),
        )
        reached(exchange, self.who)
        return exchange

    def send(
        self, operation: str, content: str, *, header: str | None = None, http: Headers | None = None, **shape: str
    ) -> Exchange:
        """Send one request element in an envelope with this identity's credentials; the exchange comes back unread.

        `header` replaces the security header; `shape` goes to `soap_raw.envelope`.
        """
        security = self.security() if header is None else header
        body = soap_raw.envelope(content, version=self.version, header=security, **shape)
        usual = soap_raw.headers(operation, version=self.version, space=self.contract.namespace)
        return self.raw(body, http or usual, action=operation)

    def send_echo(self) -> Exchange:
        """Send a good Echo; the exchange comes back unread."""
        return self.send("Echo", soap_raw.echo("conformance"))

    def send_echo_with(self, header: str) -> Exchange:
        """Send an Echo with exactly this SOAP header; the exchange comes back unread."""
        return self.send("Echo", soap_raw.echo("conformance"), header=header)

    def fault_in(self, exchange: Exchange) -> SoapFault | None:
        """The fault of a raw exchange, checked like every answer, or None when the answer is good.

        Raises `Nonconformity` when the answer breaks a binding rule of SOAP or is none.
        """
        reading = self.read(exchange)
        binding = tuple(finding for finding in reading.findings if finding.level.binding)
        if binding or reading.answer is None:
            raise Nonconformity(*(binding or reading.findings))
        return reading.answer.fault

    def security(self) -> str:
        """The WS-Security header this identity needs: empty with mutual TLS."""
        return self.token().xml() if self.by == "username-token" else ""

    def token(self, **options: Any) -> wss.Token:
        """A fresh token of this identity; options as in `wss.make_token`."""
        username, password = self.credentials()
        return wss.make_token(self._tape, username, password, **options)

    def credentials(self) -> tuple[str, str]:
        """User name and password of this identity."""
        known = self.account
        if not known.username or known.password is None:
            raise Inconclusive(f"partner.toml has no user name and password for the identity '{self.identity}'.")
        return known.username, known.password.reveal()

    def read(self, exchange: Exchange, expected: str = "") -> Reading:
        """Check an exchange as a SOAP answer; a missing answer is a Nonconformity, findings are given back."""
        answer = exchange.answer
        if answer.failure is not None or answer.response is None:
            raise Nonconformity(self._no_answer(exchange.action, answer.failure))
        status = int(answer.fact("status") or 0)
        return read_answer(answer.response, status, version=self.version, expected=expected, contract=self.contract)

    def outcome(self, exchange: Exchange, operation: str) -> etree._Element:
        """The body of a good answer to `operation`.

        Raises `FaultReceived` for a well-made fault and `Nonconformity` for anything that is not a proper answer.
        """
        reading = self.read(exchange, f"{operation}Response")
        answer = reading.answer
        binding = tuple(finding for finding in reading.findings if finding.level.binding)
        if answer is None:
            raise Nonconformity(*(binding or reading.findings))
        if answer.fault is not None:
            finding = self.finding(f"{operation} was answered with a fault.", "a good answer", str(answer.fault))
            digest = exchange.answer.response.digest if exchange.answer.response else ""
            where = Where("SOAP answer", message=digest)
            raise FaultReceived(operation, answer.fault, replace(finding, where=where), *binding)
        if binding:
            raise Nonconformity(*binding)
        self._memory.accepted.add(operation)
        if answer.body is None:
            raise JudgeFault("a good answer without a body passed the checks")
        return answer.body

    def finding(self, message: str, expected: str, actual: str) -> Finding:
        """A finding against the requirement of the case."""
        return Finding(self.requirement, message, expected, actual, Where("SOAP answer"))

    # --- refusals ---

    @contextmanager
    def refused(self, *names: str) -> Iterator[None]:
        """Expect what is done inside to be refused with a fault of one of these names, and nothing else.

        The same operation must have been accepted before in this case (law 4), or the judge is at fault.
        """
        wanted = " or ".join(names)
        try:
            yield
        except FaultReceived as received:
            if received.operation not in self._memory.accepted:
                raise JudgeFault(
                    f"{received.operation} was never accepted in this case: its refusal proves nothing"
                ) from received
            if received.findings[1:]:  # a refusal, but not one that is made as SOAP wants it
                raise Nonconformity(*received.findings[1:]) from None
            if received.fault.name not in names:
                finding = self.finding("The refusal is another than agreed.", f"fault {wanted}", str(received.fault))
                # Without its typed detail it may be the right fault; what is wrong is that nobody can tell.
                about = finding.requirement if received.fault.name else "SOAP-028"
                raise Nonconformity(replace(finding, requirement=about, where=received.findings[0].where)) from None
            return
        raise Nonconformity(self.finding("What had to be refused was accepted.", f"fault {wanted}", "a good answer"))

    # --- the way there ---

    @property
    def url(self) -> str:
        """The address of the service."""
        return self.settings.url

    def _endpoint(self) -> Endpoint:
        pull = self.settings
        if self.by != "mutual-tls":
            return Endpoint(self.url, pull.ca)
        known = pull.identities[self.identity]
        return Endpoint(self.url, pull.ca, known.certificate, known.key)

    def _no_answer(self, action: str, failure: Failure | None) -> Finding:
        text = failure.text if failure else "no answer"
        requirement = "TLS-004" if failure and failure.kind is FailureKind.TLS else self.requirement
        return Finding(
            requirement, f"There is no whole answer to {action}: {text}.", "an answer", text, Where("SOAP answer")
        )
