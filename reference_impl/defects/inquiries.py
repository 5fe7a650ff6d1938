"""Defects of inquiries and measures."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from lxml import etree
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import Response

from reference_impl.certificates.parsing import parse
from reference_impl.config import PartnerConfig
from reference_impl.defects.defect import Collection, patch
from reference_impl.inquiries.messages import INQUIRY
from reference_impl.inquiries.values import NEXT, Entry, Inquiry, Question
from reference_impl.soap.faults import SoapFault, invalid
from reference_impl.uploads import Document, RefusedUpload
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.inquiries.post import InquiryPost
    from reference_impl.node import Node

defects = Collection()
_USUAL = {"Number": "unknown", "Reason": "other", "Text": "-", "Contact": "-", "AnswerBy": "2099-01-01T00:00:00Z"}


def _completed(root: etree._Element) -> None:
    """Fill in what an OpenInquiry leaves out, or says wrongly."""
    if root.tag != f"{{{INQUIRY}}}OpenInquiry":
        return
    for at, (name, usual) in enumerate(_USUAL.items(), 1):
        element = root.find(f"{{{INQUIRY}}}{name}")
        if element is None:
            element = etree.Element(f"{{{INQUIRY}}}{name}")
            root.insert(at, element)
        if not (element.text or "").strip() or (name == "Reason" and element.text == "curiosity"):
            element.text = usual


@defects.add("takes-incomplete-inquiries", "Fills in what an inquiry by SOAP leaves out.", "INQ-001")
def _takes_incomplete_inquiries(node: "Node") -> None:
    check = node.inquiry_service.check_schema

    def changed(element: etree._Element) -> None:
        _completed(element)
        check(element)

    patch(node.inquiry_service, check_schema=changed)


@defects.add("form-needs-nothing", "Leaves it to the browser to ask for the fields of an inquiry.", "INQ-001")
def _form_needs_nothing(node: "Node") -> None:
    patch(node.asking_pages, wrong_in=lambda _form: {})


@defects.add("mail-needs-nothing", "Fills in what an inquiry by mail leaves out.", "INQ-001")
def _mail_needs_nothing(node: "Node") -> None:
    post = cast("InquiryPost", node.inquiry_post)
    read = post.read

    def changed(document: bytes) -> etree._Element:
        root = parse(document)
        _completed(root)
        return read(etree.tostring(root))

    patch(post, read=changed)


def _answering(node: "Node", name: str, change: Callable[[etree._Element, etree._Element], None]) -> None:
    """Have an operation's answer changed: `change` gets it and the request."""
    operations = node.inquiry_service.operations
    act = getattr(operations, name)

    def changed(caller: PartnerConfig, request: etree._Element) -> etree._Element:
        answer: etree._Element = act(caller, request)
        change(answer, request)
        return answer

    patch(operations, **{name: changed})


def _field(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f"{{{INQUIRY}}}{name}")
    assert found is not None  # noqa: S101 - the contract has it
    return found


@defects.add("one-id-for-all", "Takes inquiries with the same words for one, and gives them the same id.", "INQ-002")
def _one_id_for_all(node: "Node") -> None:
    ids: dict[str, str] = {}

    def change(answer: etree._Element, request: etree._Element) -> None:
        element = _field(answer, "InquiryId")
        element.text = ids.setdefault(request.findtext(f"{{{INQUIRY}}}Text") or "", element.text or "")

    _answering(node, "open", change)


@defects.add("receipt-without-its-time", "Dates receipts with the time at which the office opened.", "INQ-002")
def _receipt_without_its_time(node: "Node") -> None:
    def change(answer: etree._Element, _request: etree._Element) -> None:
        _field(answer, "ReceivedDateTime").text = "2026-01-05T08:00:00Z"

    _answering(node, "open", change)


@defects.add("any-step", "Lets inquiries go from each state to each other one.", "INQ-003")
def _any_step(node: "Node") -> None:
    patch(node.inquiries, transitions=dict.fromkeys(NEXT, tuple(NEXT)))


def _answers(thread: etree._Element) -> list[etree._Element]:
    entries = thread.findall(f"{{{INQUIRY}}}Entry")
    return [one for one in entries if one.find(f"{{{INQUIRY}}}Answer") is not None]


@defects.add("answer-in-words-only", "Tells answers in words only.", "INQ-004")
def _answer_in_words_only(node: "Node") -> None:
    def change(thread: etree._Element, _request: etree._Element) -> None:
        for entry in _answers(thread):
            entry.remove(_field(entry, "Answer"))

    _answering(node, "get", change)


@defects.add("nobody-answered", "Keeps to itself who answered.", "INQ-004")
def _nobody_answered(node: "Node") -> None:
    def change(thread: etree._Element, _request: etree._Element) -> None:
        for entry in _answers(thread):
            _field(entry, "By").text = ""

    _answering(node, "get", change)


@defects.add("answer-of-no-date", "Dates answers with the day on which the file was made.", "INQ-004")
def _answer_of_no_date(node: "Node") -> None:
    def change(thread: etree._Element, _request: etree._Element) -> None:
        for entry in _answers(thread):
            _field(entry, "DateTime").text = "2026-01-05T08:00:00Z"

    _answering(node, "get", change)


@defects.add("any-answer", "Takes an answer as the clerk leaves it.", "INQ-004", "WSDL-005")
def _any_answer(node: "Node") -> None:
    patch(node.inquiries, check_answer=lambda _step: None)


@defects.add("measures-need-no-reason", "Takes measures by SOAP however they are told.", "INQ-005")
def _measures_need_no_reason(node: "Node") -> None:
    patch(node.measures, check=lambda _answer: None)


