"""DOC-005: the characters of a certificate's number can be read, typed and told apart."""

import unicodedata
from collections.abc import Iterator

from lxml import etree

from conformance.checks.rules.rule import Setting, rule_finding
from conformance.checks.rules.stock import path
from conformance.model.finding import Finding

_PLAIN = "translate(.,'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./_','')"
# Scripts whose letters are taken for Latin ones; of other scripts only a mixture with Latin misleads.
_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL")

NUMBER = f"{path('head')}/ram:ID[{_PLAIN}!='']"


def scripts(text: str) -> frozenset[str]:
    """Return the first words of the Unicode names of a text's letters and digits, mostly those of scripts."""
    return frozenset(unicodedata.name(c, "UNNAMED").split()[0] for c in text if unicodedata.category(c)[0] in "LN")


def check_number(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """Yield numbers with characters that cannot be seen, or that are taken for others."""
    for element in elements:
        value = element.text or ""
        hidden = [c for c in value if unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp")]
        wide = [c for c in value if unicodedata.category(c) == "Zs" and c != " "]
        if hidden or wide:
            codes = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys((*hidden, *wide)))
            message = "a document's number holds a control or format character, or an unusual blank"
            yield rule_finding("DOC-005.characters", element, message, "characters that can be seen", codes)
        alike = [c for c in value if any(unicodedata.name(c, "").startswith(script) for script in _ALIKE)]
        if alike:
            codes = ", ".join(f"U+{ord(c):04X} {unicodedata.name(c)}" for c in dict.fromkeys(alike))
            message = (
                f"a document's number has characters that are taken for others: {', '.join(sorted(scripts(value)))}"
            )
            yield rule_finding("DOC-005.look-alike", element, message, "letters and digits of ASCII", codes)
