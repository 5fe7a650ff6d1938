"""The decisions the comparison rests on, against an independent opinion: Python's regular expressions on words, and
libxml2 on values."""

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.revision.accepting import accepts
from conformance.revision.inclusion import related
from conformance.revision.model import Bound, Group, Name, Part, Simple
from conformance.revision.normal import normalised
from conformance.revision.patterns import examples, implied
from conformance.revision.relation import SAME
from conformance.revision.samples import candidates
from conformance.revision.simple import BUILT_IN, normal, union_of
from conformance.revision.structure import explain
from conformance.revision.values import included
from conformance.revision.words import accepted

LETTERS = [Name("urn:t", letter) for letter in "abcd"]
COUNTS = [(1, 1), (1, 1), (0, 1), (0, None), (1, None), (1, 2), (2, 3)]
PATTERNS = [
    "[A-Z]{2}", "[A-Z]{2,3}", "[0-9]+", "[0-9]{1,3}", "[a-z]*", r"\d{2}", "A|B|CC", "[^x]*", ".{1,4}", r"\S+", "(ab)+",
    r"[\-+]?[0-9]+(\.[0-9]{1,2})?", "[A-Z-[Q]]+", r"\p{Lu}+", r"\i\c*",
]  # fmt: skip
TEXTS = [
    "AB", "ab", "ABC", "1", "12", "012", "1.0", "1.5", "-1", "+1", "20", "99", "100", "CC", "A", "x", "abab", " ",
    " AB ",
    "\tAB", "a b", "2026-03-02", "2026-03-02T09:30:00", "true", "1 2", "0A", "٣٣", "", "2026", "-0", "1e3", "Q", "É",
]  # fmt: skip
BASES = [
    "string", "string", "token", "normalizedString", "decimal", "decimal", "integer", "int", "nonNegativeInteger",
    "date", "dateTime", "boolean", "NMTOKEN", "NCName", "anyURI", "double", "byte", "hexBinary", "language", "gYear",
]  # fmt: skip


def model(chance: random.Random, depth: int) -> Part:
    low, high = chance.choice(COUNTS)
    if depth == 0 or chance.random() < 0.4:
        return Part(chance.choice(LETTERS), low, high)
    kind = chance.choice(["sequence", "sequence", "choice"])
    parts = tuple(model(chance, depth - 1) for _ in range(chance.randint(1, 4)))
    return Part(Group(kind, parts), *chance.choice([(1, 1), (1, 1), (low, high)]))


def altered(part: Part, chance: random.Random) -> Part:
    if chance.random() < 0.15:
        return replace(part, low=chance.choice([0, 1]), high=chance.choice([1, None]))
    if not isinstance(part.term, Group):
        return part
    parts = [altered(inner, chance) for inner in part.term.parts]
    if chance.random() < 0.1:
        chance.shuffle(parts)
    if chance.random() < 0.1 and len(parts) > 1:
        parts.pop()
    return replace(part, term=Group(part.term.model if chance.random() < 0.93 else "choice", tuple(parts)))


def expression(part: Part) -> str:
    if isinstance(part.term, Group):
        inner = ("|" if part.term.model == "choice" else "").join(map(expression, part.term.parts))
    else:
        inner = part.term.local if isinstance(part.term, Name) else ""
    return f"(?:{inner}){{{part.low},{'' if part.high is None else part.high}}}"


def words(most: int) -> Iterator[str]:
    for length in range(most + 1):
        yield from map("".join, itertools.product("abcd", repeat=length))


def accepted_words(part: Part) -> set[str]:
    pattern = re.compile(expression(part))
    return {word for word in words(5) if pattern.fullmatch(word)}


