"""The verification page: what it says, read from its marks (`page_marks`), and how it is made."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html
from lxml.etree import LxmlError

from conformance.checks.page_marks import fields_of, state_of
from conformance.model.finding import Finding, Where
from conformance.partner.pages import BY_THE_PROFILE, PageDescription

MAX_PAGE = 2_000_000
STATES = ("issued", "replaced", "withdrawn", "unknown", "throttled")
FACTS = (
    "number",
    "type",
    "issued",
    "authority",
    "export-country",
    "import-country",
    "product",
    "quantity",
    "consignor",
    "consignee",
    "transport",
)
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LOADING = (("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("object", "data"), ("embed", "src"))


@dataclass(frozen=True)
class Field:
    """One form field a person fills in, and whether it has a label."""

    name: str
    labelled: bool


@dataclass(frozen=True)
class PageFacts:
    """What a page says. `state` is "" when no mark names one; `fields` are the marked values in page order.

    `loaded` are the addresses of resources the page loads, `inline_scripts` counts scripts in the page itself.
    """

    state: str
    fields: tuple[tuple[str, str], ...]
    language: str
    title: str
    text: str
    inputs: tuple[Field, ...]
    links: tuple[str, ...]
    loaded: tuple[str, ...]
    inline_scripts: int
    announced: bool
    elements: tuple[str, ...]

    def value(self, name: str) -> str:
        """The first marked value of that name, or the empty text."""
        return next((value for key, value in self.fields if key == name), "")


NOTHING = PageFacts("", (), "", "", "", (), (), (), 0, announced=False, elements=())


def read_page(body: bytes, described: PageDescription = BY_THE_PROFILE) -> PageFacts:
    """Read a page; octets that are no HTML, or more than 2 MB, give empty facts and never an error."""
    if not body.strip() or len(body) > MAX_PAGE:
        return NOTHING
    try:
        root = html.document_fromstring(
            body, parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        )
    except (LxmlError, ValueError):
        return NOTHING
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    state, telling = state_of(root, described)
    return PageFacts(
        state=state,
        fields=tuple(fields_of(root, described)),
        language=root.get("lang") or "",
        title=next((_text(one) for one in elements if one.tag == "title"), ""),
        text=_text(root),
        inputs=tuple(_fields(root)),
        links=tuple(one.get("href") or "" for one in elements if one.tag == "a" and one.get("href")),
        loaded=tuple(
            one.get(attribute) or ""
            for tag, attribute in LOADING
            for one in elements
            if one.tag == tag and one.get(attribute)
        ),
        inline_scripts=sum(1 for one in elements if one.tag == "script" and not one.get("src")),
        announced=telling is not None and any(one.get("role") in ("status", "alert") for one in _upwards(telling)),
        elements=tuple(str(one.tag) for one in elements),
    )


def check_facts(facts: PageFacts) -> list[Finding]:
    """WEB-002: every fact of the profile is on the page and has content."""
    missing = [name for name in FACTS if not facts.value(name)]
    if not missing:
        return []
    return [
        _finding(
            "WEB-002", "The result page does not show every fact.", ", ".join(FACTS), f"missing: {', '.join(missing)}"
        )
    ]


def check_language(facts: PageFacts) -> list[Finding]:
    """A11Y-005: the page names its language."""
    if LANGUAGE_TAG.fullmatch(facts.language):
        return []
    return [
        _finding(
            "A11Y-005",
            "The page does not declare its language.",
            'lang="..." on html',
            facts.language or "none",
            "/html/@lang",
        )
    ]


def check_labels(facts: PageFacts) -> list[Finding]:
    """A11Y-004: every field has a label."""
    return [
        _finding("A11Y-004", f"The field '{one.name}' has no label.", "a label", "none", f"input {one.name}")
        for one in facts.inputs
        if not one.labelled
    ]


def check_own_resources(facts: PageFacts, base: str) -> list[Finding]:
    """WEB-013: no script in the page, and nothing is loaded from another host than `base`."""
    own = urlsplit(base).netloc
    foreign = [url for url in facts.loaded if urlsplit(url).netloc not in ("", own)]
    found = []
    if foreign:
        found.append(
            _finding("WEB-013", "The page loads something from another host.", "own resources only", foreign[0])
        )
    if facts.inline_scripts:
        found.append(_finding("WEB-013", "The page carries a script.", "no inline script", f"{facts.inline_scripts}"))
    return found


def check_verification_url(url: str, base: str, number: str, others: tuple[str, ...] = ()) -> list[Finding]:
    """WEB-005: the URL of a QR code is https on the registered host, its token has 128 bits and says nothing.

    `others` are URLs of further certificates: tokens that differ from theirs in a few characters can be guessed.
    """
    parts, known = urlsplit(url), urlsplit(base)
    token = parts.path.rsplit("/", 1)[-1]
    found = []
    if parts.scheme != "https" or parts.netloc != known.netloc:
        found.append(
            _finding(
                "WEB-005", "The URL is not https on the registered host.", f"https://{known.netloc}/...", url, "QR code"
            )
        )
    if len(token) < 22 or not re.fullmatch(r"[A-Za-z0-9_-]+", token):  # noqa: PLR2004 - 22 base64url characters carry 128 bits
        found.append(
            _finding("WEB-005", "The token cannot carry 128 bits.", "22 or more base64url characters", token, "QR code")
        )
    if number and _plain(number) in _plain(url):
        found.append(_finding("WEB-005", "The URL carries the certificate number.", "no number", url, "QR code"))
    for other in others:
        alike = _alike(token, urlsplit(other).path.rsplit("/", 1)[-1])
        if alike > len(token) // 2:
            found.append(
                _finding(
                    "WEB-005",
                    f"Two tokens share {alike} characters at the same place.",
                    "tokens made by chance",
                    f"{url} and {other}",
                    "QR code",
                )
            )
    return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _alike(one: str, other: str) -> int:
    return sum(1 for a, b in zip(one, other, strict=False) if a == b)


def _finding(requirement: str, message: str, expected: str, actual: str, path: str = "") -> Finding:
    return Finding(requirement, message, expected, actual[:300], Where("verification page", None, path))


def _text(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())[:200_000]


def _upwards(element: html.HtmlElement) -> list[html.HtmlElement]:
    return [element, *element.iterancestors(), *element.iterdescendants()]


def _fields(root: html.HtmlElement) -> list[Field]:
    labels = {one.get("for") for one in root.iter("label") if _text(one)}
    found = []
    for one in root.iter("input", "select", "textarea"):
        if one.get("type") in ("hidden", "submit", "button", "image", "reset"):
            continue
        inside = any(parent.tag == "label" and _text(parent) for parent in one.iterancestors())
        named = one.get("id") in labels if one.get("id") else False
        found.append(
            Field(one.get("name") or "", bool(inside or named or one.get("aria-label") or one.get("aria-labelledby")))
        )
    return found
