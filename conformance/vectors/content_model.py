"""Whether a content model accepts a row of children: a judge of our own, so that a mutation is known to be wrong
before any validating library is asked."""

import re
from collections.abc import Sequence

from conformance.vectors.grammar import Declared, Group, Particle, Wild

# Each name becomes one character of a private area, so that a row of children is a text and a model an expression.
_FIRST = 0xE000


def accepts(content: Group | None, names: Sequence[str]) -> bool:
    """Return whether the content model accepts children of these names (Clark notation) in this order."""
    if content is None:
        return not names
    letters = {name: chr(_FIRST + place) for place, name in enumerate(dict.fromkeys(names))}
    row = "".join(letters[name] for name in names)
    if content.model == "all":
        return _all(content, names)
    return re.fullmatch(_expression(content, letters), row) is not None


def _expression(part: Particle, letters: dict[str, str]) -> str:
    if isinstance(part, Declared):
        inner = letters.get(part.name, "[^\\s\\S]")
    elif isinstance(part, Wild):
        inner = "[" + ("".join(one for name, one in letters.items() if part.component.is_matching(name)) or "\\0") + "]"
    else:
        parts = [_expression(one, letters) for one in part.parts]
        inner = "(?:" + ("|" if part.model == "choice" else "").join(parts) + ")"
    if (part.minimum, part.maximum) == (1, 1):
        return inner
    return f"(?:{inner}){{{part.minimum},{'' if part.maximum is None else part.maximum}}}"


def _all(content: Group, names: Sequence[str]) -> bool:
    """An all group: each element at most once (XML Schema 1.0), in any order."""
    if not names and content.minimum == 0:
        return True
    counts = {name: list(names).count(name) for name in names}
    for part in content.parts:
        if isinstance(part, Declared):
            count = counts.pop(part.name, 0)
            if count < part.minimum or (part.maximum is not None and count > part.maximum):
                return False
    return not counts
