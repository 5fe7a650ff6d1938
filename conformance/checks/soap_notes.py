"""What the checks of a SOAP answer share: namespaces, the contract's schema, and the findings collected so far."""

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from conformance.data import data_path
from conformance.model.exchange import Message
from conformance.model.finding import Finding, Where
from conformance.model.words import Level

EXCHANGE = "urn:ecert:exchange:1"
ENVELOPES = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}


@dataclass(frozen=True)
class Contract:
    """A contract of ours: the name of its schema in `schemas/ecert`, and the namespace of its messages."""

    name: str
    namespace: str


EXCHANGE_CONTRACT = Contract("exchange-1", EXCHANGE)
INQUIRY_CONTRACT = Contract("inquiry-1", "urn:ecert:inquiry:1")


def line_of(element: etree._Element) -> int | None:
    """The line an element begins in, where the parser knows it."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


@lru_cache(maxsize=2)
def schema_of(contract: Contract) -> etree.XMLSchema:
    """The message types of a contract, compiled once."""
    return etree.XMLSchema(etree.parse(str(data_path("schemas", "ecert", f"{contract.name}.xsd"))))


def exchange_schema() -> etree.XMLSchema:
    """The message types of the exchange contract."""
    return schema_of(EXCHANGE_CONTRACT)


class Notes:
    """Collects the findings on one answer."""

    def __init__(self, message: Message) -> None:
        self.found: list[Finding] = []
        self._digest = message.digest

    def add(
        self,
        requirement: str,
        text: str,
        expected: str,
        actual: str,
        *,
        path: str = "",
        line: int | None = None,
        level: Level = Level.MUST,
    ) -> None:
        """Collect one finding."""
        where = Where("SOAP answer", line, path, self._digest)
        self.found.append(Finding(requirement, text, expected, actual[:500], where, level))
