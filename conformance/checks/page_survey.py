"""Reads a verification page nobody has described, and says what seems to be what: form, states, facts, links.

Nothing is fetched here. Words of several languages stand in `partner/page_words.toml`.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lxml import html

import conformance.partner
from conformance.checks.links import read_links
from conformance.checks.page_marks import text_of
from conformance.checks.page_root import root_of
from conformance.partner.page_proposal import Proposal, Sureness
from conformance.partner.pages import ADDRESSES, STATES

MAX_PHRASE, MAX_LABEL = 80, 60
_TELLING = re.compile(r"state|status|result|alert|message|estado|resultado|etat|mensaje", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-.\[\]]+")
_APART = ("form", "nav", "footer", "script", "style")
_UNSPACED = 0x2E80  # from here on scripts put no spaces between words
# Every other type is a text field, also one that no browser knows.
_NO_TEXTS = frozenset({"hidden", "submit", "button", "image", "reset", "checkbox", "radio", "file", "range", "color"})


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, list[str]]]:
    """The words by kind (`fields`, `links`, `states`, `facts`) and meaning."""
    path = Path(conformance.partner.__file__).with_name("page_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Form:
    """A form for a look-up or a log-in: where it is sent, how, and which of its fields is what, with how sure."""

    element: html.HtmlElement
    target: str
    method: str
    fields: tuple[Proposal, ...]
    values: tuple[Proposal, ...]

    def field(self, name: str) -> str:
        """The name of a field as the page has it, "" when it was not found."""
        return next((str(one.value) for one in self.fields if one.key == name), "")


def look_up_form(body: bytes) -> Form | None:
    """The form in which a certificate is looked up: the one with the best field for a number, and no password."""
    root = root_of(body)
    forms = [] if root is None else [one for one in root.iter("form") if not _password(one)]
    read = [_look_up(one) for one in forms]
    found = [one for one in read if one.field("number")]
    return max(found, key=lambda one: (bool(one.field("code")), -len(one.values)), default=None)


def log_in_form(body: bytes) -> Form | None:
    """The form with a password and one text field before it."""
    root = root_of(body)
    for one in [] if root is None else root.iter("form"):
        password = _password(one)
        user = next((field for field in _inputs(one) if (field.get("type") or "") != "password"), None)
        if password is None or user is None:
            continue
        fields = (
            _field("user", user, _best(user, "user"), "the text field beside a password"),
            Proposal("fields", "password", password.get("name") or "", Sureness.SURE, "its type is password"),
        )
        return _form(one, fields, ())
    return None


def told_state(body: bytes, other: bytes = b"") -> tuple[str, Proposal] | None:
    """The state a page tells by known words, and what tells it.

    The place that most looks like a result counts, of equal ones the worse state. What stands on `other`, a page of
    another result, in the same words is a legend and tells nothing.
    """
    main, apart = _main(body), _main(other)
    if main is None:
        return None
    legend = set() if apart is None else {text_of(one) for one in _phrases(apart)}
    found = [
        (_prominence(one), -STATES.index(state), one, word)
        for one in _phrases(main)
        if text_of(one) not in legend
        for state in STATES
        if (word := _word(text_of(one), words()["states"].get(state, [])))
    ]
    if not found:
        return None
    _, worse, element, word = max(found, key=lambda one: one[:2])
    return STATES[-worse], _state(STATES[-worse], element, word)


def told_facts(body: bytes, number: str) -> Iterator[Proposal]:
    """The facts of a result, by the headings they stand beside."""
    root = root_of(body)
    seen: set[str] = set()
    for label, value in [] if root is None else _pairs(root):
        for name, known in words()["facts"].items():
            if name in seen or not _word(label, known):
                continue
            if name == "number" and value != number:
                continue
            seen.add(name)
            sure = Sureness.SURE if name == "number" else Sureness.LIKELY
            why = "beside it stands the number" if name == "number" else f"beside it stands: {value[:60]}"
            yield Proposal("facts", name, {"label": label}, sure, why)
            break
    for link in read_links(body):
        if link.path.lower().endswith(".xml") and link.text:
            yield Proposal("facts", "download", {"label": link.text}, Sureness.LIKELY, f"it leads to {link.path}")
            return


def told_links(body: bytes, url: str) -> Iterator[Proposal]:
    """Pages the profile has a name for, among the links on the page's own host."""
    seen: set[str] = set()
    for link in read_links(body):
        if urlsplit(urljoin(url, link.target)).netloc != urlsplit(url).netloc:
            continue
        for name, known in words()["links"].items():
            if name in ADDRESSES and name not in seen and _word(link.text, known):
                seen.add(name)
                path = urlsplit(urljoin(url, link.target)).path
                yield Proposal("addresses", name, path, Sureness.LIKELY, f"a link with the text: {link.text[:60]}")
                break


