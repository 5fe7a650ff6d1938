"""Hundreds of random revisions of 17A: each edit is told for what it is, and documents prove it; a rewriting that
changes no verdict is not told at all."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from refactoring import (
    REFACTORINGS,
    as_published,
    chameleon,
    default_namespace,
    other_prefixes,
    redefined,
    rename_file,
    schema_as_default,
    split_file,
)
from revising import EDITS, Edit, NotHere, Set, copied, move, namespace, written
from trying import Sides

from conformance.revision.change import Difference, Effect
from conformance.revision.compiling import DoesNotCompile

SEEDS = range(12)
LAST = (
    rename_file,
    other_prefixes,
    split_file,
    chameleon,
    default_namespace,
    schema_as_default,
    redefined,
    as_published,
)
FIRST = [one for one in REFACTORINGS if one not in LAST]


def rewritten(files: Set, steps: Iterable[Callable[[Set, random.Random], None]], chance: random.Random) -> None:
    for step in steps:
        try:
            step(files, chance)
        except (NotHere, IndexError, KeyError):
            continue


def told(found: Difference) -> list[tuple[str, str, str]]:
    return sorted((one.kind.value, one.path, one.effect.value) for one in found.changes)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_is_told_and_documents_prove_it(
    edit: Callable[[Set, random.Random], Edit], files: Set, sides: Sides, tmp_path: Path
) -> None:
    tried = 0
    for seed in SEEDS:
        own = copied(files)
        try:
            expected = edit(own, random.Random(seed))
        except NotHere:
            continue
        revision = sides.revise(written(own, tmp_path / str(seed)))
        try:
            proofs = sides.proofs(revision, 12)
        except DoesNotCompile:
            continue
        tried += 1
        changes = revision.difference.changes
        matching = [one for one in changes if one.kind.value == expected.kind and one.path.endswith(expected.ending)]
        assert matching, (seed, expected, changes[:3])
        assert {one.kind.value for one in changes} == {expected.kind}, (seed, changes[:3])
        if expected.effect is not None:
            assert {one.effect.value for one in matching} == {expected.effect}, (seed, matching[:3])
        if edit is not move:  # which is told at both of its ends
            for proof in proofs:
                effect = proof.change.effect
                assert proof.lost is (effect in (Effect.NARROWING, Effect.BOTH)), (seed, proof)
                assert proof.won is (effect in (Effect.WIDENING, Effect.BOTH)), (seed, proof)
        assert revision.difference.backward or any(proof.lost for proof in proofs), (seed, expected)
        assert not revision.difference.backward or not any(proof.lost for proof in proofs), (seed, expected)
        assert not revision.difference.forward or not any(proof.won for proof in proofs), (seed, expected)
    assert tried >= 5


@pytest.mark.parametrize("refactoring", REFACTORINGS, ids=lambda one: one.__name__)
def test_a_rewriting_is_no_change(
    refactoring: Callable[[Set, random.Random], None], files: Set, sides: Sides, tmp_path: Path
) -> None:
    tried = 0
    for seed in SEEDS:
        own = copied(files)
        try:
            refactoring(own, random.Random(seed))
        except NotHere:
            continue
        found = sides.difference(written(own, tmp_path / str(seed)))
        assert (found.changes, found.backward, found.forward) == ((), True, True), seed
        assert found.problems_after == (), seed
        tried += 1
    assert tried >= 4


@pytest.mark.parametrize("seed", range(90))
def test_several_rewritings_are_no_change(seed: int, files: Set, sides: Sides, tmp_path: Path) -> None:
    chance = random.Random(seed)
    own = copied(files)
    rewritten(own, [*chance.sample(FIRST, 4), chance.choice(LAST)], chance)
    found = sides.difference(written(own, tmp_path / "new"))
    if found.problems_after:
        pytest.skip("these rewritings do not go together")
    assert found.changes == ()


@pytest.mark.parametrize("seed", range(90))
def test_an_edit_is_told_alike_however_the_rest_is_written(seed: int, files: Set, sides: Sides, tmp_path: Path) -> None:
    chance = random.Random(seed)
    own = copied(files)
    edit = chance.choice([one for one in EDITS if one is not namespace])
    try:
        edit(own, chance)
    except NotHere:
        pytest.skip("this edit does not fit the place that chance chose")
    plain = sides.difference(written(own, tmp_path / "edited"))
    rewritten(own, [*chance.sample(FIRST, 3), chance.choice(LAST)], chance)
    both = sides.difference(written(own, tmp_path / "both"))
    if both.problems_after:
        pytest.skip("these rewritings do not go together")
    assert told(both) == told(plain)
    assert (both.backward, both.forward) == (plain.backward, plain.forward)
