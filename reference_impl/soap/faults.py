"""Faults: typed details of the message schema, in either version of SOAP."""

from lxml import etree

from reference_impl.certificates.names import EXCHANGE, UNPREFIXED

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
XML = "http://www.w3.org/XML/1998/namespace"
MEDIA_TYPES = {SOAP11: "text/xml", SOAP12: "application/soap+xml"}
_CODES12 = {"Client": "Sender", "Server": "Receiver"}


class SoapFault(Exception):
    """A fault on its way to the caller.

    `kind` is the detail element's name (empty: no detail), `code` the SOAP 1.1 code; `status` overrides the HTTP
    status of the version; `retry_after` in seconds.
    """

    def __init__(
        self, kind: str, text: str, *, code: str = "Client", number: str = "", retry_after: int = 0, status: int = 0
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.code = code
        self.number = number
        self.retry_after = retry_after
        self.status = status


def invalid(text: str) -> SoapFault:
    """The request breaks the contract."""
    return SoapFault("InvalidRequest", text[:300])


class FaultWriter:
    """Writes faults. Methods may be replaced."""

    def status(self, fault: SoapFault, version: str) -> int:
        """The HTTP status: SOAP 1.1 always 500; SOAP 1.2 400 for the sender's fault, else 500."""
        if fault.status:
            return fault.status
        return 400 if version == SOAP12 and fault.code == "Client" else 500

    def element(self, fault: SoapFault, version: str) -> etree._Element:
        """The Fault element."""
        return self.fault12(fault) if version == SOAP12 else self.fault11(fault)

    def fault11(self, fault: SoapFault) -> etree._Element:
        """A Fault of SOAP 1.1."""
        root = etree.Element(f"{{{SOAP11}}}Fault", nsmap={"soap": SOAP11})
        etree.SubElement(root, "faultcode").text = f"soap:{fault.code}"
        etree.SubElement(root, "faultstring").text = fault.text
        if fault.kind:
            self.detail(etree.SubElement(root, "detail"), fault)
        return root

    def fault12(self, fault: SoapFault) -> etree._Element:
        """A Fault of SOAP 1.2."""
        root = etree.Element(f"{{{SOAP12}}}Fault", nsmap={"soap": SOAP12})
        code = etree.SubElement(root, f"{{{SOAP12}}}Code")
        etree.SubElement(code, f"{{{SOAP12}}}Value").text = f"soap:{_CODES12.get(fault.code, fault.code)}"
        reason = etree.SubElement(root, f"{{{SOAP12}}}Reason")
        text = etree.SubElement(reason, f"{{{SOAP12}}}Text", {f"{{{XML}}}lang": "en"})
        text.text = fault.text
        if fault.kind:
            self.detail(etree.SubElement(root, f"{{{SOAP12}}}Detail"), fault)
        return root

    def detail(self, parent: etree._Element, fault: SoapFault) -> None:
        """The one typed element of the detail."""
        element = etree.SubElement(parent, f"{{{EXCHANGE}}}{fault.kind}", nsmap=UNPREFIXED)
        if fault.number:
            etree.SubElement(element, f"{{{EXCHANGE}}}Number").text = fault.number
        etree.SubElement(element, f"{{{EXCHANGE}}}Text").text = fault.text
        if fault.retry_after:
            etree.SubElement(element, f"{{{EXCHANGE}}}RetryAfterSeconds").text = str(fault.retry_after)
