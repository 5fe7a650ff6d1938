"""Generated documents by number: a recipe says what kind, a number which one, and the same two say the same octets."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conformance.vectors.chooser import SeededChooser
from conformance.vectors.content import Content
from conformance.vectors.grammar import Grammar, grammar_of
from conformance.vectors.plausible import Plausible
from conformance.vectors.template import Template, template_of
from conformance.vectors.walker import Item, Walker
from conformance.vectors.write import octets_of

_TEMPLATES = 25


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to generate. `file` is the schema of the message; `least` and `most` are octets, 0 for no aim.

    `plausible` writes what a certificate would say, in `languages`; without it whatever the schema allows. `volume`
    fills a few templates instead of walking for every document.
    """

    file: Path
    seed: int = 0
    least: int = 0
    most: int = 0
    languages: tuple[str, ...] = ("en",)
    plausible: bool = True
    volume: bool = False
    root: str = ""


def generated(recipe: Recipe, number: int) -> bytes:
    """Return one document. Raises `ValueError` when the schema cannot be generated from, saying why."""
    if recipe.volume:
        template = _template(recipe, number % _TEMPLATES)
        return template.fill(SeededChooser(f"{recipe.seed}:{number}:volume"))
    return octets_of(item(recipe, number), _grammar(recipe))


def item(recipe: Recipe, number: int) -> Item:
    """Return one document as elements."""
    chooser = SeededChooser(f"{recipe.seed}:{number}")
    size = chooser.integer(recipe.least, recipe.most) if recipe.most else 0
    richness = chooser.integer(10, 70)
    content = Plausible(chooser, recipe.languages, richness) if recipe.plausible else Content(richness)
    return Walker(_grammar(recipe), chooser, content).document(size)


def _grammar(recipe: Recipe) -> Grammar:
    return grammar_of(recipe.file, recipe.root)


@lru_cache(maxsize=2 * _TEMPLATES)
def _template(recipe: Recipe, number: int) -> Template:
    return template_of(item(recipe, number), _grammar(recipe))
