"""Documents of a document profile, and every rule of one broken once: what is handed out keeps what is said of it."""

from pathlib import Path

import pytest
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.rules.profile import load_profile, profile_names
from conformance.checks.schema_sets import compiled
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.rule_breaches import RuleBreach, rule_breaches
from conformance.vectors.rule_breaking import broken_by
from conformance.vectors.rule_edits import NOT_BY_EDITING, PLACES
from conformance.vectors.sources import schema_file
from conformance.vectors.words import LANGUAGES

FILE = schema_file("17A")
# One rule of each kind: a form, a code, a date, a missing part, two parts that contradict, a character, octets, advice.
SOME = (
    "DOC-005.form", "DOC-006.type", "DOC-013.day", "DOC-016.officer", "DOC-022.description", "DOC-030.twice",
    "DOC-032.normal-form", "DOC-033.instruction", "DOC-036.countries", "DOC-037.kind", "DOC-041.digit",
    "DOC-045.packed", "DOC-026.form",
)  # fmt: skip


def findings(data: bytes, profile: str) -> set[str]:
    return {one.requirement for one in check_document(data, profile=profile).findings}


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("volume", [False, True])
def test_generated_documents_keep_the_rules_and_the_advice_of_a_profile(profile: str, volume: bool) -> None:
    recipe = Recipe(FILE, 4, languages=LANGUAGES, volume=volume, profile=profile)
    assert [findings(generated(recipe, number), profile) for number in range(8)] == [set()] * 8


@pytest.mark.parametrize("profile", ["ippc", "traces"])
def test_they_carry_the_signs_of_their_profile(profile: str) -> None:
    data = generated(Recipe(FILE, 4, profile=profile), 1)
    assert check_document(data, profile="auto").profile == profile


def test_a_profile_of_ones_own_is_kept_too(tmp_path: Path) -> None:
    file = tmp_path / "ruritania.toml"
    file.write_text('title = "Ruritania"\nextends = "ippc"\n[lists]\ntypes = ["657"]\n', encoding="utf-8")
    data = generated(Recipe(FILE, 4, profile=str(file)), 0)
    assert b">657<" in data
    assert findings(data, str(file)) == set()


def test_a_profile_nothing_can_keep_says_which_rule_stands_in_the_way(tmp_path: Path) -> None:
    file = tmp_path / "impossible.toml"
    file.write_text(
        'title = "Impossible"\nextends = "ippc"\n[[rule]]\nid = "DOC-019.never"\nlevel = "MUST"\nbasis = "standard"\n'
        'context = ["{head}"]\ntest = "false()"\nmessage = "never"\nexpected = "nothing"\n',
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"DOC-019\.never"):
        generated(Recipe(FILE, 4, profile=str(file)), 0)


@pytest.fixture(scope="module")
def broken() -> dict[str, RuleBreach]:
    found = rule_breaches(Recipe(FILE, profile="exchange"), SOME)
    assert {one.subject: one.why for one in found.unbreakable} == {
        "DOC-022.description": "what breaks it breaks the schema too, which a mutation of the schema shows"
    }
    return {one.rule: one for one in found.breaches}


@pytest.mark.parametrize("rule", [rule for rule in SOME if rule != "DOC-022.description"])
def test_a_rule_mutation_breaks_its_rule_and_nothing_else(rule: str, broken: dict[str, RuleBreach]) -> None:
    breach = broken[rule]
    assert findings(breach.document, "exchange") == {breach.requirement}
    assert findings(breach.twin, "exchange") == set()
    assert compiled(FILE).validate(etree.fromstring(breach.document))
    assert rule in broken_by(breach.document, "exchange")
    assert breach.level.binding is (rule != "DOC-026.form")


def test_every_rule_that_is_a_function_has_places_to_be_broken_at() -> None:
    functions = set(load_profile("exchange").levels)
    assert functions - set(PLACES) - set(NOT_BY_EDITING) == {"DOC-032.encoding", "DOC-033.instruction"}
