"""A proper answer has no finding; each breach has the one it should."""

import pytest

from conformance.checks.soap import read_answer
from conformance.model.exchange import Message
from conformance.ports import soap_raw

MEDIA = "text/xml; charset=utf-8"
GOOD = soap_raw.element("EchoResponse", [("Text", "x"), ("Time", "2026-03-02T09:30:00Z")])
DETAIL = soap_raw.element("NotFound", [("Number", "CN-1"), ("Text", "none")])
FAULT = "<soap:Fault><faultcode>soap:{}</faultcode><faultstring>{}</faultstring><detail>{}</detail></soap:Fault>"


def found(body: bytes, status: int = 200, media: str = MEDIA, version: str = "1.1") -> set[str]:
    reading = read_answer(Message(media, body), status, version=version, expected="EchoResponse")
    return {finding.requirement for finding in reading.findings}


def test_a_proper_answer_has_no_finding() -> None:
    assert found(soap_raw.envelope(GOOD)) == set()


def test_a_proper_fault_has_no_finding_and_is_read() -> None:
    body = soap_raw.envelope(FAULT.format("Client", "not found", DETAIL))
    assert found(body, 500) == set()
    answer = read_answer(Message(MEDIA, body), 500, version="1.1").answer
    assert answer is not None
    assert answer.fault is not None
    assert (answer.fault.code, answer.fault.name) == ("Client", "NotFound")


@pytest.mark.parametrize(
    ("body", "status", "media", "requirement"),
    [
        (soap_raw.envelope(GOOD), 200, "text/xml; charset=iso-8859-1", "SOAP-002"),
        (soap_raw.envelope(GOOD), 200, "text/html; charset=utf-8", "SOAP-002"),
        (soap_raw.envelope(GOOD), 500, MEDIA, "SOAP-019"),
        (b"", 200, MEDIA, "SOAP-019"),
        (b"<!DOCTYPE a []><a/>", 200, MEDIA, "SOAP-003"),
        (soap_raw.envelope(GOOD).replace(b"<soap:Body>", b"<?pi x?><soap:Body>"), 200, MEDIA, "SOAP-004"),
        (soap_raw.envelope(GOOD, after='<t:T xmlns:t="urn:t"/>'), 200, MEDIA, "SOAP-007"),
        (soap_raw.envelope("<Text/>"), 200, MEDIA, "SOAP-008"),
        (soap_raw.envelope(GOOD, space="urn:other"), 200, MEDIA, "SOAP-009"),
        (soap_raw.envelope(GOOD, version="1.2"), 200, MEDIA, "SOAP-027"),
        (soap_raw.envelope(GOOD.replace("EchoResponse", "Echo")), 200, MEDIA, "WSDL-005"),
        (soap_raw.envelope(GOOD.replace("09:30:00Z", "09:30:00")), 200, MEDIA, "WSDL-005"),
        (soap_raw.envelope(""), 200, MEDIA, "WSDL-005"),
        (soap_raw.envelope(FAULT.format("Client", "x", DETAIL)), 200, MEDIA, "SOAP-018"),
        (soap_raw.envelope(FAULT.format("Client.Input", "x", DETAIL)), 500, MEDIA, "SOAP-014"),
        (soap_raw.envelope(FAULT.format("Client", "x", DETAIL.replace("NotFound", "Oops"))), 500, MEDIA, "SOAP-028"),
        (soap_raw.envelope(FAULT.format("Server", 'File "/srv/app/x.py", line 3', "")), 500, MEDIA, "SOAP-029"),
    ],
)
def test_a_breach_has_its_finding(body: bytes, status: int, media: str, requirement: str) -> None:
    assert requirement in found(body, status, media)
