"""DOC-030, DOC-031: the tags of languages, and the languages of a text."""

import re
from collections.abc import Iterator

from lxml import etree

from conformance.checks.rules.rule import Setting, local, rule_finding
from conformance.checks.rules.tables import names
from conformance.checks.schema_words import quoted
from conformance.model.finding import Finding

# RFC 5646, 2.1: language, script, region, variants, extensions, private use; tags of private use alone.
_TAG = re.compile(
    r"([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(-[a-wy-z0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?|x(-[a-z0-9]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
# The texts that a bilingual certificate gives in both languages wherever it gives them in one.
TRANSLATED = ("Name", "Content", "Description", "CommonName", "IntendedUse", "ClassName", "Information")


def is_language(tag: str) -> bool:
    """Return whether a tag, in whatever case of letters, is well-formed (BCP 47) and begins with a known language."""
    primary = tag.partition("-")[0].lower()
    known = primary in names("languages") or primary in names("long-languages") or primary == "x"
    return known and _TAG.fullmatch(tag) is not None


def check_forms(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """Yield languages whose tag goes on in a way BCP 47 does not know; the primary language is a rule of its own."""
    for element in elements:
        tag = element.get("languageID") or ""
        if "-" in tag and not _TAG.fullmatch(tag):
            message = f"{local(element)}: languageID is not a language tag of BCP 47"
            yield rule_finding(
                "DOC-030.form", element, message, "a tag such as zh-Hans", quoted(tag), at="/@languageID"
            )


def check_twice(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """Yield repetitions of an element in a language it is already given in."""
    for element in elements:
        language = element.get("languageID")
        for earlier in element.itersiblings(element.tag, preceding=True):
            if earlier.get("languageID") == language:
                yield rule_finding(
                    "DOC-030.twice",
                    element,
                    f"{local(element)} is given twice in one language",
                    "one for each language",
                    f"languageID={quoted(language or '')} again",
                    at="/@languageID",
                )
                break


def check_agreed(elements: list[etree._Element], setting: Setting) -> Iterator[Finding]:
    """Yield translated texts that lack one of the languages the certificate is agreed to be in.

    A text without a language, such as a proper or scientific name, is not translated and needs none.
    """
    for element in elements:
        earlier = element.getprevious()
        if earlier is not None and earlier.tag == element.tag:
            continue  # the first of its repetitions speaks for all
        there = [element, *element.itersiblings(element.tag)]
        given = {str(one.get("languageID") or "").partition("-")[0] for one in there}
        for missing in [one for one in setting.languages if one not in given and one.partition("-")[0] not in given]:
            yield rule_finding(
                "DOC-031.languages",
                element,
                f"{local(element)} is not given in every language agreed for the certificate",
                f"{' and '.join(setting.languages)}",
                f"{', '.join(sorted(filter(None, given))) or 'no language'}, not {missing}",
            )
