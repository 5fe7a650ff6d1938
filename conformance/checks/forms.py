"""The forms of a page, as a browser would fill them in."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from lxml import html
from lxml.etree import LxmlError

MAX_PAGE = 2_000_000


@dataclass(frozen=True)
class PageForm:
    """A form: where it is sent (path, without query), how, and its fields with the values they have on the page.

    `names` are the names of all controls, those without a value of their own (files, empty choices) too; `concealed`
    those of hidden ones.
    """

    path: str
    target: str
    method: str
    multipart: bool
    values: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    concealed: tuple[str, ...] = ()

    def without_hidden(self) -> "PageForm":
        """The form as another site could make it: without the values only this page knows."""
        return replace(self, values=tuple((name, value) for name, value in self.values if name not in self.concealed))

    @property
    def hidden(self) -> dict[str, str]:
        """The values by name; of a name that occurs twice, the last."""
        return dict(self.values)


def read_forms(body: bytes) -> tuple[PageForm, ...]:
    """Return the forms of a page in its order; octets that are no HTML, or more than 2 MB, have none."""
    if not body.strip() or len(body) > MAX_PAGE:
        return ()
    try:
        root = html.document_fromstring(
            body, parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        )
    except (LxmlError, ValueError):
        return ()
    return tuple(_form(one) for one in root.iter("form"))


def _form(element: html.HtmlElement) -> PageForm:
    action = element.get("action") or ""
    values = [(name, value or "") for name, value in html.FormElement.form_values(element)]
    names = [one.get("name") or "" for one in element.iter("input", "select", "textarea", "button") if one.get("name")]
    return PageForm(
        path=urlsplit(action).path,
        target=action,
        method=(element.get("method") or "get").lower(),
        multipart=(element.get("enctype") or "").lower() == "multipart/form-data",
        values=tuple(values),
        names=tuple(dict.fromkeys(names)),
        concealed=tuple(one.get("name") or "" for one in element.iter("input") if one.get("type") == "hidden"),
    )
