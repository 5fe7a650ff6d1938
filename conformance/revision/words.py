"""Single words of content models: whether one is accepted, and short ones that show something."""

from collections import deque
from collections.abc import Iterable

from conformance.revision.language import MOST_STATES, NONE, Languages, TooLarge, alphabet_of
from conformance.revision.model import Name, Part


def word_only_in(first: Part, second: Part) -> tuple[Name, ...] | None:
    """Return a shortest word of the first model that the second does not accept; None if none, or past the bounds."""
    try:
        languages = Languages()
        return languages.witness(languages.of(first), languages.of(second), alphabet_of(first, second))
    except (TooLarge, RecursionError):
        return None


def shortest(model: Part, through: Name | None = None) -> tuple[Name, ...] | None:
    """Return a shortest word of a model, with `through` the shortest that has this name in it."""
    try:
        languages = Languages()
        start = languages.of(model)
        alphabet = alphabet_of(model)
    except (TooLarge, RecursionError):
        return None
    seen = {(start, through is None)}
    waiting: deque[tuple[int, bool, tuple[Name, ...]]] = deque([(start, through is None, ())])
    while waiting and len(seen) < MOST_STATES:
        state, passed, word = waiting.popleft()
        if passed and languages.nullable(state):
            return word
        for symbol in alphabet:
            try:
                after = languages.step(state, symbol)
            except (TooLarge, RecursionError):
                return None
            key = (after, passed or symbol == through)
            if after != NONE and key not in seen:
                seen.add(key)
                waiting.append((*key, (*word, symbol)))
    return None


def accepted(model: Part, word: Iterable[Name]) -> bool:
    """Return whether a model accepts a word; names it does not know are only taken by a wildcard."""
    try:
        languages = Languages()
        state = languages.of(model)
        for name in word:
            state = languages.step(state, name)
        return languages.nullable(state)
    except (TooLarge, RecursionError):
        return False
