"""A certificate as a person reads one: the boxes of the official form, every datum of the XML in one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from lxml import etree
from markupsafe import Markup

from conformance.data import data_path
from conformance.reporting.html import environment
from conformance.reporting.render_data import data_of
from conformance.reporting.render_forms import Filled, Row, boxes, fill, form_of, languages_of
from conformance.reporting.render_labels import labels, meaning

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_RIGHT_TO_LEFT = ("ar",)


@dataclass(frozen=True, slots=True)
class Note:
    """An attribute beside a value: its name in the XML, its labels (none where the value says enough), its meaning."""

    name: str
    labels: tuple[str, ...]
    value: str
    means: str


@dataclass(frozen=True, slots=True)
class Value:
    """One datum as the page shows it. `language` is that of the text, empty when it is not told or not a plain one."""

    shown: str
    means: str
    notes: tuple[Note, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Data that follow each other under the same labels, such as a name in two languages."""

    labels: tuple[str, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Entries under one heading, such as the address of a party; `headings` are empty for the box itself."""

    headings: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The parts of a box that speak of one line of goods; `line` names it, and is empty where none need be named."""

    line: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A box as the page shows it."""

    number: str
    titles: tuple[str, ...]
    wide: bool
    section: bool
    blocks: tuple[Block, ...]


def to_page(root: etree._Element, *, form: str = "", languages: tuple[str, ...] = ()) -> str:
    """Return a certificate as one HTML page that needs nothing else. Every value is escaped and made visible."""
    chosen = form or form_of(root)
    spoken = languages or languages_of(root)
    data = data_of(root)
    filled, rest = fill(data, boxes(chosen, spoken), spoken)
    lines = sorted({row.block for one in filled for row in one.rows if row.block} | {r.block for r in rest if r.block})
    css = "".join(data_path("reports", name).read_text("utf-8") for name in ("report.css", "certificate.css"))
    return environment().get_template("certificate.html.j2").render(
        number=root.findtext("{*}SPSExchangedDocument/{*}ID", default=""), form=chosen, languages=spoken,
        boxes=[_shown(one, spoken, len(lines)) for one in filled], rest=_blocks(rest, spoken, len(lines)),
        rest_titles=labels("#rest", spoken), empty=labels("#empty", spoken), count=len(data),
        namespace=etree.QName(root).namespace or "none", signed=next(root.iter(_SIGNATURE), None) is not None,
        direction=dict.fromkeys(_RIGHT_TO_LEFT, "rtl"),
        css=Markup(css),  # noqa: S704 - our own style sheets
    )  # fmt: skip


def _shown(one: Filled, languages: tuple[str, ...], lines: int) -> Shown:
    number = "" if one.box.is_section else one.box.number
    blocks = _blocks(one.rows, languages, lines, one.box.titles)
    return Shown(number, one.box.titles, one.wide, one.box.is_section, blocks)


def _blocks(
    rows: Iterable[Row], languages: tuple[str, ...], lines: int, titles: tuple[str, ...] = ()
) -> tuple[Block, ...]:
    """Return rows by the line of goods they are of; a line is only named where the document has several."""
    ordered = sorted(rows, key=lambda row: [int(part) for part in row.block.split(".") if part])
    return tuple(
        Block(_line(block, languages) if block and lines > 1 else (), tuple(_parts(list(group), languages, titles)))
        for block, group in groupby(ordered, key=lambda row: row.block)
    )


def _line(block: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{label} {block.removeprefix('1.')}" for label in labels("#line", languages))


def _parts(rows: list[Row], languages: tuple[str, ...], titles: tuple[str, ...]) -> Iterator[Part]:
    """Yield the parts of a block; a heading says what the box's title and the heading before it do not say."""
    before: tuple[tuple[str, int], ...] = ()
    for part, group in groupby(rows, key=lambda row: row.part):
        told = part[1:] if part and part[0][1] == 1 and labels(part[0][0], languages) == titles else part
        if len(told) > 1 and told[:1] == before[:1]:
            before, told = told, told[1:]
        else:
            before = told
        entries = groupby(group, key=lambda row: row.labels)
        yield Part(
            _headings(told, languages),
            tuple(Entry(name, tuple(_value(row, languages) for row in same)) for name, same in entries),
        )


def _headings(part: tuple[tuple[str, int], ...], languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the name of a part in each language; of nested parts the last two, with the number of a repetition."""
    each = [(labels(name, languages), f" {place}" if place > 1 else "") for name, place in part[-2:]]
    return tuple(
        " · ".join(names[min(place, len(names) - 1)] + number for names, number in each)
        for place in range(max((len(names) for names, _ in each), default=0))
    )


def _value(row: Row, languages: tuple[str, ...]) -> Value:
    datum = row.datum
    notes = tuple(_note(datum.path, name, value, languages) for name, value in datum.notes)
    tag = dict(datum.notes).get("languageID", "")
    plain = tag.replace("-", "").isalnum() and tag.isascii()
    return Value(datum.shown, meaning(datum.path, datum.value, languages), notes, tag if plain else "")


def _note(path: tuple[str, ...], name: str, value: str, languages: tuple[str, ...]) -> Note:
    means = meaning((*path, f"@{name}"), value, languages)
    # A unit or a language that is known needs no label to be understood.
    return Note(name, () if means else labels(f"@{name}", languages), value, means)
