"""The links of a page as a person finds them: by where they lead, by their language, by what stands beside them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html

from conformance.checks.page_root import root_of

# What a person sees as one entry of a list.
_ENTRIES = ("tr", "li", "dd", "dt", "article", "p")


@dataclass(frozen=True)
class Link:
    """A link: where it leads, its text, and the language it says its page is in ("" when it says none)."""

    target: str
    text: str
    language: str

    @property
    def path(self) -> str:
        """The path it leads to, without query."""
        return urlsplit(self.target).path


def read_links(body: bytes) -> tuple[Link, ...]:
    """The links of a page in its order; octets that are no HTML, or more than 2 MB, have none."""
    root = root_of(body)
    return () if root is None else tuple(_link(one) for one in root.iter("a") if one.get("href"))


def links_beside(body: bytes, text: str) -> tuple[Link, ...]:
    """The links in entries of a list or table in which `text` stands too."""
    root = root_of(body)
    if root is None or not text:
        return ()
    entries = [one for one in root.iter(*_ENTRIES) if text in one.text_content()]
    return tuple(_link(one) for entry in entries for one in entry.iter("a") if one.get("href"))


def _link(element: html.HtmlElement) -> Link:
    language = element.get("hreflang") or element.get("lang") or ""
    return Link(element.get("href") or "", " ".join(str(element.text_content()).split()), language)
