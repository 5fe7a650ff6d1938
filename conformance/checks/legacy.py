"""Checking a document of the 2009 format: our schema, then the rules of profile 2.26."""

import unicodedata
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from conformance.checks.rules.languages import is_language
from conformance.checks.rules.numbers import scripts
from conformance.checks.rules.tables import names
from conformance.checks.rules.texts import check_characters, is_placeholder, text_of
from conformance.checks.schema import validate
from conformance.checks.schema_paths import line_of, path_of, tag_name, where
from conformance.checks.schema_words import finding, quoted
from conformance.data import data_path
from conformance.legacy.reading import content
from conformance.legacy.values import ROOT, STATUS_CODES
from conformance.model.finding import Finding
from conformance.model.words import Layer

NAME = "2009"
SCHEMA = ("schemas", "legacy", "certificates-2009.xsd")
_CDATA = "<![CDATA["
_LONGEST_NUMBER = 70
_MANDATORY = frozenset({
    "country_name", "competent_authority", "text", "name", "address", "transport", "scientific_name", "issue_place",
    "officer",
})  # fmt: skip
_CODED = (
    ("net_weight", "unit", "units", "DOC-023", "a unit code of UN/ECE Recommendation 20"),
    ("packages", "type", "packages", "DOC-024", "a code of UN/ECE Recommendation 21"),
    ("transport", "mode", "modes", "DOC-025", "a code of UN/ECE Recommendation 19"),
)
_PARTS = (
    "exporting_country", "importing_country", "issue_date", "title", "exporter", "importer", "transport", "products",
    "declarations", "issue_place", "officer",
)  # fmt: skip
_NEEDED = 4
_COUNTRIES = ("exporting_country", "importing_country", "origin_country")
_DAY_BEGINS_AT = timedelta(hours=14)  # where the day begins first, it is 14 hours ahead of UTC


def is_legacy(root: etree._Element) -> bool:
    """Return whether a document is of the 2009 format, by the name of its root, which is in no namespace."""
    return root.tag == ROOT


def check_legacy(root: etree._Element, data: bytes, layers: Collection[Layer], at: datetime | None) -> list[Finding]:
    """Return what is wrong with a document of the 2009 format, in the layers asked for; it has no signature layer.

    The rules look at what is there, so that a document the schema refuses is told its other faults too. `at` is the
    time of checking; without it nothing is said about the future.
    """
    findings = list(_schema(root)) if Layer.SCHEMA in layers else []
    if Layer.RULES in layers:
        findings += _rules(root, data, at)
    return findings


def _schema(root: etree._Element) -> Iterator[Finding]:
    """Yield the faults against our schema; those in the parts of a certificate, whose order is free, one by one."""
    faults = validate(root, data_path(*SCHEMA))
    parts: dict[str, list[Finding]] = {}
    if faults:
        parts = {path_of(one): list(_parts(one)) for one in root.iterfind("certificate")}
    told: set[str] = set()
    for fault in faults:
        path = fault.where.path
        if not parts.get(path):
            yield fault
        elif path not in told:
            yield from parts[path]
            told.add(path)


