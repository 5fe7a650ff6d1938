"""The official forms: which boxes they have, and which datum stands in which."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lxml import etree

from conformance.reporting.render_data import Datum
from conformance.reporting.render_labels import LANGUAGES, labels

FORMS = ("phytosanitary", "re-export", "health", "acknowledgement")
_BY_TYPE = {"851": "phytosanitary", "657": "re-export"}
_SECTION = "§"
# Parts of the message that no form speaks of, and parts of a value that are no part of their own.
_THROUGH = (
    "SPSExchangedDocument", "SPSConsignment", "SPSAcknowledgementDocument", "IncludedSPSConsignmentItem",
    "IncludedSPSTradeLineItem",
)  # fmt: skip
_WRAPPERS = ("DateTimeString", "DateTime", "IndicatorString", "Indicator")
_LINE = "IncludedSPSTradeLineItem"
_MANY = 18


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a form: its number, what it is called in each language, and what it takes; or the title of a part."""

    number: str
    titles: tuple[str, ...]
    paths: tuple[str, ...]

    @property
    def is_section(self) -> bool:
        """Whether this is the title of a part of the form and takes nothing."""
        return self.number == _SECTION


@dataclass(frozen=True, slots=True)
class Row:
    """One datum in a box, under labels in each language.

    `part` is the part of the box it belongs to, such as (("SpecifiedSPSAddress", 1),), empty for the box itself;
    `block` is the line of goods, such as "1.2" for the second line of the first item.
    """

    labels: tuple[str, ...]
    datum: Datum
    part: tuple[tuple[str, int], ...]
    block: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A box with its data. `wide` boxes take the whole width of the form."""

    box: Box
    rows: tuple[Row, ...]
    wide: bool


@lru_cache(maxsize=16)
def boxes(form: str, languages: tuple[str, ...]) -> tuple[Box, ...]:
    """Return the boxes of a form, titled in one language or two."""
    text = files("conformance.reporting.forms").joinpath(f"{form}.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        Box(row["box"], tuple(row[one] or row["en"] for one in languages), tuple(row["paths"].split())) for row in rows
    )


def form_of(root: etree._Element) -> str:
    """Return the form a document is read in: by its type phytosanitary (851) or re-export (657), else health."""
    if etree.QName(root).localname == "SPSAcknowledgement":
        return "acknowledgement"
    kind = root.findtext("{*}SPSExchangedDocument/{*}TypeCode", default="").strip()
    return _BY_TYPE.get(kind, "health")


def languages_of(root: etree._Element) -> tuple[str, ...]:
    """Return the languages of the form: English, and another one the document is written in, if the forms have it."""
    used = dict.fromkeys(str(value).partition("-")[0].lower() for value in root.xpath("//@languageID"))  # type: ignore[union-attr]
    return ("en", *[one for one in used if one in LANGUAGES and one != "en"][:1])


def fill(
    data: Sequence[Datum], form: Sequence[Box], languages: tuple[str, ...]
) -> tuple[tuple[Filled, ...], tuple[Row, ...]]:
    """Return the boxes with their data, and the rest: each datum stands in exactly one place.

    A datum goes to the box that names the longest part of its path, and of these to the one that names its subject.
    """
    rows: dict[int, list[Row]] = {place: [] for place in range(len(form))}
    rest: list[Row] = []
    for datum in data:
        fitting = [
            (reach, named, -place)
            for place, box in enumerate(form)
            for reach, named in (_fits(datum, pattern) for pattern in box.paths)
            if reach
        ]
        if fitting:
            reach, _, place = max(fitting)
            rows[-place].append(_row(datum, languages, reach, alone=len(form[-place].paths) == 1))
        else:
            rest.append(_row(datum, languages, 0, alone=False))
    return _laid_out([(box, tuple(rows[place])) for place, box in enumerate(form)]), tuple(rest)


def _fits(datum: Datum, pattern: str) -> tuple[int, bool]:
    """Return how deep a pattern reaches into a datum's path, 0 when it does not fit, and whether it names its subject.

    `*` stands for any beginning; `~AD` at the end asks for a subject that begins so.
    """
    steps, _, subject = pattern.partition("~")
    if not datum.subject.startswith(subject):
        return 0, False
    wanted = tuple(steps.split("/"))
    if wanted[0] != "*":
        return (len(wanted) if datum.path[: len(wanted)] == wanted else 0), bool(subject)
    wanted = wanted[1:]
    ends = [at + len(wanted) for at in range(len(datum.path)) if datum.path[at : at + len(wanted)] == wanted]
    return max(ends, default=0), bool(subject)


def _row(datum: Datum, languages: tuple[str, ...], reach: int, *, alone: bool) -> Row:
    """Return a datum under its label; `reach` is how far the box's pattern goes, `alone` whether it is the only one."""
    path = tuple(zip(datum.path, datum.places, strict=True))
    while len(path) > 1 and path[-1][0] in _WRAPPERS:
        path = path[:-1]
    own = path[-2:] if path[-1][0].startswith("@") and len(path) > 1 else path[-1:]
    above = path[: -len(own)]
    # A box that is about one thing only need not name it, unless it repeats.
    unnamed = alone and reach <= len(above) and above[reach - 1][1] == 1
    first = reach if unnamed else min(max(reach - 1, 0), max(len(above) - 1, 0))
    part = tuple(step for step in above[first:] if step[0] not in _THROUGH)
    each = [labels(name, languages) for name, _ in own]
    told = tuple(
        ", ".join(one[min(place, len(one) - 1)] for one in each) for place in range(max(len(one) for one in each))
    )
    return Row(told, datum, part, _block(datum))


def _block(datum: Datum) -> str:
    """Return the line of goods a datum is of, if it is of one: item and line, counted from 1."""
    if _LINE not in datum.path:
        return ""
    at = datum.path.index(_LINE)
    return ".".join(map(str, datum.places[at - 1 : at + 1]))


def _laid_out(found: Sequence[tuple[Box, tuple[Row, ...]]]) -> tuple[Filled, ...]:
    """Return the boxes two abreast; wide are those with much in them, and one that has no neighbour."""
    wide = [box.is_section or len(rows) > _MANY or len({row.block for row in rows}) > 1 for box, rows in found]
    left = -1
    for place in range(len(found)):
        if wide[place]:
            if left >= 0:
                wide[left] = True
            left = -1
        else:
            left = place if left < 0 else -1
    if left >= 0:
        wide[left] = True
    return tuple(Filled(box, rows, wide[place]) for place, (box, rows) in enumerate(found))
