"""Takes a SOAP message apart, as far as that needs no knowledge of the operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from reference_impl.certificates.parsing import MAX_BYTES, NotReadable, parse
from reference_impl.soap.faults import SOAP11, SOAP12, SoapFault, invalid

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
SECURITY = f"{{{WSSE}}}Security"
_NEXT = {
    SOAP11: ("", "http://schemas.xmlsoap.org/soap/actor/next"),
    SOAP12: (
        "",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    ),
}


@dataclass(frozen=True)
class Request:
    """One HTTP request as the service sees it. `certificate`: the client's, DER, empty without one."""

    body: bytes
    media_type: str
    action: str
    certificate: bytes
    client: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """A SOAP message: version (its namespace), header blocks and the body's one element."""

    version: str
    headers: tuple[etree._Element, ...]
    operation: etree._Element


class EnvelopeReader:
    """Reads messages. Methods may be replaced."""

    def read(self, request: Request, version: str) -> Message:
        """Return the message. `version` is what the media type says. Raises `SoapFault`."""
        root = self.parse(request.body)
        found = self.version(root)
        if found != version:
            raise SoapFault("InvalidRequest", "the media type does not fit the envelope's version", status=415)
        header, body = self.parts(root, found)
        blocks = tuple(e for e in header if isinstance(e.tag, str)) if header is not None else ()
        self.check_understood(blocks, found)
        operations = [e for e in body if isinstance(e.tag, str)]
        if len(operations) != 1:
            raise invalid("the Body must hold exactly one element")
        return Message(found, blocks, operations[0])

    def parse(self, body: bytes) -> etree._Element:
        """The XML, or a fault with HTTP status 400."""
        try:
            return parse(body, MAX_BYTES)
        except NotReadable as error:
            raise SoapFault("InvalidRequest", str(error)[:300], status=400) from error

    def version(self, root: etree._Element) -> str:
        """The envelope's namespace, one of the two known."""
        name = etree.QName(root)
        if name.localname != "Envelope":
            raise invalid("the message is not a SOAP envelope")
        if name.namespace not in (SOAP11, SOAP12):
            raise SoapFault("", "the envelope is of an unknown version of SOAP", code="VersionMismatch")
        return str(name.namespace)

    def parts(self, root: etree._Element, version: str) -> tuple[etree._Element | None, etree._Element]:
        """Header (perhaps) and Body; nothing else may be there, above all nothing after the Body."""
        children = [e for e in root if isinstance(e.tag, str)]
        names = [e.tag for e in children]
        if names == [f"{{{version}}}Body"]:
            return None, children[0]
        if names == [f"{{{version}}}Header", f"{{{version}}}Body"]:
            return children[0], children[1]
        raise invalid("an envelope holds one Header at most, then one Body, and nothing after it")

    def check_understood(self, blocks: tuple[etree._Element, ...], version: str) -> None:
        """Refuse a block for us that must be understood and is not."""
        role = "actor" if version == SOAP11 else "role"
        for block in blocks:
            must = (block.get(f"{{{version}}}mustUnderstand") or "0").strip() in ("1", "true")
            mine = (block.get(f"{{{version}}}{role}") or "") in _NEXT[version]
            if must and mine and block.tag != SECURITY:
                raise SoapFault("", "a header block that must be understood is not", code="MustUnderstand")