def told_languages(body: bytes) -> Proposal | None:
    """The language of the page and those its links offer."""
    root = root_of(body)
    own = "" if root is None else root.get("lang") or ""
    offered = [one.language for one in read_links(body) if one.language]
    found = [one for one in dict.fromkeys((own, *offered)) if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", one)]
    if not found:
        return None
    why = "the page says so, and its links with hreflang or lang" if len(found) > 1 else "the page says so"
    return Proposal("", "languages", found, Sureness.LIKELY, why)


def has_marks(body: bytes) -> bool:
    """Whether the page bears the profile's own marks of state."""
    root = root_of(body)
    return root is not None and bool(root.xpath("//*[@data-ecert-state]"))


def _look_up(element: html.HtmlElement) -> Form:
    inputs = list(_inputs(element))
    fields: list[Proposal] = []
    rest = inputs
    for name in ("number", "code"):
        scored = [(known[0], one, known[1]) for one in rest if (known := _best(one, name))]
        if scored:
            score, chosen, where = max(scored, key=lambda found: (found[0], -inputs.index(found[1])))
            fields.append(_field(name, chosen, (score, where), ""))
            rest = [one for one in rest if one is not chosen]
    if len(fields) == 1 and fields[0].key == "number" and len(rest) == 1:
        why = "the only other field; what it is called is not known"
        fields.append(Proposal("fields", "code", rest[0].get("name") or "", Sureness.LIKELY, why))
        rest = []
    return _form(element, tuple(fields), tuple(_others(element, rest)))


def _form(element: html.HtmlElement, fields: tuple[Proposal, ...], values: tuple[Proposal, ...]) -> Form:
    return Form(element, element.get("action") or "", (element.get("method") or "get").lower(), fields, values)


def _field(name: str, one: html.HtmlElement, best: tuple[int, str] | None, otherwise: str) -> Proposal:
    if best is None:
        return Proposal("fields", name, one.get("name") or "", Sureness.LIKELY, otherwise)
    sure = Sureness.SURE if "label" in best[1] and best[0] > 1 else Sureness.LIKELY
    return Proposal("fields", name, one.get("name") or "", sure, best[1])


def _best(one: html.HtmlElement, meaning: str) -> tuple[int, str] | None:
    """How well a field fits (more words fit better), and where it says so."""
    known = words()["fields"][meaning]
    places = (
        ("label", _label(one)),
        ("placeholder", one.get("placeholder") or one.get("title") or ""),
        ("name", _CAMEL.sub(" ", f"{one.get('name') or ''} {one.get('id') or ''}")),
    )
    fitting = [(place, text, word) for place, text in places if (word := _word(text, known))]
    if not fitting:
        return None
    score = len(fitting) + max(len(word.split()) for _, _, word in fitting)
    return score, "; ".join(f"its {place} is: {' '.join(text.split())[:60]}" for place, text, _ in fitting)


def _others(element: html.HtmlElement, rest: list[html.HtmlElement]) -> Iterator[Proposal]:
    for one in rest:
        why = (
            f"a further field{' that must be filled in' if one.get('required') is not None else ''}: look what it wants"
        )
        yield Proposal("values", one.get("name") or "", one.get("value") or "", Sureness.GUESS, why)
    for one in element.iter("select"):
        options = [option.get("value") or "" for option in one.iter("option") if option.get("value")]
        if one.get("name") and options:
            why = f"a choice; its first value, others are: {', '.join(options[1:6])}"
            yield Proposal("values", one.get("name") or "", options[0], Sureness.LIKELY, why)
    for one in (*element.iter("button"), *element.iter("input")):
        if one.get("name") and (one.get("type") or "").lower() == "submit":
            why = "the button that sends the form"
            yield Proposal("values", one.get("name") or "", one.get("value") or "", Sureness.LIKELY, why)
            return


def _inputs(form: html.HtmlElement) -> Iterator[html.HtmlElement]:
    yield from (
        one for one in form.iter("input") if one.get("name") and (one.get("type") or "").lower() not in _NO_TEXTS
    )


def _password(form: html.HtmlElement) -> html.HtmlElement | None:
    return next((one for one in _inputs(form) if (one.get("type") or "").lower() == "password"), None)


def _label(one: html.HtmlElement) -> str:
    """What a field is called for people: its label, or what stands in the cell before it."""
    root = one.getroottree().getroot()
    label = next((each for each in root.iter("label") if one.get("id") and each.get("for") == one.get("id")), None)
    around = next((each for each in one.iterancestors("label")), None)
    found = next((each for each in (label, around) if each is not None), None)
    if found is not None:
        return text_of(found)[:200]
    cell = next(one.iterancestors("td"), None)
    before = cell.getprevious() if cell is not None else one.getprevious()
    return one.get("aria-label") or (text_of(before)[:200] if before is not None else "")


def _phrases(main: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Elements whose text is short, innermost ones, outside of forms and navigation."""
    for one in main.iter():
        if not isinstance(one.tag, str) or any(
            up.tag in ("form", "nav", "footer") for up in (one, *one.iterancestors())
        ):
            continue
        text = text_of(one, MAX_PHRASE * 2)
        if 0 < len(text) <= MAX_PHRASE and not any(text_of(inner) == text for inner in one):
            yield one


def _main(body: bytes) -> html.HtmlElement | None:
    root = root_of(body)
    return None if root is None else next(iter([*root.iter("main"), *root.iter("body")]), None)


def _prominence(element: html.HtmlElement) -> int:
    around = (element, *list(element.iterancestors())[:2])
    marked = any(_TELLING.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in around)
    announced = any(one.get("role") in ("status", "alert") for one in around)
    return 2 * announced + marked + (element.tag in ("h1", "h2", "h3", "strong"))


def _state(state: str, element: html.HtmlElement, word: str) -> Proposal:
    around = (element, *list(element.iterancestors())[:2])
    selector = next((found for one in around if (found := _selector(one))), "")
    value = {"selector": selector, "words": word} if selector else {"words": word}
    sure = Sureness.SURE if _prominence(element) > 1 else Sureness.LIKELY
    return Proposal("states", state, value, sure, f"the page says: {text_of(element)}")


def _selector(one: html.HtmlElement) -> str:
    """A selector for an element whose id or class says that it tells a result."""
    named = one.get("id") or ""
    if re.fullmatch(r"[A-Za-z][\w-]*", named) and _TELLING.search(named):
        return f"#{named}"
    classes = [each for each in (one.get("class") or "").split() if re.fullmatch(r"[A-Za-z][\w-]*", each)]
    return next((f".{each}" for each in classes if _TELLING.search(each)), "")


def _pairs(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Headings and what stands beside them: in a list of terms, or in a row of two cells."""
    for term in root.iter("dt"):
        beside = term.getnext()
        if beside is not None and beside.tag == "dd":
            yield _heading(term), text_of(beside)
    for row in root.iter("tr"):
        cells = [one for one in row if one.tag in ("th", "td")]
        if len(cells) == 2:  # noqa: PLR2004 - a heading and a value
            yield _heading(cells[0]), text_of(cells[1])


def _heading(element: html.HtmlElement) -> str:
    text = text_of(element).rstrip(" :：")
    return text if len(text) <= MAX_LABEL else ""


def _word(text: str, known: list[str]) -> str:
    """The longest known word that stands in a text, as the text writes it; "" when there is none."""
    for word in sorted(known, key=len, reverse=True):
        pattern = re.escape(word) if ord(word[0]) >= _UNSPACED else rf"(?<!\w){re.escape(word)}(?!\w)"
        found = re.search(pattern, text, re.IGNORECASE)
        if found is not None:
            return found[0]
    return ""
