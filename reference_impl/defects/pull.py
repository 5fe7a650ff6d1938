"""Defects of the operations of the pull access."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.certificates.names import EXCHANGE
from reference_impl.certificates.parsing import parse
from reference_impl.clock import instant
from reference_impl.config import PartnerConfig
from reference_impl.defects.defect import Collection, patch
from reference_impl.lifecycle import RECEIPTS, IllegalChange
from reference_impl.soap.envelope import Message, Request
from reference_impl.soap.faults import SoapFault, invalid
from reference_impl.soap.operations import Reply, answer
from reference_impl.store.certificates import Certificate, Item, Query
from reference_impl.store.deliveries import Delivery

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()
ALL = 1_000_000


def _set_in_answer(node: "Node", field: str, value: Callable[[str], str]) -> None:
    original = node.exchange.operations.certificate_answer

    def changed(certificate: Certificate, document: bytes) -> etree._Element:
        root = original(certificate, document)
        element = root.find(f"{{{EXCHANGE}}}{field}")
        if element is not None:
            element.text = value(element.text or "")
        return root

    patch(node.exchange.operations, certificate_answer=changed)


def _change_page(node: "Node", change: Callable[[Callable[[Query], list[Item]], Query], list[Item]]) -> None:
    page = node.certificates.page
    patch(node.certificates, page=lambda query: change(page, query))


@defects.add("envelope-status-differs", "Writes the gateway's own processing status beside the document.", "DOC-009")
def _envelope_status_differs(node: "Node") -> None:
    _set_in_answer(node, "StatusCode", lambda _: "39")


@defects.add("envelope-number-differs", "Writes the number of its internal file beside the document.", "DOC-010")
def _envelope_number_differs(node: "Node") -> None:
    _set_in_answer(node, "Number", lambda number: number.replace("-", "/"))


@defects.add(
    "reserialises-on-delivery",
    "Reads the document and writes it anew for each delivery by pull.",
    "SIG-020",
    "WEB-024",
    "MIME-003",
    "LIFE-017",
)
def _reserialises_on_delivery(node: "Node") -> None:
    patch(node.exchange.operations, document=lambda certificate: etree.tostring(parse(certificate.document)))


@defects.add("echo-empty", "Answers Echo with nothing, as a stub put in production does.", "PULL-000")
def _echo_empty(node: "Node") -> None:
    patch(
        node.exchange.operations,
        echo=lambda _caller, _request: answer("EchoResponse", ("Text", ""), ("Time", instant(node.clock.now()))),
    )


@defects.add(
    "list-forgets-replaced",
    "Leaves replaced certificates out of lists, so importers keep the old ones.",
    "PULL-001",
    "LIFE-005",
)
def _list_forgets_replaced(node: "Node") -> None:
    def change(page: Callable[[Query], list[Item]], query: Query) -> list[Item]:
        # Pages stay full: a short one would end the list, and hide more than the replaced.
        return [item for item in page(replace(query, size=ALL)) if item.status != "44"][: query.size + 1]

    _change_page(node, change)


@defects.add("prefix-match", "Looks numbers up with LIKE and gives the first that begins alike.", "PULL-002", "SEC-007")
def _prefix_match(node: "Node") -> None:
    find = node.exchange.operations.find

    def changed(number: str) -> Certificate | None:
        known = (n for n, _, _ in node.certificates.numbers(("70", "44", "40")))
        alike = (n for n in known if n.startswith(number) or number.startswith(n))
        return find(number) or find(next(alike, number))

    patch(node.exchange.operations, find=changed)


@defects.add("shows-other-countries", "Lists every country's certificates to every caller.", "PULL-003")
def _shows_other_countries(node: "Node") -> None:
    def change(page: Callable[[Query], list[Item]], query: Query) -> list[Item]:
        found = {item.number: item for country in node.partners for item in page(replace(query, country=country))}
        return sorted(found.values(), key=lambda item: (item.changed, item.number))[: query.size + 1]

    _change_page(node, change)


@defects.add(
    "hides-foreign-as-found", "Says NotFound of certificates that are addressed to another country.", "PULL-004"
)
def _hides_foreign_as_found(node: "Node") -> None:
    get = node.exchange.operations.get_certificate

    def changed(caller: PartnerConfig, request: etree._Element) -> Reply:
        try:
            return get(caller, request)
        except SoapFault as fault:
            if fault.kind == "PermissionDenied":
                raise SoapFault("NotFound", "there is no certificate of this number", number=fault.number) from fault
            raise

    patch(node.exchange.operations, get_certificate=changed)


@defects.add(
    "offset-paging", "Remembers only how many items are left, so pages shift when certificates arrive.", "PULL-005"
)
def _offset_paging(node: "Node") -> None:
    operations = node.exchange.operations

    def everything(query: Query) -> list[Item]:
        return node.certificates.page(replace(query, size=ALL, after=None))

    def next_cursor(query: Query, last: Item) -> str:
        numbers = [item.number for item in everything(query)]
        left = len(numbers) - numbers.index(last.number) - 1
        return operations.cursors.make(query, replace(last, changed="left", number=str(left)))

    def go_on(query: Query, cursor: str) -> Query:
        try:
            left = int(operations.cursors.open(query, cursor)[1])
        except ValueError as error:
            raise invalid("the cursor is not one of ours") from error
        items = everything(query)
        start = items[max(0, len(items) - left - 1)]
        return replace(query, after=(start.changed, start.number))

    patch(operations, next_cursor=next_cursor, go_on=go_on)


@defects.add("closed-window", "Counts the end of the window in, so windows side by side give items twice.", "PULL-006")
def _closed_window(node: "Node") -> None:
    tick = timedelta(microseconds=1)
    _change_page(node, lambda page, query: page(replace(query, changed_before=query.changed_before + tick)))


@defects.add("accepts-empty-window", "Answers a window that ends before it begins with an empty list.", "PULL-006")
def _accepts_empty_window(node: "Node") -> None:
    patch(node.exchange.operations, check_window=lambda _query: None)


@defects.add(
    "fetch-consumes",
    "Takes a certificate off the queue when it is fetched, before it is acknowledged.",
    "PULL-007",
    "SEC-008",
)
def _fetch_consumes(node: "Node") -> None:
    get, fetched = node.exchange.operations.get_certificate, set[str]()

    def changed(caller: PartnerConfig, request: etree._Element) -> Reply:
        number = request.findtext(f"{{{EXCHANGE}}}Number") or ""
        if number in fetched:
            raise SoapFault("NotFound", "there is no certificate of this number", number=number)
        root = get(caller, request)
        fetched.add(number)
        return root

    patch(node.exchange.operations, get_certificate=changed)


@defects.add("second-acknowledgement-fails", "Refuses the same acknowledgement when a client repeats it.", "PULL-009")
def _second_acknowledgement_fails(node: "Node") -> None:
    def repeated(known: Delivery) -> Delivery:
        raise IllegalChange(f"{known.number} is acknowledged already")

    patch(node.lifecycle, repeated=repeated)


@defects.add(
    "acknowledges-anything", "Takes acknowledgements of unknown and of other countries' certificates.", "PULL-010"
)
def _acknowledges_anything(node: "Node") -> None:
    acknowledge = node.exchange.operations.acknowledge_receipt

    def changed(caller: PartnerConfig, request: etree._Element) -> etree._Element:
        try:
            return acknowledge(caller, request)
        except SoapFault as fault:
            if fault.kind not in ("NotFound", "PermissionDenied"):
                raise
            return answer(
                "AcknowledgeReceiptResponse",
                ("Number", fault.number),
                ("DeliveryState", "Delivered"),
                ("AcknowledgedDateTime", instant(node.clock.now())),
            )

    patch(node.exchange.operations, acknowledge_receipt=changed)


@defects.add(
    "not-readable-is-delivered", "Counts every acknowledgement as delivered, NotReadable too.", "PULL-011", "SMTP-022"
)
def _not_readable_is_delivered(node: "Node") -> None:
    states = {**RECEIPTS, "NotReadable": "Delivered"}
    patch(node.lifecycle, delivery_state=lambda receipt: states[receipt])


@defects.add("loses-warning-text", "Counts a receipt with warnings as one without.", "PULL-014")
def _loses_warning_text(node: "Node") -> None:
    states = {**RECEIPTS, "ReceivedWithWarnings": "Delivered"}
    patch(node.lifecycle, delivery_state=lambda receipt: states[receipt])


@defects.add(
    "takes-foreign-clearance", "Takes border clearances without looking whose certificate they speak of.", "PULL-016"
)
def _takes_foreign_clearance(node: "Node") -> None:
    patch(node.exchange.operations, check_references=lambda _caller, _value: None)


@defects.add("ignores-not-enabled", "Answers for types of certificate that were never agreed.", "PULL-018")
def _ignores_not_enabled(node: "Node") -> None:
    patch(node.exchange.operations, check_types=lambda _caller, _query: None)


@defects.add("open-echo", "Answers Echo to anybody, because monitoring asked for it.", "PULL-021", "TLS-008")
def _open_echo(node: "Node") -> None:
    caller = node.exchange.caller

    def changed(request: Request, message: Message) -> PartnerConfig:
        try:
            return caller(request, message)
        except SoapFault:
            if etree.QName(message.operation).localname != "Echo":
                raise
            return next(iter(node.partners.values()))

    patch(node.exchange, caller=changed)


@defects.add("no-rate-limit", "Never holds a caller back, whatever rate was agreed.", "LOAD-002")
def _no_rate_limit(node: "Node") -> None:
    patch(node.exchange.limiter, wait=lambda _caller, _per_minute: 0)
