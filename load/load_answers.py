"""The judge's checks on answers, as they are applied under load: the parser and schema of the judge, and digests."""

import re
from base64 import b64decode
from hashlib import sha256

from load_user import Wrong
from lxml import etree

from conformance.data import data_path
from conformance.parsing import Unreadable, parse

EXCHANGE = "urn:ecert:exchange:1"
ENVELOPES = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")


class PullAnswers:
    """Checks answers of the pull access; remembers each document's digest, which never changes for a number."""

    def __init__(self) -> None:
        self._schema = etree.XMLSchema(etree.parse(data_path("schemas", "ecert", "exchange-1.xsd")))
        self._digests: dict[str, str] = {}

    def check(self, operation: str, number: str, status: int, body: bytes) -> None:
        """Check one answer to an operation about a number. Raises `Wrong`."""
        message = self._message(status, body)
        expected = f"{{{EXCHANGE}}}{operation}Response"
        if message.tag != expected:
            raise Wrong(f"the answer is {etree.QName(message).localname}, expected {operation}Response (HTTP {status})")
        if not self._schema.validate(message):
            raise Wrong(f"the answer is not valid: {self._schema.error_log[0].message[:160]}")
        if operation == "ListCertificates":
            for item in message.iter(f"{{{EXCHANGE}}}Item"):
                self._same_digest(_text(item, "Number"), _text(item, "DocumentDigest"))
            return
        if _text(message, "Number") != number:
            raise Wrong("the answer speaks of another certificate than asked for")
        if operation == "GetCertificate":
            document = b64decode(_text(message, "Document"))
            digest = sha256(document).hexdigest()
            if digest != _text(message, "DocumentDigest").lower():
                raise Wrong("the document is not the one its digest names")
            self._same_digest(number, digest)

    def _message(self, status: int, body: bytes) -> etree._Element:
        try:
            root = parse(body)
        except Unreadable as error:
            raise Wrong(f"the answer (HTTP {status}) cannot be read: {error.what}") from None
        uri, _, name = root.tag[1:].partition("}")
        found = root.find(f"{{{uri}}}Body")
        if uri not in ENVELOPES or name != "Envelope" or found is None or len(found) != 1:
            raise Wrong(f"the answer (HTTP {status}) is not a SOAP envelope with one message")
        return found[0]

    def _same_digest(self, number: str, digest: str) -> None:
        if self._digests.setdefault(number, digest.lower()) != digest.lower():
            raise Wrong("a document has changed since it was first seen in this run")


_STATE = re.compile(r'data-ecert-state="([a-z]+)"')


def check_page(number: str, status: int, body: bytes) -> None:
    """Check one result page for a certificate that is issued, replaced or withdrawn. Raises `Wrong`."""
    text = body.decode("utf-8", errors="replace")
    state = _STATE.search(text)
    if status != 200:  # noqa: PLR2004 - HTTP OK
        raise Wrong(f"HTTP {status}, state {state.group(1) if state else 'not given'}")
    if state is None:
        raise Wrong("the page names no state (data-ecert-state)")
    if state.group(1) not in ("issued", "replaced", "withdrawn"):
        raise Wrong(f"the state is {state.group(1)} for a known certificate and its right code")
    if number not in text:
        raise Wrong("the page does not show the number asked for")


def _text(parent: etree._Element, name: str) -> str:
    return parent.findtext(f"{{{EXCHANGE}}}{name}") or ""
