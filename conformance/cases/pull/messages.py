"""SOAP messages as WS-I Basic Profile wants them: what must be taken, and what must be refused and how."""

from collections.abc import Sequence

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.refusals import UNKNOWN, about, provoked
from conformance.cases.helpers.stock import Stock
from conformance.checks.soap import SoapFault, read_answer
from conformance.model.exchange import Exchange
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports import soap_raw
from conformance.ports.soap import PullPort

OTHER_HEADER = '<h:Booking xmlns:h="urn:example:booking" soap:mustUnderstand="1">7</h:Booking>'
DTD = b'<!DOCTYPE soap:Envelope [<!ENTITY e "entity">]>'


def _answered(judge: Judge, exchange: Exchange) -> Where:
    response = exchange.answer.response
    judge.require(
        response is not None,
        expected="an answer",
        actual=exchange.answer.failure.text if exchange.answer.failure else "none",
        message="There is no answer.",
    )
    return Where("SOAP answer", message=response.digest if response else "")


def _refused(judge: Judge, pull: PullPort, exchange: Exchange, codes: Sequence[str], what: str) -> None:
    """Expect a fault with one of these codes, or the plain HTTP 400 the contract allows when "400" is among them."""
    where = _answered(judge, exchange)
    status = exchange.answer.fact("status") or ""
    if status == "400" and "400" in codes:
        return
    fault = pull.fault_in(exchange)
    code = fault.code if isinstance(fault, SoapFault) else "a good answer"
    message = f"{what} is not refused as agreed."
    judge.expect(code in codes, expected=" or ".join(codes), actual=str(fault or code), message=message, where=where)


@case("SOAP-002", roles=Role.EXPORTER, also=["SOAP-001"], defects=["wrong-charset"])
def test_media_type_tells_the_charset(pull: PullPort, judge: Judge) -> None:
    """An answer has the media type of its SOAP version, with the charset its octets are in.

    A reader that believes the header turns every name outside ASCII into rubbish when the header is wrong.
    """
    exchange = pull.send_echo()
    _answered(judge, exchange)
    response = exchange.answer.response
    if response is not None:
        reading = read_answer(response, 200, version="1.1", expected="EchoResponse")
        judge.report(one for one in reading.findings if one.requirement in ("SOAP-001", "SOAP-002"))


@case("SOAP-003", roles=Role.EXPORTER, also=["SOAP-004"], defects=["reads-dtd"])
def test_dtd_is_refused(pull: PullPort, judge: Judge) -> None:
    """A message with a document type declaration or a processing instruction is refused.

    Through a DTD a sender can make the receiver open files and addresses, or fill its memory with a few lines.
    """
    pull.echo("entity")
    head, _, rest = soap_raw.envelope(soap_raw.echo("&e;").replace("&amp;", "&"), header=pull.security()).partition(
        b"\n"
    )
    exchange = pull.raw(head + DTD + rest, soap_raw.headers("Echo"), action="Echo with a DTD")
    _refused(judge, pull, exchange, ("Client", "400"), "A DTD")
    instruction = soap_raw.envelope(soap_raw.echo("x"), header=pull.security()).replace(
        b"<soap:Body>", b"<?do it?><soap:Body>"
    )
    exchange = pull.raw(instruction, soap_raw.headers("Echo"), action="Echo with an instruction")
    _refused(judge, pull, exchange, ("Client", "400"), "A processing instruction")


@case("SOAP-006", roles=Role.EXPORTER, defects=["chokes-on-bom"])
def test_byte_order_mark_is_accepted(pull: PullPort) -> None:
    """A request in UTF-8 or UTF-16 with a byte order mark is accepted.

    Several widely used libraries write one; WS-I Basic Profile obliges every receiver to take it.
    """
    pull.echo()
    plain = soap_raw.envelope(soap_raw.echo("mark"), header=pull.security())
    marked = b"\xef\xbb\xbf" + plain
    wide = plain.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    action = soap_raw.headers("Echo")[1]
    utf8, utf16 = (("Content-Type", f"text/xml; charset=utf-{bits}") for bits in (8, 16))
    pull.outcome(pull.raw(marked, (utf8, action), action="Echo in UTF-8 with a mark"), "Echo")
    pull.outcome(pull.raw(wide, (utf16, action), action="Echo in UTF-16 with a mark"), "Echo")


@case("SOAP-007", roles=Role.EXPORTER, defects=["ignores-trailer"])
def test_nothing_follows_the_body(pull: PullPort, judge: Judge) -> None:
    """A message with an element after Body is refused.

    What stands there is outside of everything that is signed, checked or validated.
    """
    pull.echo()
    exchange = pull.send("Echo", soap_raw.echo("x"), after='<t:Trailer xmlns:t="urn:example:trailer"/>')
    _refused(judge, pull, exchange, ("Client", "400"), "An element after Body")


@case("SOAP-009", roles=Role.EXPORTER, defects=["any-envelope"])
def test_unknown_envelope_is_a_version_mismatch(pull: PullPort, judge: Judge) -> None:
    """An envelope in an unknown namespace is answered with VersionMismatch.

    The namespace is SOAP's version. A receiver that does not know it cannot know what the headers oblige it to.
    """
    pull.echo()
    exchange = pull.send("Echo", soap_raw.echo("x"), space="urn:example:soap-of-tomorrow")
    _refused(judge, pull, exchange, ("VersionMismatch",), "An unknown envelope")


