"""The judge's checks on answers, as they are applied under load, and digests that must never change."""

from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha256

from load_user import Lost, Wrong
from lxml import etree

from conformance.checks.page import check_facts, read_page
from conformance.checks.soap import EXCHANGE, read_answer
from conformance.model.exchange import Message

KNOWN_STATES = ("issued", "replaced", "withdrawn")
PUT_OFF = (429, 503)
OK = 200
HELD_BACK = "put off with TooManyRequests"


class PullAnswers:
    """Checks answers of the pull access; remembers each document's digest, which never changes for a number."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}

    def check(self, operation: str, number: str, status: int, message: Message) -> None:
        """Check one answer to an operation about a number. Raises `Wrong`, or `Lost` when the partner puts off."""
        if status in PUT_OFF:
            raise Lost(f"put off with HTTP {status}")
        reading = read_answer(message, status, version="1.1", expected=f"{operation}Response")
        answer = reading.answer
        if answer is not None and answer.fault is not None and answer.fault.name == "TooManyRequests":
            seconds = answer.fault.retry_after
            if seconds is None or message.header("Retry-After") != str(seconds):
                raise Wrong("TooManyRequests without a time to wait, in the fault and in Retry-After")
            raise Lost(HELD_BACK)
        if answer is not None and answer.fault is not None:
            raise Wrong(f"fault {answer.fault.name or answer.fault.code} instead of an answer")
        if reading.findings:
            first = reading.findings[0]
            raise Wrong(f"{first.requirement}: {first.message} ({first.actual[:120]})")
        if answer is None or answer.body is None:
            raise Wrong("the answer has no message")
        self._content(operation, number, answer.body)

    def _content(self, operation: str, number: str, body: etree._Element) -> None:
        if operation == "ListCertificates":
            for item in body.iter(f"{{{EXCHANGE}}}Item"):
                self._same_digest(_text(item, "Number"), _text(item, "DocumentDigest"))
            return
        if operation == "Echo":
            if _text(body, "Text") != "load":
                raise Wrong("Echo gives back another text than was sent")
            return
        if _text(body, "Number") != number:
            raise Wrong("the answer speaks of another certificate than asked for")
        if operation == "GetCertificate":
            try:
                digest = sha256(b64decode(_text(body, "Document"))).hexdigest()
            except NotBase64:
                raise Wrong("the document is not base64") from None
            if digest != _text(body, "DocumentDigest").lower():
                raise Wrong("the document is not the one its digest names")
            self._same_digest(number, digest)

    def _same_digest(self, number: str, digest: str) -> None:
        if self._digests.setdefault(number, digest.lower()) != digest.lower():
            raise Wrong("a document has changed since it was first seen in this run")


def check_page(number: str, status: int, message: Message) -> None:
    """Check one result page about a known certificate. Raises `Wrong`, or `Lost` when the partner puts off."""
    if status in PUT_OFF:
        raise Lost(f"put off with HTTP {status}")
    facts = read_page(message.body)
    if status != OK or facts.state not in KNOWN_STATES:
        raise Wrong(f"HTTP {status} and state {facts.state or 'not given'} for a known number and its code")
    if facts.value("number") != number:
        raise Wrong("the page shows another number than asked for")
    if findings := check_facts(facts):
        raise Wrong(f"{findings[0].requirement}: {findings[0].message} ({findings[0].actual[:120]})")


def _text(parent: etree._Element, name: str) -> str:
    return parent.findtext(f"{{{EXCHANGE}}}{name}") or ""
