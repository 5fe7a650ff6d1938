"""Is a service description usable: WSDL 1.1 by WS-I Basic Profile, the contract's operations, the right address?

zeep reads it as a partner's programmer would: if no client can be made from it, it is no description.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree
from requests import Response
from zeep import Client, Settings
from zeep.exceptions import Error as ZeepError
from zeep.transports import Transport

from conformance.checks.soap import EXCHANGE, line_of
from conformance.model.finding import Finding, Where
from conformance.parsing import Unreadable, parse

WSDL = "http://schemas.xmlsoap.org/wsdl/"
_SOAP = ("http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/")
OPERATIONS = (
    "Echo", "ListCertificates", "GetCertificate", "GetStatus", "AcknowledgeReceipt", "SubmitAcknowledgement",
)  # fmt: skip
Fetch = Callable[[str], bytes]


class _Given(Transport):
    """Gives zeep what was fetched by the port; touches no network by itself."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__(timeout=1, operation_timeout=1)  # type: ignore[no-untyped-call]
        self._fetch = fetch

    def load(self, url: str) -> bytes:
        """Return the octets behind a URL, once they are known to be harmless XML."""
        octets = self._fetch(url)
        parse(octets)
        return octets

    def post(self, address: str, message: str, headers: dict[str, str]) -> Response:  # noqa: ARG002 - zeep's signature
        """Refuse: calls go through the port."""
        raise RuntimeError(f"no call to {address} is made from a description")


@dataclass(frozen=True)
class Description:
    """A description zeep has read, as the client it makes of it."""

    client: Client


def read_wsdl(data: bytes, address: str, fetch: Fetch) -> tuple[Description | None, list[Finding]]:
    """Check a description fetched for the service at `address`; `fetch` gives what it imports, by URL.

    The description is None when no client can be made from it.
    """
    found: list[Finding] = []
    try:
        root = parse(data)
    except Unreadable as error:
        return None, [_finding("WSDL-001", "The WSDL cannot be read.", "XML", str(error))]
    if root.tag != f"{{{WSDL}}}definitions":
        return None, [_finding("WSDL-001", "This is no WSDL 1.1.", f"{{{WSDL}}}definitions", str(root.tag))]
    found += _check_style(root)
    found += _check_addresses(root, address)
    source = f"{address}?wsdl"
    try:
        client = Client(  # type: ignore[no-untyped-call]
            source,
            transport=_Given(lambda url: data if url == source else fetch(url)),
            settings=Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=False),
        )
        missing = sorted(set(OPERATIONS) - set(dir(client.service)))
    except (ZeepError, Unreadable, etree.LxmlError, ValueError, KeyError, AttributeError, TypeError) as error:
        return None, [*found, _finding("WSDL-001", "No client can be made from the WSDL.", "a usable WSDL", str(error))]
    if missing:
        found.append(
            _finding("WSDL-001", "The WSDL lacks operations.", ", ".join(OPERATIONS), f"without {', '.join(missing)}")
        )
    return Description(client), found


def _finding(requirement: str, message: str, expected: str, actual: str, node: etree._Element | None = None) -> Finding:
    line = None if node is None else line_of(node)
    path = "" if node is None else str(node.getroottree().getpath(node))
    return Finding(requirement, message, expected, actual[:300], Where("WSDL", line, path))


def _check_style(root: etree._Element) -> list[Finding]:
    found = [
        _finding("WSDL-001", "A binding is not document/literal.", "document", "rpc", node)
        for space in _SOAP
        for node in root.iter(f"{{{space}}}binding", f"{{{space}}}operation")
        if node.get("style", "document") != "document"
    ]
    found += [
        _finding("WSDL-001", "A message is not literal.", "literal", str(node.get("use")), node)
        for space in _SOAP
        for node in root.iter(f"{{{space}}}body", f"{{{space}}}fault")
        if node.get("use") != "literal"
    ]
    if root.get("targetNamespace") != EXCHANGE:
        found.append(
            _finding("WSDL-001", "The target namespace is another.", EXCHANGE, str(root.get("targetNamespace")))
        )
    return found


def _check_addresses(root: etree._Element, address: str) -> list[Finding]:
    nodes = [node for space in _SOAP for node in root.iter(f"{{{space}}}address")]
    if not nodes:
        return [_finding("WSDL-008", "The WSDL has no address.", address, "none")]
    return [
        _finding("WSDL-008", "The address is not the registered one.", address, node.get("location", ""), node)
        for node in nodes
        if _plain(node.get("location", "")) != _plain(address)
    ]


def _plain(url: str) -> tuple[str, str, int, str]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, (parts.hostname or "").lower(), port or 443, parts.path or "/"