@case("SOAP-011", roles=Role.EXPORTER, defects=["ignores-must-understand"])
def test_unknown_mandatory_header_stops_processing(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """An unknown header marked mustUnderstand gives a MustUnderstand fault, before anything is done.

    The sender says with the mark: do not act unless you know what this means.
    """
    number = stock.issued().number
    request = soap_raw.acknowledge(number)
    exchange = pull.send("AcknowledgeReceipt", request, header=OTHER_HEADER + pull.security())
    _refused(judge, pull, exchange, ("MustUnderstand",), "An unknown mandatory header")
    equal(judge, "Pending", pull.status(number).delivery_state, "The request was carried out all the same.")
    pull.acknowledge(number)


@case("SOAP-018", roles=Role.EXPORTER, defects=["faults-with-200"])
def test_faults_use_status_500(pull: PullPort, stock: Stock) -> None:
    """A SOAP 1.1 fault is sent with HTTP status 500.

    Gateways, caches and monitoring see the status only: a fault with 200 is a success to them.
    """
    number = stock.issued().number
    pull.get(number)
    with provoked(pull, "NotFound"):
        pull.get(UNKNOWN)


@case("SOAP-020", roles=Role.EXPORTER, defects=["malformed-is-200"])
def test_format_problems_have_4xx(pull: PullPort, judge: Judge) -> None:
    """What is not a SOAP request at all is refused by HTTP: 400 not well-formed, 405 method, 415 media type.

    The sender's programmer learns from the number where to look.
    """
    good = soap_raw.envelope(soap_raw.echo("x"), header=pull.security())
    http = soap_raw.headers("Echo")
    pull.outcome(pull.raw(good, http, action="Echo"), "Echo")
    broken = pull.raw(good[: len(good) // 2], http, action="half an envelope")
    fetched = pull.raw(b"", (), method="GET", action="GET")
    json = pull.raw(good, (("Content-Type", "application/json"), http[1]), action="JSON media type")
    for status, what, exchange in (("400", "Malformed XML", broken), ("405", "GET", fetched), ("415", "JSON", json)):
        where = _answered(judge, exchange)
        equal(judge, status, exchange.answer.fact("status"), f"{what} has another HTTP status.", where)
    allow = fetched.answer.response.header("Allow") if fetched.answer.response else None
    judge.expect(
        "POST" in (allow or ""),
        expected="Allow: POST",
        actual=f"Allow: {allow}",
        message="The refusal of GET does not say what is allowed.",
    )


@case("SOAP-022", roles=Role.EXPORTER, defects=["dispatches-by-action"])
def test_dispatch_is_by_body(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The body element alone says what to do; a SOAPAction of another operation changes nothing.

    A request that says two things can be let through by a filter for the one and carried out for the other.
    """
    number = stock.issued().number
    plain = soap_raw.headers("GetStatus", action='""')
    status = soap_raw.element("GetStatus", [("Number", number)])
    pull.outcome(pull.send("GetStatus", status, http=plain), "GetStatus")
    crossed = soap_raw.headers("AcknowledgeReceipt")
    exchange = pull.send("GetStatus", status, http=crossed)
    fault = pull.fault_in(exchange)
    judge.expect(
        fault is not None and fault.name == "InvalidRequest",
        expected="fault InvalidRequest",
        actual=str(fault or "a good answer"),
        message="Body and SOAPAction name different operations, and the request is not refused.",
        where=_answered(judge, exchange),
        requirement=about(fault),
    )
    acknowledge = soap_raw.acknowledge(number)
    pull.send("AcknowledgeReceipt", acknowledge, http=soap_raw.headers("GetStatus"))
    equal(judge, "Pending", pull.status(number).delivery_state, "A request that said two things was carried out.")


@case("SOAP-028", roles=Role.EXPORTER, defects=["untyped-faults"])
def test_faults_are_typed(pull: PullPort, stock: Stock) -> None:
    """A refusal carries the typed detail of the contract, so that a program can tell why.

    Texts change and are translated; what to do next must not hang on them.
    """
    number, foreign = stock.issued().number, stock.addressed_to_another_country().number
    pull.get(number)
    with provoked(pull, "NotFound"):
        pull.get(UNKNOWN)
    with provoked(pull, "PermissionDenied", "NotFound"):
        pull.get(foreign)
    with provoked(pull, "Unauthenticated"):
        pull.as_("own", by="none").get(number)


@case("SOAP-029", roles=Role.EXPORTER, defects=["leaks-traceback"])
def test_faults_give_nothing_away(pull: PullPort, judge: Judge) -> None:
    """A fault tells no stack trace, file path, SQL or software version.

    Whoever looks for a way in starts with what the service tells about itself.
    """
    pull.echo()
    numbers = ("' OR '1'='1", "../../etc/passwd", "A" * 70, "%s%n", "{{7*7}}")
    requests = [soap_raw.get(number) for number in numbers]
    requests += [soap_raw.get("A" * 5000), soap_raw.element("ListCertificates", [("ChangedFrom", "yesterday")])]
    for request in requests:
        exchange = pull.send("GetCertificate", request, http=soap_raw.headers("", action='""'))
        where = _answered(judge, exchange)
        fault = pull.fault_in(exchange)
        judge.expect(
            fault is not None,
            expected="a fault",
            actual="a good answer",
            message="A request that makes no sense is answered as if it did.",
            where=where,
        )


@case("SOAP-027", roles=Role.EXPORTER, needs=["soap:1.2"], defects=["answers-12-with-11"])
def test_soap_12_is_answered_in_12(pull: PullPort, stock: Stock) -> None:
    """A SOAP 1.2 request is answered in SOAP 1.2: media type, envelope, and faults with Code and Reason.

    Version 1.2 is another namespace; a client that speaks it cannot read the other.
    """
    number = stock.issued().number
    port = pull.soap("1.2")
    port.get(number)
    with provoked(port, "NotFound"):
        port.get(UNKNOWN)
