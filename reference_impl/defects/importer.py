"""Defects of the importing side: how it fetches, judges, keeps and answers."""

import contextlib
import copy
import ssl
import urllib.request
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from lxml import etree
from sqlalchemy import Connection

from reference_impl.certificates.messages import Notice
from reference_impl.certificates.names import CERTIFICATE
from reference_impl.certificates.parsing import NotReadable
from reference_impl.defects.defect import Collection
from reference_impl.importer import ImportOffice
from reference_impl.importer.client import Fetched, PullClient
from reference_impl.importer.examiner import Decision
from reference_impl.importer.owed import Owed
from reference_impl.importer.soap import Fault, ListedItem
from reference_impl.node import Node

defects = Collection()
ROOT = f"{{{CERTIFICATE}}}SPSCertificate"


def _office(node: Node) -> ImportOffice:
    if not isinstance(node.importer, ImportOffice):
        raise TypeError("the node's importer is not the one these defects know")
    return node.importer


@defects.add("import-never-fetches", "The list is read, and nothing is fetched.", "PULL-100")
def _import_never_fetches(node: Node) -> None:
    _office(node).puller.take = lambda _client, _country, _item: None  # type: ignore[method-assign,assignment]


@defects.add("acknowledges-before-storing", "A certificate is acknowledged, and then keeping it fails.", "PULL-008")
def _acknowledges_before_storing(node: Node) -> None:
    def fetch(client: PullClient, _country: str, item: ListedItem) -> None:
        client.get(item.number)
        client.acknowledge(item.number, "Received", "")

    _office(node).puller.fetch = fetch  # type: ignore[method-assign,assignment]


@defects.add("unreadable-acknowledged", "What is not even XML is acknowledged as received.", "PULL-014")
def _unreadable_acknowledged(node: Node) -> None:
    office = _office(node)
    keep, add_receipt = office.puller.keep, office.owed.add_receipt
    unreadable: set[str] = set()

    def kept(country: str, item: ListedItem, fetched: Fetched, decision: Decision) -> None:
        if decision.reason.startswith("not well-formed"):
            unreadable.add(item.number)
        keep(country, item, fetched, decision)

    def add(connection: Connection, country: str, number: str, digest: str, receipt: str, text: str) -> None:
        told = ("Received", "") if number in unreadable else (receipt, text)
        add_receipt(connection, country, number, digest, *told)

    office.puller.keep = kept  # type: ignore[method-assign]
    office.owed.add_receipt = add  # type: ignore[method-assign]


@defects.add("no-clearance-answer", "Decisions at the border are kept and told to nobody.", "PULL-015", "LIFE-007")
def _no_clearance_answer(node: Node) -> None:
    office = _office(node)

    def clear(number: str, decision: str, _reason: str) -> None:
        held = office.inbox.named(number)
        if held is None:
            raise ValueError(f"no certificate {number} is held")
        with node.database.write() as connection:
            office.inbox.decide(connection, held, decision)

    office.clear = clear  # type: ignore[method-assign,assignment]


@defects.add("fault-is-success", "A fault is taken for an answer.", "SOAP-016")
def _fault_is_success(node: Node) -> None:
    office = _office(node)
    fetch, perform = office.puller.fetch, office.owed.perform

    def take_any(client: PullClient, country: str, item: ListedItem) -> None:
        try:
            fetch(client, country, item)
        except Fault:
            client.acknowledge(item.number, "Received", "")

    def perform_any(client: PullClient, owed: Owed) -> None:
        with contextlib.suppress(Fault):
            perform(client, owed)

    office.puller.fetch = take_any  # type: ignore[method-assign]
    office.owed.perform = perform_any  # type: ignore[method-assign]


@defects.add("unquoted-action", "The SOAPAction of calls is not in quotes.", "SOAP-021")
def _unquoted_action(node: Node) -> None:
    class Unquoted(PullClient):
        def headers(self, operation: str) -> dict[str, str]:
            found = super().headers(operation)
            return {**found, "SOAPAction": found["SOAPAction"].strip('"')}

    office = _office(node)

    def client(country: str) -> PullClient:
        return Unquoted(office.url(country), lambda: node.tls.client(), node.validator)  # noqa: PLW0108

    office.client = client  # type: ignore[method-assign]


@defects.add("trusts-listing", "Digests announced for a document are not compared with it.", "PULL-012")
def _trusts_listing(node: Node) -> None:
    _office(node).examiner.check_digest = lambda _digest, _expected: None  # type: ignore[method-assign,assignment]


@defects.add(
    "client-checks-nothing", "The node's clients talk to any server that answers.", "TLS-005", "TLS-018", "SMTP-005"
)
def _client_checks_nothing(node: Node) -> None:
    clean = node.tls.client

    def client() -> ssl.SSLContext:
        context = clean()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    node.tls.client = client  # type: ignore[method-assign]


