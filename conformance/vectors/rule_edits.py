"""Single changes to a document that may break one of its rules: which places, and what is done there.

Nothing here knows whether a change breaks a rule: `rule_breaches` tries them and asks the checks.
"""

import unicodedata
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from conformance.checks.rules.functions import CONSIGNMENT, HEAD, LINE, REFERENCES, TREATMENT
from conformance.checks.rules.rule import Expression, local
from conformance.vectors.rule_bases import PRINT_JOB, PROGRAM

# What is written in the place of a text: wrong codes, dates, numbers, forms and characters.
_TEXTS = (
    "", "QQ9", "ZZ", "380", "35", "-1", "0", "2 March 2026", "2026-02-30T08:00:00Z", "2026-03-02T09:30:00",
    "2026-03-02", "no", "N/A", "1.5", "0808108", "USSEA", "DALIAN", "AAA", "fileContent!", PRINT_JOB, PROGRAM, "ADEDL",
    "ADTLIL", "DMTLIL", "DMCL", "True", "x" * 9000,
)  # fmt: skip
_ATTRIBUTES = ("qq-_1", "EN", "KILO", "205", "http://plants.example.nz/1", "application/x-msdownload", "annex.pdf.exe")
# The places of the rules that are functions.
_REFERENCED = tuple(f"{place}/ram:AttachmentBinaryObject" for place in REFERENCES)
_LEAVES = "//*[not(*)][text()]"
PLACES: dict[str, tuple[str, ...]] = {
    "DOC-005.characters": (f"{HEAD}/ram:ID",),
    "DOC-005.look-alike": (f"{HEAD}/ram:ID",),
    "DOC-016.empty": (f"{HEAD}//ram:IssueSPSLocation/ram:Name",),
    "DOC-017.empty": (f"{HEAD}//ram:IncludedSPSClause/ram:Content",),
    "DOC-018.empty": (f"{HEAD}/ram:IssuerSPSParty/ram:Name", _LEAVES),
    "DOC-018.optional": (f"{HEAD}/ram:Description", f"{LINE}/ram:IntendedUse", f"{LINE}/ram:CommonName"),
    "DOC-018.placeholder": (_LEAVES,),
    "DOC-021.number": (f"{LINE}/ram:SequenceNumeric",),
    "DOC-021.order": (f"{LINE}/ram:SequenceNumeric", f"{LINE}"),
    "DOC-022.empty": (f"{LINE}/ram:Description",),
    "DOC-028.order": (f"{TREATMENT}/ram:CompletionSPSPeriod/*/*",),
    "DOC-030.form": ("//*[@languageID]",),
    "DOC-030.twice": ("//*[@languageID]",),
    "DOC-031.languages": ("//*[@languageID]",),
    "DOC-032.normal-form": (_LEAVES,),
    "DOC-034.empty": (f"{CONSIGNMENT}/ram:ConsignorSPSParty/ram:Name", f"{CONSIGNMENT}/ram:ConsigneeSPSParty/ram:Name"),
    **{
        f"DOC-{rule}": _REFERENCED
        for rule in ("037.empty", "037.base64", "037.named", "037.typed", "037.kind", "038.kind", "038.ending",
                     "040.address")
    },
    "DOC-041.digit": (f"{CONSIGNMENT}/ram:UtilizedSPSTransportEquipment/ram:ID",),
    "DOC-042.digits": (f"{LINE}/ram:ApplicableSPSClassification/ram:ClassCode",),
}  # fmt: skip
# Rules that no change of one place of a document breaks, and why.
NOT_BY_EDITING: dict[str, str] = {
    "DOC-014.future": "it depends on the time of checking",
    "DOC-015.future": "it depends on the time of checking",
    "DOC-038.size": "it would take an attachment of more than 7,000,000 octets",
}
_LINES = 1000
_CYRILLIC = str.maketrans("AEOPCTXK", "\u0410\u0415\u041e\u0420\u0421\u0422\u0425\u041a")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: what is done in words, and the doing of it to an element of a copy of the document."""

    what: str
    make: Callable[[etree._Element], None]


def edits(rule: Expression | None, element: etree._Element) -> Iterator[Edit]:
    """Yield changes of one element that a rule looks at, the likeliest first. `rule` is None for rules of functions."""
    name = local(element)
    at = rule.at if rule is not None else ""
    if at.startswith("@"):
        yield from _of_attribute(name, at[1:])
    elif at:
        yield from _without(name, at)
    else:
        yield from _of_text(name, element)
        for attribute in map(str, element.attrib):
            yield from _of_attribute(name, attribute)
    yield Edit(f"{name} left out", _leave_out)
    yield Edit(f"{name} twice", _double)
    yield Edit(f"{name} after the next", _later)
    for place, below in enumerate(element.iter(etree.Element)):
        if place and not len(below):
            yield from _of_leaf(place, below)
    if name == "SPSConsignment":
        yield Edit(f"the last line of goods {_LINES} times", _many_lines)


def _of_text(name: str, element: etree._Element) -> Iterator[Edit]:
    own = element.text or ""
    same = {other.text or "" for other in element.getroottree().iter(str(element.tag)) if not len(other)}
    changed = (
        f"{own} x", f"{own}\u200b", own.translate(_CYRILLIC), own[:-1] + ("1" if own[-1:] == "0" else "0"),
        unicodedata.normalize("NFD", f"{own}\u00e9"), *sorted(same),
    )  # fmt: skip
    for text in (*_TEXTS, *changed):
        if text != own:
            yield Edit(f"{name}: {_told(text)} instead of {_told(own)}", _put_text(text))


def _told(text: str) -> str:
    shown = ascii(text)[1:-1]
    return "nothing" if not text else f"'{shown}'" if len(shown) < 50 else f"{len(text):,} characters"  # noqa: PLR2004 - a line


def _of_attribute(name: str, attribute: str) -> Iterator[Edit]:
    yield Edit(f"{attribute} of {name} left out", _put_attribute(attribute, None))
    for value in _ATTRIBUTES:
        yield Edit(f"{attribute} of {name}: '{value}'", _put_attribute(attribute, value))


def _without(name: str, at: str) -> Iterator[Edit]:
    steps = at.split("/")
    for length in range(len(steps), 0, -1):
        path = "/".join(f"{{*}}{step}" for step in steps[:length])
        yield Edit(f"{name} without its {steps[length - 1]}", _remove_all(path))
    yield Edit(f"{name} with nothing in its {steps[-1]}", _empty_all("/".join(f"{{*}}{step}" for step in steps)))


def _of_leaf(place: int, below: etree._Element) -> Iterator[Edit]:
    name, own = local(below), (below.text or "").strip()
    for text in {"True": ("False",), "False": ("True",)}.get(own, ("QQ9", "ZZZ", "CN", "DMCL", "DMTLIL", "2", "1")):
        yield Edit(f"{name}: '{text}' instead of {_told(own)}", _inside(place, _put_text(text)))
    yield Edit(f"{name} left out", _inside(place, _leave_out))
    yield Edit(f"the element around {name} left out", _inside(place, _leave_out_parent))


def _put_text(text: str) -> Callable[[etree._Element], None]:
    def make(element: etree._Element) -> None:
        if len(element) == 0:
            element.text = text

    return make


def _put_attribute(name: str, value: str | None) -> Callable[[etree._Element], None]:
    def make(element: etree._Element) -> None:
        if value is None:
            element.attrib.pop(name, "")
        else:
            element.set(name, value)

    return make


def _remove_all(path: str) -> Callable[[etree._Element], None]:
    def make(element: etree._Element) -> None:
        for found in element.findall(path):
            _leave_out(found)

    return make


def _empty_all(path: str) -> Callable[[etree._Element], None]:
    def make(element: etree._Element) -> None:
        for found in element.findall(path):
            for below in found.iter(etree.Element):
                if not len(below):
                    below.text = ""

    return make


def _inside(place: int, make: Callable[[etree._Element], None]) -> Callable[[etree._Element], None]:
    def within(element: etree._Element) -> None:
        make(next(one for number, one in enumerate(element.iter(etree.Element)) if number == place))

    return within


def _leave_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _leave_out_parent(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        _leave_out(parent)


def _double(element: etree._Element) -> None:
    element.addnext(deepcopy(element))


def _later(element: etree._Element) -> None:
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def _many_lines(element: etree._Element) -> None:
    lines = element.findall("{*}IncludedSPSConsignmentItem/{*}IncludedSPSTradeLineItem")
    for number in range(_LINES, len(lines), -1):
        copy = deepcopy(lines[-1])
        for sequence in copy.findall("{*}SequenceNumeric"):
            sequence.text = str(number)
        lines[-1].addnext(copy)
