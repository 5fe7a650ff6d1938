"""The pages of an inquiry and of measures, read from their marks (profile 9.13)."""

from dataclasses import dataclass

from lxml import html
from lxml.etree import LxmlError

MAX_PAGE = 2_000_000
PROBE = "ecert-probe"
"""The name of an element and of an attribute that no page of its own accord has."""


@dataclass(frozen=True)
class InquiryMarks:
    """What a page says of an inquiry or a measure; what is not there is empty.

    `answers` are the codes of a thread in order, `measures` the status codes of measures, `links` where the page
    leads to, `probes` how many elements and attributes were made of what somebody sent.
    """

    inquiry: str = ""
    state: str = ""
    answers: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    text: str = ""
    probes: int = 0


def read_marks(body: bytes) -> InquiryMarks:
    """Read a page; octets that are no HTML, or more than 2 MB, give empty marks and never an error."""
    if not body.strip() or len(body) > MAX_PAGE:
        return InquiryMarks()
    try:
        root = html.document_fromstring(
            body, parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        )
    except (LxmlError, ValueError):
        return InquiryMarks()
    elements: list[html.HtmlElement] = [one for one in root.iter() if isinstance(one.tag, str)]
    named = [one for one in elements if one.get("data-ecert-field") == "inquiry"]
    return InquiryMarks(
        inquiry=_text(named[0]) if named else "",
        state=next((one.get("data-ecert-inquiry", "") for one in elements if one.get("data-ecert-inquiry")), ""),
        answers=_values(elements, "data-ecert-answer"),
        measures=_values(elements, "data-ecert-measure"),
        links=tuple(one.get("href", "") for one in elements if one.tag == "a" and one.get("href")),
        text=_text(root),
        probes=sum(1 for one in elements if one.tag == PROBE or one.get(PROBE) is not None),
    )


def _values(elements: list[html.HtmlElement], name: str) -> tuple[str, ...]:
    return tuple(value for one in elements if (value := one.get(name, "")))


def _text(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())
