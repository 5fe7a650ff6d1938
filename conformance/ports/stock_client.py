"""A client as a partner's programmer makes it from the WSDL with a stock SOAP library (zeep).

zeep writes the envelopes and reads the answers; what goes over the wire goes through the port and onto the tape, and
every answer is checked before zeep sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree
from requests import Response
from zeep import Client
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault
from zeep.transports import Transport

from conformance.model.finding import Finding, Where
from conformance.model.outcome import Inconclusive, Nonconformity
from conformance.parsing import parse
from conformance.ports.soap_caller import SoapCaller

REQUIREMENT = "WSDL-005"


@dataclass(frozen=True)
class StockFault:
    """A fault as zeep gives it: the local name of its detail, and the detail read by the schema of the WSDL."""

    name: str
    detail: Any


class StockClient:
    """Calls operations as one identity. Raises `Nonconformity` where description and service do not go together."""

    def __init__(self, pull: SoapCaller, client: Client) -> None:
        """`client` was made from the partner's WSDL; from now on it sends through `pull`."""
        self._client = client
        self._transport = client.transport = _OverTheTape(pull)
        client.wsse = _Security(pull.security)

    def call(self, operation: str, **values: object) -> Any:
        """Call an operation and return what zeep makes of the answer, attributes named as in the WSDL."""
        try:
            return self._called(operation, values)
        except Fault as fault:
            raise self._breach(operation, f"fault {fault.code}: {fault.message}") from fault

    def refusal(self, operation: str, **values: object) -> StockFault:
        """Call an operation that has to be refused and return its typed fault.

        Raises `Inconclusive` when there is no fault, or one without detail.
        """
        try:
            self._called(operation, values)
        except Fault as fault:
            return self._typed(operation, fault)
        raise Inconclusive(f"{operation} was answered where it should be refused: there is no fault to look at.")

    def _called(self, operation: str, values: dict[str, object]) -> Any:
        try:
            return getattr(self._client.service, operation)(**values)
        except Fault:
            raise
        except (ZeepError, etree.LxmlError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._breach(operation, f"{type(error).__name__}: {error}") from error

    def _typed(self, operation: str, fault: Fault) -> StockFault:
        content = [] if fault.detail is None else list(fault.detail.iterchildren(etree.Element))
        if not content:
            raise Inconclusive("The fault has no detail, so there is none to compare with the WSDL; see SOAP-028.")
        name = etree.QName(content[0])
        try:
            element = self._client.get_element(name)  # type: ignore[no-untyped-call]
            return StockFault(name.localname, element.parse(content[0], self._client.wsdl.types))
        except (ZeepError, LookupError, TypeError, ValueError) as error:
            raise self._breach(operation, f"{name}: {error}", "a fault detail the WSDL describes") from error

    def _breach(self, operation: str, actual: str, expected: str = "an answer as the WSDL describes it") -> Exception:
        message = f"A client made from the WSDL cannot use {operation}: {actual[:200]}"
        where = Where("SOAP answer", message=self._transport.last)
        return Nonconformity(Finding(REQUIREMENT, message, expected, actual[:500], where))


class _Security:
    """Gives each envelope the security header its identity needs; answers carry none."""

    def __init__(self, header: Callable[[], str]) -> None:
        self._header = header

    def apply(self, envelope: etree._Element, headers: dict[str, str]) -> tuple[etree._Element, dict[str, str]]:
        """Put the header into an envelope."""
        text = self._header()
        if text:
            space = etree.QName(envelope).namespace
            head = envelope.find(f"{{{space}}}Header")
            if head is None:
                head = etree.Element(f"{{{space}}}Header")
                envelope.insert(0, head)
            head.append(parse(text.encode()))
        return envelope, headers

    def verify(self, envelope: etree._Element) -> None:
        """Accept."""


class _OverTheTape(Transport):
    """zeep's way to the partner: the port's."""

    def __init__(self, pull: SoapCaller) -> None:
        super().__init__(timeout=1, operation_timeout=1)  # type: ignore[no-untyped-call]
        self._pull = pull
        self.last = ""

    def load(self, url: str) -> bytes:
        """Load nothing: the description was read before."""
        raise ValueError(f"{url} is not part of the description")

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Response:  # noqa: ARG002 - zeep's signature
        """Send one envelope to the registered address, whatever the WSDL says, and return the answer."""
        exchange = self._pull.raw(message, tuple(headers.items()), action="stock client")
        reading = self._pull.read(exchange)
        answer = exchange.answer.response
        if reading.answer is None or answer is None:
            raise Nonconformity(*reading.findings)
        self.last = answer.digest
        response = Response()
        response.status_code = int(exchange.answer.fact("status") or 0)
        response.headers.update(dict(answer.headers))
        response.raw = BytesIO(answer.body)
        return response
