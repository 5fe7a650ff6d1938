"""What the checks of a SOAP answer share: namespaces, the contract's schema, and the findings collected so far."""

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


def line_of(element: etree._Element) -> int | None:
    """The line an element begins in, where the parser knows it."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


@lru_cache(maxsize=1)
def exchange_schema() -> etree.XMLSchema:
    """The message types of the exchange contract, compiled once."""
    return etree.XMLSchema(etree.parse(str(data_path("schemas", "ecert", "exchange-1.xsd"))))


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
