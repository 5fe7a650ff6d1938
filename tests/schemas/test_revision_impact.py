"""What a revision does to documents is laid at the right door."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from revising import EDITS, Edit, NotHere, Set, copied, written
from trying import Sides

from conformance.data import data_path
from conformance.revision.compiling import DoesNotCompile
from conformance.revision.impact import Impact
from conformance.revision.witness import Witness


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_the_change_that_was_made_is_blamed(
    edit: Callable[[Set, random.Random], Edit], files: Set, sides: Sides, tmp_path: Path
) -> None:
    met = 0
    for seed in range(6):
        own = copied(files)
        try:
            expected = edit(own, random.Random(seed))
        except NotHere:
            continue
        revision = sides.revise(written(own, tmp_path / str(seed)))
        try:
            impact = Impact(revision)
        except DoesNotCompile:
            continue
        witness = Witness(revision.comparison)
        for located in revision.located[:6]:
            for old in (True, False):
                for document in witness.documents(located, old=old):
                    fate = impact.fate("a.xml", document)
                    if fate.before == fate.after:
                        assert fate.changes == ()
                        continue
                    met += 1
                    assert {change.kind.value for change in fate.changes} == {expected.kind}, (seed, fate, document)
                    assert set(fate.changes) <= set(revision.difference.changes), (seed, fate)
    assert met or edit.__name__ == "change_attribute"


def test_documents_that_no_change_touches_keep_their_verdict(sides: Sides, files: Set, tmp_path: Path) -> None:
    own = copied(files)
    EDITS[0](own, random.Random(1))
    impact = Impact(sides.revise(written(own, tmp_path / "new")))
    fates = [impact.fate(path.name, path.read_bytes()) for path in data_path("fixtures", "certificates").glob("*.xml")]
    assert len(fates) > 20
    for fate in fates:
        assert bool(fate.changes) is (fate.before != fate.after)


def test_every_change_no_document_shows_gets_one_that_does(sides: Sides, files: Set, tmp_path: Path) -> None:
    chance = random.Random(3)
    own = copied(files)
    for edit in chance.sample([one for one in EDITS if one.__name__ not in ("namespace", "move", "model")], 6):
        try:
            edit(own, chance)
        except NotHere:
            continue
    impact = Impact(sides.revise(written(own, tmp_path / "new")))
    shown = list(impact.untouched())
    assert shown
    for one in shown:
        assert one.document is not None, one.change
        if one.change.effect.value != "none":
            assert one.before != one.after, one.change
    for one in shown:
        impact.fate("shown.xml", one.document or b"")
    assert not list(impact.untouched())
