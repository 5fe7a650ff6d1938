"""DOC-041: container numbers have the right check digit (ISO 6346)."""

import re
from collections.abc import Iterator
from itertools import count

from lxml import etree

from conformance.checks.rules.rule import Setting, rule_finding
from conformance.checks.schema_words import quoted
from conformance.model.finding import Finding

_NUMBER = re.compile(r"[A-Z]{3}[UJZ]\d{7}")
_BETWEEN = re.compile(r"[\s-]")
# ISO 6346: letters count from 10 and leave out the multiples of 11.
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (value for value in count(10) if value % 11), strict=False)
)


def check_digit(first_ten: str) -> int:
    """Return the check digit for the first ten characters of a container number."""
    return sum(_VALUES[character] << place for place, character in enumerate(first_ten)) % 11 % 10


def check_containers(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """Yield container numbers whose check digit is wrong. Numbers of other equipment have another form."""
    for element in elements:
        text = element.text or ""
        number = text if text.isalnum() else _BETWEEN.sub("", text)
        if _NUMBER.fullmatch(number) and int(number[10]) != (right := check_digit(number[:10])):
            yield rule_finding(
                "DOC-041.digit",
                element,
                "the check digit of the container number is wrong",
                f"{number[:10]}{right}",
                quoted(text),
            )
