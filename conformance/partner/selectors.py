"""CSS selectors of a partner file."""

from functools import lru_cache

from cssselect import HTMLTranslator, SelectorError
from lxml.etree import XPath, XPathError


@lru_cache(maxsize=256)
def compiled(selector: str) -> XPath:
    """Return a CSS selector as XPath. Raises `ValueError` with what is wrong with it."""
    try:
        return XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, XPathError) as error:
        raise ValueError(str(error) or "it is no CSS selector") from error
