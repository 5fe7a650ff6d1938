"""A certificate as a person reads one: the boxes of the official form, every datum of the XML in one of them."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lxml import etree
from markupsafe import Markup

from conformance.data import data_path
from conformance.reporting.html import environment
from conformance.reporting.render_data import Datum, data_of

LANGUAGES = ("en", "fr", "es", "zh", "ru", "ar")
FORMS = ("phytosanitary", "health")
_PHYTOSANITARY = ("851", "657")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PART_NAMES = {"ID": "Number", "SPS": ""}


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a form: its number, what it is called in two languages, and what it takes."""

    number: str
    titles: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One datum in a box under a label; `block` tells rows that belong to one repetition, such as one line of goods."""

    label: str
    datum: Datum
    block: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A box with its data."""

    box: Box
    rows: tuple[Row, ...]

    @property
    def wide(self) -> bool:
        """Whether the box takes the whole width: boxes without a number do, and those of the goods."""
        return not any(one.isdigit() for one in self.box.number) or any(row.block for row in self.rows)


@lru_cache(maxsize=8)
def boxes(form: str, languages: tuple[str, ...]) -> tuple[Box, ...]:
    """Return the boxes of a form, titled in one language or two."""
    text = files("conformance.reporting.forms").joinpath(f"{form}.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(Box(row["box"], tuple(row[one] for one in languages), tuple(row["paths"].split())) for row in rows)


def form_of(root: etree._Element) -> str:
    """Return the form a document is read in: by its type, phytosanitary (851, 657), else health."""
    kind = root.findtext("{*}SPSExchangedDocument/{*}TypeCode", default="").strip()
    return "phytosanitary" if kind in _PHYTOSANITARY else "health"


def languages_of(root: etree._Element) -> tuple[str, ...]:
    """Return the languages of the form: English, and another one the document is written in, if the forms have it."""
    used = dict.fromkeys(str(value).partition("-")[0].lower() for value in root.xpath("//@languageID"))  # type: ignore[union-attr]
    return ("en", *[one for one in used if one in LANGUAGES and one != "en"][:1])


def fill(data: Sequence[Datum], form: Sequence[Box]) -> tuple[tuple[Filled, ...], tuple[Row, ...]]:
    """Return the boxes with their data, and the rest: each datum stands in exactly one place.

    A datum goes to the box that names the longest part of its path.
    """
    rows: dict[int, list[Row]] = {place: [] for place in range(len(form))}
    rest: list[Row] = []
    for datum in data:
        fitting = [
            (length, -place)
            for place, box in enumerate(form)
            for path in box.paths
            if (length := _fits(datum.path, path))
        ]
        row = Row(_label(datum), datum, _block(datum))
        if fitting:
            rows[-max(fitting)[1]].append(row)
        else:
            rest.append(row)
    return tuple(Filled(box, tuple(rows[place])) for place, box in enumerate(form)), tuple(rest)


def _fits(path: tuple[str, ...], pattern: str) -> int:
    """Return how deep a pattern reaches into a path, 0 when it does not fit; `*` stands for any beginning."""
    steps = pattern.split("/")
    if steps[0] != "*":
        return len(steps) if path[: len(steps)] == tuple(steps) else 0
    wanted = tuple(steps[1:])
    ends = [at + len(wanted) for at in range(len(path)) if path[at : at + len(wanted)] == wanted]
    return max(ends, default=0)


def _label(datum: Datum) -> str:
    """Return the last names of a path in words: "Specified address, City name"."""
    names = [name for name in datum.path if name not in ("DateTimeString", "DateTime", "IndicatorString", "Indicator")]
    return ", ".join(_in_words(name) for name in names[-2:])


def _in_words(name: str) -> str:
    words = [_PART_NAMES.get(word, word) for word in _WORDS.split(name.lstrip("@"))]
    text = " ".join(word for word in words if word)
    return text[:1] + "".join(f" {word}" if index else word for index, word in enumerate(text[1:].split(" "))).lower()


def _block(datum: Datum) -> str:
    """Return the repetition a datum belongs to: the line of goods it is of, if it is of one."""
    if "IncludedSPSTradeLineItem" not in datum.path:
        return ""
    at = datum.path.index("IncludedSPSTradeLineItem")
    return ".".join(map(str, datum.places[at - 1 : at + 1]))


def to_page(root: etree._Element, *, form: str = "", languages: tuple[str, ...] = ()) -> str:
    """Return a certificate as one HTML page that needs nothing else. Every value is escaped and made visible."""
    chosen = form or form_of(root)
    spoken = languages or languages_of(root)
    data = data_of(root)
    filled, rest = fill(data, boxes(chosen, spoken))
    css = "".join(data_path("reports", name).read_text("utf-8") for name in ("report.css", "certificate.css"))
    return environment().get_template("certificate.html.j2").render(
        number=root.findtext("{*}SPSExchangedDocument/{*}ID", default=""), form=chosen, languages=spoken,
        boxes=filled, rest=rest, count=len(data), namespace=etree.QName(root).namespace or "none",
        css=Markup(css),  # noqa: S704 - our own style sheets
    )  # fmt: skip
