"""What people with other eyes, hands or screens meet on a page: findings from what a browser saw."""

from collections.abc import Iterable, Mapping

from conformance.checks.seen import Asked, Broken, Entering, Look, Narrow, Telling, Walk
from conformance.model.finding import Finding, Where
from conformance.model.words import Level

NARROW_WIDTH = 320
CONTRAST = ("color-contrast",)
# Rules of axe-core about what has a requirement and a case of its own here.
ELSEWHERE = ("color-contrast", "html-has-lang", "html-lang-valid", "label", "meta-refresh", "select-name", "valid-lang")


def check_told_in_words(told: Mapping[str, Telling], page: str) -> list[Finding]:
    """A11Y-001: each state has words of its own, which can be read in forced colours too."""
    found = []
    for state, one in told.items():
        if not one.text or not one.legible:
            said = "no text that can be seen" if not one.text else f"'{one.text[:80]}', which cannot be seen"
            found.append(_finding("A11Y-001", f"The state {state} is not told in words.", "words", said, page))
        elif not one.forced:
            found.append(
                _finding(
                    "A11Y-001",
                    f"In forced colours the words of the state {state} cannot be read.",
                    "words that can be read in the colours people choose",
                    "text in the colour of its ground",
                    page,
                )
            )
    words = {state: _letters(one.text) for state, one in told.items()}
    for state, text in words.items():
        same = [other for other, also in words.items() if other < state and also == text]
        if same and text:
            found.append(
                _finding(
                    "A11Y-001",
                    f"The states {same[0]} and {state} have the same words.",
                    "words that tell them apart",
                    told[state].text[:120],
                    page,
                )
            )
    return found


def check_announced(told: Telling, state: str, page: str) -> list[Finding]:
    """A11Y-006: the state stands in a live region."""
    if told.announced:
        return []
    message = f"The state {state} is not announced to assistive technology."
    return [_finding("A11Y-006", message, 'role="status", role="alert" or aria-live', "none of them", page)]


def check_rules(broken: Iterable[Broken], page: str, requirement: str) -> list[Finding]:
    """A11Y-002 or A11Y-009: no rule of axe-core is broken."""
    return [
        _finding(
            requirement,
            f"{one.help} ({one.rule}).",
            f"no such element; see {one.address}",
            "; ".join(one.elements),
            page,
        )
        for one in broken
    ]


def check_walk(walk: Walk, page: str) -> list[Finding]:
    """A11Y-003: the Tab key comes everywhere, in order, can be seen, and goes on."""
    found = []
    if walk.trapped:
        found.append(
            _finding("A11Y-003", "The Tab key does not leave a control.", "the next one", f"again {walk.trapped}", page)
        )
    elif walk.missed:
        found.append(
            _finding(
                "A11Y-003",
                "The Tab key does not come to every control.",
                "all of them",
                _list(walk.missed, "not"),
                page,
            )
        )
    if walk.ordered:
        found.append(
            _finding(
                "A11Y-003",
                "Controls have an order of focus that is not that of the page.",
                "no tabindex above 0",
                _list(walk.ordered),
                page,
            )
        )
    unseen = tuple(stop.name for stop in walk.stops if not stop.visible)
    if unseen:
        found.append(
            _finding(
                "A11Y-003", "The focus cannot be seen.", "a ring, or another change", f"none at {_list(unseen)}", page
            )
        )
    return found


def check_entering(entering: Entering, page: str) -> list[Finding]:
    """A11Y-007: fields take what is pasted, and a puzzle can be solved by ear."""
    found = []
    if entering.unpasted:
        found.append(
            _finding(
                "A11Y-007",
                "A field does not take what is pasted.",
                "the text that was copied",
                f"not in {_list(entering.unpasted)}",
                page,
            )
        )
    if entering.puzzles and not entering.heard:
        found.append(
            _finding("A11Y-007", "There is a puzzle for the eyes only.", "another way", _list(entering.puzzles), page)
        )
    return found


def check_narrow(narrow: Narrow, page: str) -> list[Finding]:
    """A11Y-008 (SHOULD): no scrolling both ways at 320 CSS pixels, and nothing goes away by itself."""
    found = []
    if narrow.width > NARROW_WIDTH + 1:
        wide = f"{narrow.width} pixels; sticks out: {_list(narrow.over) or 'the page itself'}"
        message = "In a window 320 CSS pixels wide the page must be scrolled both ways."
        found.append(_finding("A11Y-008", message, f"{NARROW_WIDTH} pixels", wide, page, Level.SHOULD))
    if narrow.limits:
        message = "The page is refreshed or replaced by itself."
        found.append(_finding("A11Y-008", message, "no refresh", _list(narrow.limits), page, Level.SHOULD))
    return found


def check_nothing_ran(look: Look, *, injected: bool) -> list[Finding]:
    """WEB-013: what a visitor typed made no element, opened no window and asked nobody."""
    found = []
    if injected:
        message, wanted = "What a visitor typed has become an element of the page.", "text only"
        found.append(_finding("WEB-013", message, wanted, "an element", look.url))
    if look.dialogs:
        found.append(_finding("WEB-013", "A script has run.", "no window", look.dialogs[0], look.url))
    found += check_own_requests(look.asked, look.url)
    return found


def check_own_requests(asked: Iterable[Asked], page: str) -> list[Finding]:
    """WEB-013: the page asks nobody but its own host."""
    foreign = [one.url for one in asked if one.blocked]
    if not foreign:
        return []
    return [_finding("WEB-013", "The page asks another host.", "its own host only", _list(foreign), page)]


def _letters(text: str) -> str:
    return " ".join("".join(one for one in text.casefold() if one.isalpha() or one.isspace()).split())


def _list(names: Iterable[str], before: str = "") -> str:
    names = tuple(names)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""  # noqa: PLR2004 - as many as one reads
    return f"{before} {', '.join(names[:5])}{more}".strip()


def _finding(
    requirement: str, message: str, expected: str, actual: str, page: str, level: Level = Level.MUST
) -> Finding:
    return Finding(requirement, message, expected, actual[:300], Where("page in the browser", None, page), level)