@pytest.mark.parametrize("block", range(10))
def test_content_models_are_compared_as_their_words_are(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        chance = random.Random(seed)
        before = model(chance, 3)
        after = model(chance, 3) if chance.random() < 0.4 else altered(before, chance)
        first, second = normalised(before), normalised(after)
        old, new = accepted_words(before), accepted_words(after)
        assert accepted_words(first) == old, seed
        assert accepted_words(second) == new, seed
        for word in words(3):
            assert accepted(before, [Name("urn:t", letter) for letter in word]) is (word in old), (seed, word)
        found = related(first, second)
        assert not (found.kept and old - new), seed
        assert not (found.earned and new - old), seed
        steps = explain(first, second, lambda _one, _other: False)
        effects = {step.effect.value for step in steps}
        assert bool(steps) is (found != SAME), seed
        assert found.kept or effects & {"narrowing", "both"}, seed
        assert found.earned or effects & {"widening", "both"}, seed


def simple(chance: random.Random, *, deep: bool = True) -> Simple:
    if deep and chance.random() < 0.12:
        return union_of(tuple(simple(chance, deep=False) for _ in range(chance.randint(1, 3))))
    if deep and chance.random() < 0.06:
        item = simple(chance, deep=False)
        return normal(Simple("list", "list", "list", "collapse", item=item, most_length=chance.choice([None, 2, 3])))
    kind = BUILT_IN[chance.choice(BASES)]
    if kind.base in ("string", "anyURI", "hexBinary"):
        return normal(replace(kind, **_text_facets(kind, chance)))
    return normal(replace(kind, **_number_facets(chance))) if kind.base in ("decimal", "integer") else kind


def _text_facets(kind: Simple, chance: random.Random) -> dict[str, Any]:
    edits: dict[str, Any] = {}
    if chance.random() < 0.3:
        edits |= {"least_length": chance.choice([None, 1, 2]), "most_length": chance.choice([None, 3, 10])}
    if chance.random() < 0.3:
        edits["patterns"] = (*kind.patterns, (chance.choice(PATTERNS),))
    if kind.base == "string" and chance.random() < 0.2:
        edits["enumeration"] = tuple(chance.sample(["AB", "ab", "1", "12", "CC", " a b ", "x"], 3))
    return edits


def _number_facets(chance: random.Random) -> dict[str, Any]:
    edits: dict[str, Any] = {}
    if chance.random() < 0.4:
        edits["low"] = Bound(chance.choice(["0", "1", "-5"]), inclusive=chance.random() < 0.7)
    if chance.random() < 0.4:
        edits["high"] = Bound(chance.choice(["20", "99", "100"]), inclusive=chance.random() < 0.7)
    if chance.random() < 0.2:
        edits["total_digits"] = chance.choice([2, 3])
    if chance.random() < 0.2:
        edits["enumeration"] = tuple(chance.sample(["0", "1", "2", "12", "50", "7"], 3))
    return edits


@pytest.mark.parametrize("block", range(10))
def test_no_text_contradicts_the_comparison_of_values(block: int) -> None:
    decided = 0
    for seed in range(block * 60, block * 60 + 60):
        chance = random.Random(seed)
        first, second = simple(chance), simple(chance)
        if chance.random() < 0.5:
            second = normal(replace(first, most_length=5)) if first.base == "string" else first
        texts = list(dict.fromkeys([*candidates(first), *candidates(second), *TEXTS]))[:300]
        for one, other in ((first, second), (second, first)):
            if included(one, other):
                decided += 1
                wrong = [text for text in texts if accepts(one, text) and not accepts(other, text)]
                assert not wrong, (seed, wrong[0], one, other)
    assert decided > 20


@pytest.mark.parametrize("first", PATTERNS)
def test_patterns_are_understood_as_libxml2_understands_them(first: str) -> None:
    kind = Simple(patterns=((first,),))
    for text in examples(((first,),)):
        assert accepts(kind, text), text
    # Which letters may begin a name differs between editions of XML beyond ASCII.
    for text in (one for one in TEXTS if one.isascii() or r"\i" not in first):
        # A pattern that accepts just this text lies within the first if, and only if, the first accepts the text.
        exact = "".join(f"\\{letter}" if letter in r"\|.?*+(){}-[]^$" else letter for letter in text)
        found = implied(((exact,),), ((first,),))
        assert found is accepts(kind, text), text