@defects.add("measure-form-needs-nothing", "Leaves it to the browser to ask for a measure's reason.", "INQ-005")
def _measure_form_needs_nothing(node: "Node") -> None:
    take = node.measures.take

    def changed(country: str, number: str, measure: str, reason: str, mark: str) -> None:
        take(country, number, measure or "hold", reason or "none", mark)

    patch(node.asking_pages, wrong_measure=lambda _form: "")
    patch(node.measures, take=changed)


@defects.add("unknown-number-refused", "Takes no inquiry by SOAP about a number it does not know.", "INQ-006")
def _unknown_number_refused(node: "Node") -> None:
    operations = node.inquiry_service.operations
    open_ = operations.open

    def changed(caller: PartnerConfig, request: etree._Element) -> etree._Element:
        if node.certificates.get(request.findtext(f"{{{INQUIRY}}}Number") or "") is None:
            raise invalid("there is no such certificate")
        return open_(caller, request)

    patch(operations, open=changed)


@defects.add("receipt-tells-unknown", "Takes an alert in hand at once, and says so in the receipt.", "INQ-006")
def _receipt_tells_unknown(node: "Node") -> None:
    def change(answer: etree._Element, _request: etree._Element) -> None:
        found = node.inquiries.find(_field(answer, "InquiryId").text or "")
        if found is not None and found.alert:
            _field(answer, "State").text = "in-progress"

    _answering(node, "open", change)


@defects.add("forgery-without-alert", "Files what may be forged with the rest.", "INQ-006")
def _forgery_without_alert(node: "Node") -> None:
    patch(node.inquiries, alerting=lambda _connection, _question: False)


@defects.add("thread-open-to-all", "Lets every country read whatever id it names.", "INQ-007")
def _thread_open_to_all(node: "Node") -> None:
    patch(node.inquiries, readable=lambda inquiry, _country: node.inquiries.find(inquiry))


@defects.add("foreign-thread-is-told", "Tells that a thread is another country's.", "INQ-007")
def _foreign_thread_is_told(node: "Node") -> None:
    operations, pages = node.inquiry_service.operations, node.asking_pages
    readable, missing = operations.readable, pages.missing

    def by_soap(caller: PartnerConfig, request: etree._Element) -> Inquiry:
        if node.inquiries.find(request.findtext(f"{{{INQUIRY}}}InquiryId") or "") is not None:
            try:
                return readable(caller, request)
            except SoapFault as fault:
                raise SoapFault("PermissionDenied", "the inquiry is another country's") from fault
        return readable(caller, request)

    def on_page(visit: Visit) -> Response:
        known = node.inquiries.find(visit.values["id"])
        return missing(visit) if known is None else node.site.forbidden(visit)

    patch(operations, readable=by_soap)
    patch(pages, missing=on_page)


@defects.add("opens-again", "Opens a second inquiry when the same one comes again.", "INQ-008")
def _opens_again(node: "Node") -> None:
    open_ = node.inquiries.open

    def changed(question: Question) -> Inquiry:
        with node.database.read() as connection:
            known = node.inquiries.repeated(connection, question)
        return open_(question if known is None else replace(question, client_id=secrets.token_hex(16)))

    patch(node.inquiries, open=changed)


@defects.add("no-report-of-the-first", "Answers by mail only what was opened by mail.", "INQ-008")
def _no_report_of_the_first(node: "Node") -> None:
    post = cast("InquiryPost", node.inquiry_post)
    report = post.report

    def changed(connection: Connection, inquiry: Inquiry, message_id: str) -> None:
        if inquiry.channel == "mail":
            report(connection, inquiry, message_id)

    patch(post, report=changed)


@defects.add("never-escalates", "Never looks whether an inquiry is overdue.", "INQ-009")
def _never_escalates(node: "Node") -> None:
    patch(node.escalation, look=lambda: 0)


@defects.add("overdue-not-counted", "Leaves overdue inquiries out of its statistics.", "INQ-009")
def _overdue_not_counted(node: "Node") -> None:
    patch(node.statistics, overdue=lambda _since: 0)


@defects.add("takes-any-file", "Takes every file with an inquiry, and calls it a PDF.", "INQ-010")
def _takes_any_file(node: "Node") -> None:
    accept = node.attachments.accept

    def changed(name: str, octets: bytes) -> Document:
        try:
            return accept(name, octets)
        except RefusedUpload:
            return Document(node.attachments.name(name, "application/pdf"), "application/pdf", octets)

    patch(node.attachments, accept=changed)


@defects.add("files-as-they-were-called", "Gives files out under the names they came with.", "INQ-010")
def _files_as_they_were_called(node: "Node") -> None:
    patch(node.attachments, name=lambda sent, _media_type: sent)


@defects.add("pages-have-threads-of-their-own", "Keeps what is asked on its pages from its SOAP service.", "INQ-011")
def _pages_have_threads_of_their_own(node: "Node") -> None:
    operations = node.inquiry_service.operations
    readable = operations.readable

    def changed(caller: PartnerConfig, request: etree._Element) -> Inquiry:
        found = readable(caller, request)
        if found.channel == "web":
            raise SoapFault("NotFound", "there is no such inquiry", number=found.id)
        return found

    patch(operations, readable=changed)


@defects.add("mail-is-answered-by-hand", "Leaves it to the clerk to tell by mail what was answered.", "INQ-011")
def _mail_is_answered_by_hand(node: "Node") -> None:
    patch(node.inquiries, listeners=[])


@defects.add("thread-as-markup", "Shows what people write as the markup it may be.", "INQ-012")
def _thread_as_markup(node: "Node") -> None:
    entries = node.inquiries.entries

    def changed(inquiry: str) -> list[Entry]:
        return [replace(one, text=Markup(one.text)) for one in entries(inquiry)]  # noqa: S704 - that is the defect

    patch(node.inquiries, entries=changed)