class _Fetching(etree.Resolver):
    """Fetches what a document asks for."""

    def resolve(self, url: str | None, public: str | None, context: Any) -> Any:  # type: ignore[override]  # noqa: ARG002
        """Give the octets behind a URL, or nothing."""
        try:
            with urllib.request.urlopen(url or "", timeout=3) as answer:  # noqa: S310 - the defect itself
                return self.resolve_string(answer.read(100_000), context, base_url=url)
        except (OSError, ValueError):
            return self.resolve_empty(context)  # type: ignore[attr-defined]


@defects.add("resolves-entities", "Entities of a document are fetched and put in.", "SEC-001")
def _resolves_entities(node: Node) -> None:
    def read(document: bytes) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
        parser.resolvers.add(_Fetching())
        try:
            return etree.parse(BytesIO(document), parser).getroot()
        except etree.XMLSyntaxError as error:
            raise NotReadable(f"not well-formed: {error.msg}") from error

    _office(node).examiner.read = read  # type: ignore[method-assign]


@defects.add("clears-withdrawn", "Goods are let in on a certificate that is known to be withdrawn.", "LIFE-007")
def _clears_withdrawn(node: Node) -> None:
    _office(node).usable = lambda _held: True  # type: ignore[method-assign,assignment]


@defects.add("says-invalid-only", "A document that is refused is called not valid, and nothing more.", "DOC-051")
def _says_invalid_only(node: Node) -> None:
    _office(node).examiner.told = lambda _error: "not valid"  # type: ignore[method-assign,assignment]


@defects.add("any-number-of-lines", "Documents with any number of trade lines are taken.", "DOC-046")
def _any_number_of_lines(node: Node) -> None:
    _office(node).examiner.agreed = replace(node.config.documents, max_trade_lines=1_000_000)


@defects.add("fewer-lines-than-agreed", "A table of the importer ends a few lines before the agreed number.", "DOC-046")
def _fewer_lines_than_agreed(node: Node) -> None:
    agreed = node.config.documents
    _office(node).examiner.agreed = replace(agreed, max_trade_lines=agreed.max_trade_lines - 10)


@defects.add("any-size", "Documents of any size are taken that the access lets through.", "DOC-046")
def _any_size(node: Node) -> None:
    _office(node).examiner.agreed = replace(node.config.documents, max_octets=25_000_000)


@defects.add("smaller-than-agreed", "A field of the importer is a little smaller than agreed documents.", "DOC-046")
def _smaller_than_agreed(node: Node) -> None:
    agreed = node.config.documents
    _office(node).examiner.agreed = replace(agreed, max_octets=agreed.max_octets - 1000)


@defects.add("loses-translations", "Of a certificate of 2009 only the first language is taken over.", "DOC-050")
def _loses_translations(node: Node) -> None:
    legacy = _office(node).examiner.legacy
    clean = legacy.texts

    def texts(parent: etree._Element, name: str, found: etree._Element | None) -> None:
        clean(parent, name, found if found is None or len(found) < 2 else _first_only(found))  # noqa: PLR2004

    legacy.texts = texts  # type: ignore[method-assign,assignment]


def _first_only(texts: etree._Element) -> etree._Element:
    one = copy.deepcopy(texts)
    for other in list(one)[1:]:
        one.remove(other)
    return one


@defects.add("guesses-dates", "Days of 2009 that are in no calendar are set right by guessing.", "DOC-050")
def _guesses_dates(node: Node) -> None:
    def day(one: etree._Element) -> date:
        element = one.find("issue_date")
        parts = [int("1" if element is None else element.get(name, "1")) for name in ("year", "month", "day")]
        return date(parts[0], min(max(parts[1], 1), 12), min(max(parts[2], 1), 28))

    _office(node).examiner.legacy.day = day  # type: ignore[method-assign]


@defects.add("subject-not-compared", "What the subject of a message says is not compared with its document.", "DOC-011")
def _subject_not_compared(node: Node) -> None:
    _office(node).receiver.check_subject = lambda _subject, _summary: None  # type: ignore[method-assign,assignment]


@defects.add("forgets-early-withdrawal", "A notice about a number not yet known is forgotten.", "LIFE-008")
def _forgets_early_withdrawal(node: Node) -> None:
    box = _office(node).inbox
    clean = box.apply

    def apply(connection: Connection, notice: Notice) -> bool:
        if box.find(connection, notice.sender, notice.number) is None:
            return False
        return clean(connection, notice)

    box.apply = apply  # type: ignore[method-assign]


@defects.add("older-undoes-newer", "The notice that comes last wins, however old it is.", "LIFE-009")
def _older_undoes_newer(node: Node) -> None:
    _office(node).inbox.supersedes = lambda _notice, _status, _changed: True  # type: ignore[method-assign,assignment]
