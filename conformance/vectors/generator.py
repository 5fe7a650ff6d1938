"""Generated documents by number: a recipe says what kind, a number which one, and the same two say the same octets."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conformance.vectors.chooser import SeededChooser
from conformance.vectors.content import Content
from conformance.vectors.grammar import Grammar, grammar_of
from conformance.vectors.plausible import Plausible
from conformance.vectors.rule_breaking import broken_by
from conformance.vectors.template import Template, template_of
from conformance.vectors.walker import Item, Walker
from conformance.vectors.ways import PLAIN, ways_of
from conformance.vectors.write import octets_of

_TEMPLATES = 25
# So often another document is tried under one number until one keeps the rules of a profile.
_ATTEMPTS = 60


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to generate. `file` is the schema of the message; `least` and `most` are octets, 0 for no aim.

    `plausible` writes what a certificate would say, in `languages`; without it whatever the schema allows. `volume`
    fills a few templates instead of walking for every document. `profile` is a document profile, by name or file, whose
    rules and advice every document keeps.
    """

    file: Path
    seed: int = 0
    least: int = 0
    most: int = 0
    languages: tuple[str, ...] = ("en",)
    plausible: bool = True
    volume: bool = False
    root: str = ""
    profile: str = ""


def generated(recipe: Recipe, number: int) -> bytes:
    """Return one document.

    Raises `ValueError` when the schema cannot be generated from, or when the rules of the profile are not to be kept,
    saying why.
    """
    broken: frozenset[str] = frozenset()
    for attempt in range(_ATTEMPTS if recipe.profile else 1):
        data = _written(recipe, number, attempt)
        if not recipe.profile or not (broken := broken_by(data, recipe.profile)):
            return data
    raise ValueError(f"no document that keeps the profile {recipe.profile} came of {_ATTEMPTS} attempts; "
                     f"the last broke {', '.join(sorted(broken))}")  # fmt: skip


def _written(recipe: Recipe, number: int, attempt: int) -> bytes:
    if recipe.volume:
        template = _template(recipe, (number + attempt) % _TEMPLATES)
        return template.fill(SeededChooser(f"{recipe.seed}:{number}:volume"))
    return octets_of(item(recipe, number, attempt), _grammar(recipe))


def item(recipe: Recipe, number: int, attempt: int = 0) -> Item:
    """Return one document as elements; `attempt` gives another one under the same number."""
    chooser = SeededChooser(f"{recipe.seed}:{number}:{attempt}" if attempt else f"{recipe.seed}:{number}")
    size = chooser.integer(recipe.least, recipe.most) if recipe.most else 0
    richness = chooser.integer(10, 70)
    ways = ways_of(recipe.profile) if recipe.profile else PLAIN
    content = Plausible(chooser, recipe.languages, richness, ways) if recipe.plausible else Content(richness)
    return Walker(_grammar(recipe), chooser, content).document(size)


def _grammar(recipe: Recipe) -> Grammar:
    return grammar_of(recipe.file, recipe.root)


@lru_cache(maxsize=2 * _TEMPLATES)
def _template(recipe: Recipe, number: int) -> Template:
    return template_of(item(recipe, number), _grammar(recipe))