def _parts(certificate: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for child in certificate.iterchildren(etree.Element):
        name = str(child.tag)
        if name not in _PARTS:
            yield finding(
                "DOC-048", f"{tag_name(child)} is no part of a certificate of this format",
                f"one of {', '.join(_PARTS)}", tag_name(child), where(child),
            )  # fmt: skip
        elif name in seen:
            yield finding("DOC-002", f"{name} is there again", f"one {name}", "another one", where(child))
        seen.add(name)
    for name in _PARTS[:_NEEDED]:
        if name not in seen:
            yield finding("DOC-002", f"a certificate lacks {name}", f"one {name}", "none", where(certificate))


def _rules(root: etree._Element, data: bytes, at: datetime | None) -> Iterator[Finding]:
    for rule in (_numbers, _statuses, _countries, _texts, _languages, _codes):
        yield from rule(root)
    for element in root.iterfind("certificate/issue_date"):
        yield from _date(element, at)
    for found in check_characters(root, data, text_of(root)):
        yield _renamed(found)


def _finding(
    requirement: str, element: etree._Element, message: str, expected: str, actual: str, suffix: str = ""
) -> Finding:
    return Finding(requirement, message, expected, actual, where(element, suffix), layer=Layer.RULES)


def _renamed(found: Finding) -> Finding:
    requirement = found.requirement.partition(".")[0]
    return Finding(requirement, found.message, found.expected, found.actual, found.where, found.level, found.layer)


def _numbers(root: etree._Element) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for element in root.iterfind("certificate"):
        number = element.get("no")
        if number is None:
            continue  # the schema speaks of it
        odd = [one for one in number if one.isspace() or unicodedata.category(one)[0] == "C"]
        if not number or odd or len(number) > _LONGEST_NUMBER:
            codes = ", ".join(f"U+{ord(one):04X}" for one in dict.fromkeys(odd))
            yield _finding(
                "DOC-005", element, "the number of a certificate is not 1 to 70 characters that can be seen",
                "1 to 70 characters, no white space and no control or format character",
                codes or f"{len(number)} characters", "/@no",
            )  # fmt: skip
        elif not number.isascii() and len(scripts(number)) > 1:
            yield _finding(
                "DOC-005", element, "the number of a certificate mixes scripts whose letters look alike",
                "letters and digits of one script", f"{quoted(number)}: {', '.join(sorted(scripts(number)))}", "/@no",
            )  # fmt: skip
        if number in seen:
            yield _finding(
                "DOC-005", element, "two certificates of the file have one number",
                "each number once", f"{quoted(number)}, also in line {seen[number]}", "/@no",
            )  # fmt: skip
        seen.setdefault(number, line_of(element) or 0)


def _statuses(root: etree._Element) -> Iterator[Finding]:
    for element in root.iterfind("certificate[@status]"):
        word = element.get("status", "")
        if word not in STATUS_CODES:
            yield _finding(
                "DOC-007", element, "the status is none of the words of the format",
                f"one of {', '.join(STATUS_CODES)}", quoted(word), "/@status",
            )  # fmt: skip


def _countries(root: etree._Element) -> Iterator[Finding]:
    for name in _COUNTRIES:
        for element in root.iter(name):
            code = element.get("country_code")
            if code is not None and code not in names("countries"):
                yield _finding(
                    "DOC-012", element, f"{name}: country_code is no country", "two capital letters of ISO 3166-1",
                    quoted(code), "/@country_code",
                )  # fmt: skip
    for certificate in root.iterfind("certificate"):
        exporting, importing = certificate.find("exporting_country"), certificate.find("importing_country")
        if exporting is None or importing is None:
            continue
        code = importing.get("country_code")
        if code and code == exporting.get("country_code"):
            yield _finding(
                "DOC-036", importing, "a certificate is addressed to the country that issues it",
                f"another country than {code}", code, "/@country_code",
            )  # fmt: skip


def _date(element: etree._Element, at: datetime | None) -> Iterator[Finding]:
    parts = [element.get(name, "").strip() for name in ("year", "month", "day")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= len("0000") for part in parts):
        return  # the schema speaks of it
    try:
        day = date(*map(int, parts))
    except ValueError:
        yield _finding(
            "DOC-013", element, "the parts of issue_date make no day of the calendar", "a day, such as 2009, 3, 17",
            ", ".join(f"{name} {part}" for name, part in zip(("year", "month", "day"), parts, strict=True)),
        )  # fmt: skip
        return
    if at is not None and day > (at.astimezone(UTC) + _DAY_BEGINS_AT).date():
        yield _finding(
            "DOC-014", element, "the day of issue lies in the future", f"not after {at.isoformat()}", day.isoformat()
        )


def _texts(root: etree._Element) -> Iterator[Finding]:
    for element in root.iter(etree.Element):
        if element.tag not in _MANDATORY:
            continue
        text = content(element)
        if not text.strip():
            yield _finding("DOC-018", element, f"{element.tag} is empty", "text", "empty")
        elif _CDATA in text:
            yield _finding(
                "DOC-032", element, "a CDATA section was not closed: the text holds what follows it, markup and all",
                "]]> before the end of the element", quoted(text),
            )  # fmt: skip
        elif is_placeholder(text):
            yield _finding("DOC-018", element, f"{element.tag} holds a placeholder", "the real content", quoted(text))


def _languages(root: etree._Element) -> Iterator[Finding]:
    for element in root.iter("text"):
        tag = element.get("language")
        if tag is None:
            continue
        if not is_language(tag.lower()):
            yield _finding(
                "DOC-030", element, "language is not a known language tag", "a tag of BCP 47, such as EN or ZH-HANS",
                quoted(tag), "/@language",
            )  # fmt: skip
        earlier = [str(one.get("language", "")).lower() for one in element.itersiblings("text", preceding=True)]
        if tag.lower() in earlier:
            yield _finding(
                "DOC-030", element, "a text is given twice in one language", "one for each language",
                f"{quoted(tag)} again", "/@language",
            )  # fmt: skip


def _codes(root: etree._Element) -> Iterator[Finding]:
    for name, attribute, table, requirement, expected in _CODED:
        for element in root.iter(name):
            code = element.get(attribute)
            if code is not None and code.strip() not in names(table):
                yield _finding(
                    requirement, element, f"{attribute} of {name} is no known code", expected, quoted(code),
                    f"/@{attribute}",
                )  # fmt: skip
    yield from _amounts(root, "net_weight", "DOC-023", "more than 0", least=Decimal(0), least_is_good=False)
    yield from _amounts(root, "packages", "DOC-024", "0 or more", least=Decimal(0), least_is_good=True)


def _amounts(
    root: etree._Element, name: str, requirement: str, expected: str, *, least: Decimal, least_is_good: bool
) -> Iterator[Finding]:
    for element in root.iter(name):
        text = content(element).strip()
        try:
            value = Decimal(text)
        except InvalidOperation:
            continue  # the schema speaks of it
        if value.is_nan() or value > least or (least_is_good and value == least):
            continue
        yield _finding(requirement, element, f"{name} is no possible amount", expected, quoted(text))
