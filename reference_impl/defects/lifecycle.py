"""Defects of the life of a certificate."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from reference_impl.actor import Deed
from reference_impl.certificates.messages import Acknowledgement
from reference_impl.certificates.names import RAM
from reference_impl.certificates.parsing import parse
from reference_impl.defects.defect import Collection, patch
from reference_impl.lifecycle import ISSUED, NEXT, REPLACED, WITHDRAWN, IllegalChange
from reference_impl.registrar import OLD_STYLE
from reference_impl.signing.signer import unsigned
from reference_impl.store.certificates import Certificate
from reference_impl.web.verification import GUESSING

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _look_up(node: "Node", change: Callable[[Certificate], Certificate | None]) -> None:
    """Let both accesses find what `change` makes of a certificate of the system before."""
    for place in (node.exchange.operations, node.pages):
        patch(place, find=partial(_found, place.find, change))


def _found(
    find: Callable[[str], Certificate | None], change: Callable[[Certificate], Certificate | None], number: str
) -> Certificate | None:
    found = find(number)
    return change(found) if found is not None and number.startswith(OLD_STYLE) else found


@defects.add(
    "forgets-old-numbers", "Begins empty after a change of system: it knows no certificate of the old one.", "LIFE-017"
)
def _forgets_old_numbers(node: "Node") -> None:
    _look_up(node, lambda _found: None)


@defects.add(
    "old-back-in-force", "Takes every certificate of the old system over as issued, whatever its state was.", "LIFE-017"
)
def _old_back_in_force(node: "Node") -> None:
    _look_up(node, lambda found: replace(found, status=ISSUED))


@defects.add(
    "old-renumbered", "Gives certificates of the old system numbers of its own, in the document too.", "LIFE-017"
)
def _old_renumbered(node: "Node") -> None:
    document = node.exchange.operations.document

    def changed(certificate: Certificate) -> bytes:
        new = certificate.number.replace(OLD_STYLE, f"{node.config.country}-").replace("/", "-")
        octets = document(certificate)
        old = certificate.number
        return octets.replace(old.encode(), new.encode()) if old.startswith(OLD_STYLE) else octets

    patch(node.exchange.operations, document=changed)


@defects.add("lists-drafts", "Shows drafts and certificates that wait for approval.", "LIFE-002")
def _lists_drafts(node: "Node") -> None:
    patch(node.certificates, hidden_states=())


@defects.add(
    "edits-in-place", "Writes the new state into the document and signs it again under the same number.", "LIFE-003"
)
def _edits_in_place(node: "Node") -> None:
    change = node.certificates.change

    def changed(
        connection: Connection, number: str, status: str, at: datetime, reason: str, replaced_by: str | None = None
    ) -> None:
        change(connection, number, status, at, reason, replaced_by)
        kept = node.certificates.find(connection, number)
        if kept is None:
            return
        root = unsigned(parse(kept.document))
        next(root.iter(f"{{{RAM}}}StatusCode")).text = status
        node.certificates.rewrite(connection, number, node.signer.seal(root, at), status)

    patch(node.certificates, change=changed)


@defects.add("replacement-without-notes", "Issues a replacement that does not say what it replaces.", "LIFE-004")
def _replacement_without_notes(node: "Node") -> None:
    patch(node.builder, replacement_notes=lambda _facts: (), replaced=lambda _document, _facts: None)


@defects.add(
    "old-stays-issued", "Leaves the replaced certificate in force beside the new one.", "LIFE-005", "WEB-003", "WEB-004"
)
def _old_stays_issued(node: "Node") -> None:
    patch(node.lifecycle, retire=lambda _connection, _old, _by, _at, _reason: None)


@defects.add("forks-replacements", "Replaces a certificate that was replaced before.", "LIFE-006")
def _forks_replacements(node: "Node") -> None:
    patch(node.lifecycle, transitions={**NEXT, REPLACED: (REPLACED,)})


@defects.add(
    "withdrawn-can-be-withdrawn-back", "Takes a withdrawal back when it is asked for a second time.", "LIFE-001"
)
def _withdrawn_can_be_withdrawn_back(node: "Node") -> None:
    withdraw = node.lifecycle.withdraw

    def changed(number: str, reason: str) -> None:
        certificate = node.certificates.get(number)
        if certificate is None or certificate.status != WITHDRAWN:
            withdraw(number, reason)
            return
        with node.database.write() as connection:
            node.certificates.change(connection, number, ISSUED, node.clock.reading(), "withdrawal taken back")

    patch(node.lifecycle, withdraw=changed, transitions={**NEXT, WITHDRAWN: (REPLACED,)})


@defects.add(
    "rejection-withdraws",
    "Withdraws a certificate because the importing country rejected the goods.",
    "LIFE-011",
    "INQ-005",
)
def _rejection_withdraws(node: "Node") -> None:
    clear = node.lifecycle.clear

    def changed(country: str, answer: Acknowledgement, document: bytes, *mark: str) -> datetime:
        at = clear(country, answer, document, *mark)
        for number in answer.numbers if answer.status == "41" else ():
            with contextlib.suppress(IllegalChange):
                node.lifecycle.withdraw(number, "rejected by the importing country")
        return at

    patch(node.lifecycle, clear=changed)


@defects.add("retrievals-unaudited", "Writes down what it does itself, and not who has fetched what.", "LIFE-016")
def _retrievals_unaudited(node: "Node") -> None:
    owe = node.audit.owe

    def changed(deed: Deed) -> None:
        if deed.what == GUESSING:
            owe(deed)

    patch(node.audit, owe=changed)


@defects.add("withdrawals-unaudited", "Leaves withdrawals out of the audit trail.", "LIFE-016")
def _withdrawals_unaudited(node: "Node") -> None:
    add = node.audit.add

    def changed(connection: Connection, *deeds: Deed) -> None:
        add(connection, *(deed for deed in deeds if deed.what != "withdrawn"))

    patch(node.audit, add=changed)


@defects.add(
    "re-exports-more-than-there-is", "Does not count what was re-exported under a certificate of origin.", "LIFE-014"
)
def _re_exports_more_than_there_is(node: "Node") -> None:
    patch(node.registrar, enough=lambda _origin: True)


@defects.add(
    "paper-gets-a-second-number",
    "Gives a certificate that was handed out on paper a new number when it is entered later.",
    "LIFE-019",
)
def _paper_gets_a_second_number(node: "Node") -> None:
    def changed(number: str) -> Certificate:
        paper = node.certificates.get(number)
        return node.registrar.issue("NZ" if paper is None else paper.import_country, "851", "issued")

    patch(node.registrar, late=changed)
