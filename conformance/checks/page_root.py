"""The one way in which pages of others become trees: bounded, without network, and never an error."""

from lxml import html
from lxml.etree import LxmlError

MAX_PAGE = 2_000_000


def root_of(body: bytes) -> html.HtmlElement | None:
    """The root of a page; None for octets that are no HTML, or more than 2 MB."""
    if not body.strip() or len(body) > MAX_PAGE:
        return None
    try:
        return html.document_fromstring(
            body, parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        )
    except (LxmlError, ValueError):
        return None
