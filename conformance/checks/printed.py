"""DOC-049: a printed form says what the certificate says, and no more (profile 2.40).

It looks at text taken out of the form, whatever program drew it. Labels are the form's own.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lxml import etree

from conformance.checks.schema_paths import where
from conformance.model.finding import Finding, Where
from conformance.model.words import Level

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
# Of what a file holds only its name is printed.
_FILES = ("AttachmentBinaryObject",)
# What no label of a form has: a number of two figures or more, on its own or with letters, points and dashes.
_FIGURES = re.compile(r"\w*\d[\w.,:/+-]*\d\w*")
_TIME_OF_DAY = re.compile(r"T?\d{1,2}:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?$")
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y年%m月%d日")


def check_printed(root: etree._Element, text: str, *, beside: str = "") -> list[Finding]:
    """Return what the text of a printed form leaves out of a certificate, and what figures it has of its own.

    `beside` is what a form may say besides (`said_besides`); the time of day beside its days is then no fault either.
    """
    printed, besides = _squeezed(text), _squeezed(beside)
    found = [
        Finding("DOC-049", "The printed form leaves out what the certificate says.", value, "not printed", place,
                Level.SHOULD)
        for value, place in _values(root)
        if _squeezed(value) not in printed
    ]  # fmt: skip
    known = _squeezed(" ".join((*(value for value, _ in _values(root)), *_days(root), beside)))
    found += [
        Finding(
            "DOC-049", "The printed form says what the certificate does not say.", "only what the certificate says",
            figures, Where("printed form"), Level.SHOULD,
        )
        for figures in dict.fromkeys(_FIGURES.findall(unicodedata.normalize("NFKC", text)))
        if _squeezed(figures) not in known and not (besides and _TIME_OF_DAY.sub("", figures) in besides)
    ]  # fmt: skip
    return found


def said_besides(at: datetime, *, sheets: int, words: Iterable[str]) -> str:
    """Return what a form of so many sheets that was made at that moment may say besides the certificate.

    That is the day in several writings, everywhere on earth, numbers of sheets, and `words`: addresses to verify it at.
    """
    days = (at + timedelta(days=off) for off in (-1, 0, 1))
    numbers = (f"{sheet}/{sheets}" for sheet in range(1, sheets + 1))
    return " ".join((*(day.strftime(form) for day in days for form in _DAYS), *numbers, *words))


def _values(root: etree._Element) -> Iterator[tuple[str, Where]]:
    for element in root.iter(etree.Element):
        if str(element.tag).startswith(_SIGNATURE):
            continue
        if etree.QName(element).localname in _FILES:
            if name := element.get("filename"):
                yield name, where(element, "/@filename")
        elif len(element) == 0 and (element.text or "").strip():
            text = str(element.text).strip()
            yield (text[:10] if re.match(r"\d{4}-\d\d-\d\dT", text) else text), where(element)


def _days(root: etree._Element) -> Iterator[str]:
    """Moments as a whole: a form that prints only the day says enough, one that prints the time nothing new."""
    for element in root.iter(etree.Element):
        text = (element.text or "").strip()
        if re.match(r"\d{4}-\d\d-\d\dT", text):
            yield f"{text} {text[11:16]} {text[11:19]}"


def _squeezed(text: str) -> str:
    """Return a text without what a form changes: breaks of lines and words, forms of one character."""
    return "".join(unicodedata.normalize("NFKC", text).split())
