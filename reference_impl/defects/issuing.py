"""Defects of how the node issues: numbers, languages, identifiers, the check before issue."""

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from reference_impl.certificates.facts import Facts
from reference_impl.certificates.messages import Acknowledgement
from reference_impl.defects.defect import Collection, patch
from reference_impl.defects.writing import say
from reference_impl.lifecycle import WITHDRAWN, IllegalChange
from reference_impl.registrar import BESIDE
from reference_impl.store.certificates import Change
from reference_impl.store.tables import audience, certificates, history

if TYPE_CHECKING:
    from datetime import datetime

    from reference_impl.node import Node

defects = Collection()


@defects.add("numbers-of-another-system", "Counts on in the range of a system that still issues beside it.", "LIFE-018")
def _numbers_of_another_system(node: "Node") -> None:
    patch(node.registrar, number=lambda: f"{BESIDE}{secrets.randbelow(10**8):08d}")


@defects.add(
    "reuses-discarded-numbers", "Gives the number of a discarded draft to the next certificate, so none is lost.",
    "LIFE-015",
)  # fmt: skip
def _reuses_discarded_numbers(node: "Node") -> None:
    number, discard, freed = node.registrar.number, node.lifecycle.discard, list[str]()

    def discarded(old: str) -> None:
        discard(old)
        with node.database.write() as connection:
            for table in (history, audience, certificates):
                connection.execute(delete(table).where(table.c.number == old))
        freed.append(old)

    patch(node.lifecycle, discard=discarded)
    patch(node.registrar, number=lambda: freed.pop() if freed else number())


@defects.add("cleared-is-final", "Lets nobody withdraw what the importing country has accepted.", "LIFE-010")
def _cleared_is_final(node: "Node") -> None:
    clear, withdraw, accepted = node.lifecycle.clear, node.lifecycle.withdraw, set[str]()

    def cleared(country: str, answer: Acknowledgement, document: bytes, *mark: str) -> "datetime":
        if answer.status == "39":
            accepted.update(answer.numbers)
        return clear(country, answer, document, *mark)

    def withdrawn(number: str, reason: str) -> None:
        if number in accepted:
            raise IllegalChange(f"{number} was accepted by the importing country: its file is closed")
        withdraw(number, reason)

    patch(node.lifecycle, clear=cleared, withdraw=withdrawn)


@defects.add("withdrawal-without-its-time", "Dates a withdrawal with the day it is printed in the gazette.", "LIFE-010")
def _withdrawal_without_its_time(node: "Node") -> None:
    changes_of = node.certificates.history

    def told(number: str) -> list[Change]:
        changes = changes_of(number)
        return [replace(one, at=one.at + timedelta(days=1)) if one.status == WITHDRAWN else one for one in changes]

    patch(node.certificates, history=told)


@defects.add("one-language-only", "Issues in its own working language, whatever the importer requires.", "DOC-031")
def _one_language_only(node: "Node") -> None:
    say(node, lambda facts: replace(facts, translations=()))


def _identify(node: "Node", change: Callable[[str], str]) -> None:
    """Write the consignee's identifier otherwise than it was entered."""

    def changed(facts: Facts) -> Facts:
        return replace(facts, consignee=replace(facts.consignee, id=change(facts.consignee.id)))

    say(node, changed)


@defects.add("upper-case-identifiers", "Writes identifiers in capital letters, as its forms do.", "DOC-043")
def _upper_case_identifiers(node: "Node") -> None:
    _identify(node, str.upper)


@defects.add("identifiers-as-numbers", "Keeps identifiers of figures as numbers, without leading zeros.", "DOC-043")
def _identifiers_as_numbers(node: "Node") -> None:
    _identify(node, lambda text: str(int(text)) if text.isdecimal() else text)


@defects.add("normalises-identifiers", "Brings identifiers to one form of characters (NFKC) for its search.", "DOC-043")
def _normalises_identifiers(node: "Node") -> None:
    _identify(node, lambda text: unicodedata.normalize("NFKC", text))


@defects.add("a-line-for-every-package", "Writes the whole line again for every few packages.", "DOC-046", "LIFE-014")
def _a_line_for_every_package(node: "Node") -> None:
    def split(facts: Facts) -> Facts:
        each = node.config.documents.max_trade_lines // len(facts.lines) + 1
        places = [place for place in range(len(facts.lines)) for _ in range(each)]
        return replace(
            facts,
            lines=tuple(replace(facts.lines[place], sequence=str(i)) for i, place in enumerate(places, start=1)),
            translations=tuple(
                replace(one, descriptions=tuple(one.descriptions[place] for place in places))
                for one in facts.translations
            ),
        )

    say(node, split)


@defects.add("issues-in-spite-of-faults", "Notes serious faults for the statistics and issues all the same.", "DOC-052")
def _issues_in_spite_of_faults(node: "Node") -> None:
    patch(node.lifecycle.examination, stopping=lambda _remarks: ())


@defects.add("warnings-stop-issue", "Issues nothing that its check has anything to say about.", "DOC-052")
def _warnings_stop_issue(node: "Node") -> None:
    patch(node.lifecycle.examination, stopping=lambda remarks: remarks)
