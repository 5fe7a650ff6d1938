"""Single mutations: together they break everything the schema demands, and each of them is refused."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, described
from conformance.model.words import Layer
from conformance.vectors.breach_work import Breach
from conformance.vectors.breaches import Breaches, all_breaches, ways
from conformance.vectors.content_model import accepts
from conformance.vectors.grammar import Declared, Grammar, Group, grammar_of
from conformance.vectors.sources import schema_file


@pytest.fixture(scope="module", params=["SPSCertificate", "SPSAcknowledgement"])
def message(request: pytest.FixtureRequest) -> Path:
    return schema_file("17A", str(request.param))


@pytest.fixture(scope="module")
def grammar(message: Path) -> Grammar:
    return grammar_of(message)


@pytest.fixture(scope="module")
def found(grammar: Grammar) -> Breaches:
    return all_breaches(grammar)


def test_libxml2_refuses_every_mutation_and_accepts_every_twin(message: Path, found: Breaches) -> None:
    schema = compiled(message)
    assert [one for one in found.breaches if schema.validate(etree.fromstring(one.document))] == []
    assert all(schema.validate(etree.fromstring(twin)) for twin in {one.twin for one in found.breaches})


def test_xmlschema_refuses_them_too_but_for_the_known_deviations(message: Path, found: Breaches) -> None:
    second = described(message)
    accepted = [one for one in found.breaches if second.is_valid(etree.fromstring(one.document))]
    assert {one.deviation for one in accepted} <= {"test_any_uri"}
    assert len(accepted) == sum(bool(one.deviation) for one in found.breaches)


def test_every_particle_attribute_and_type_is_broken_or_said_to_be_unbreakable(
    grammar: Grammar, found: Breaches
) -> None:
    told = {(one.kind, one.subject) for one in found.breaches}
    told |= {(one.kind, one.subject) for one in found.unbreakable}
    for key in ways(grammar):
        kind = grammar.kinds[key]
        for particle in kind.elements():
            subject = f"{kind.name}/{grammar.shown(particle.name)}"
            for change in ("missing", "surplus", "name", "namespace"):
                assert (change, subject) in told
            if grammar.kind(particle).value is not None:
                assert ("value", subject) in told
        for attribute in kind.attributes:
            subject = f"{kind.name}/@{attribute.name}"
            assert ("attribute value", subject) in told or ("prohibited attribute", subject) in told
            assert attribute.fixed is None or ("fixed attribute", subject) in told
            assert attribute.use != "required" or ("missing attribute", subject) in told
        content = kind.content
        if content is not None and content.model == "sequence" and len(list(kind.elements())) > 1:
            assert any(change == "order" and subject.startswith(f"{kind.name}/") for change, subject in told)


def test_what_must_occur_is_never_called_unbreakable(grammar: Grammar, found: Breaches) -> None:
    spared = {one.subject for one in found.unbreakable if one.kind == "missing"}
    for key in ways(grammar):
        for particle in grammar.kinds[key].elements():
            if particle.minimum and grammar.kinds[key].content is not None:
                content = grammar.kinds[key].content
                assert (
                    content is None
                    or content.model == "choice"
                    or (f"{key}/{grammar.shown(particle.name)}" not in spared)
                )


def test_every_enumeration_is_broken(found: Breaches) -> None:
    broken = {one.what for one in found.breaches if "the enumeration of" in one.what}
    lists = {part for what in broken for part in what.split() if part.endswith("ContentType")}
    expected = {"StatusCodeContentType", "DocumentNameCodeContentType", "ReferenceTypeCodeContentType"}
    assert expected <= lists


def test_a_mutation_breaks_the_requirement_it_names_at_the_path_it_names(found: Breaches) -> None:
    for one in found.breaches[::17]:
        root = etree.fromstring(one.document)
        place = root.xpath(one.path, namespaces={k: v for k, v in root.nsmap.items() if k} | _below(root))
        assert isinstance(place, list)
        assert len(place) == 1, one.path
        requirements = {f.requirement for f in check_document(one.document, layers={Layer.SCHEMA}).findings}
        assert one.requirement in requirements, (one.kind, one.subject, requirements)


def _below(root: etree._Element) -> dict[str, str]:
    return {prefix: uri for element in root.iter() for prefix, uri in element.nsmap.items() if prefix}


def test_no_two_mutations_are_alike(found: Breaches) -> None:
    twice = [key for key, count in Counter(one.document for one in found.breaches).items() if count > 1]
    assert twice == []


def test_an_odd_schema_is_broken_too(odd_schema: Path) -> None:
    made = all_breaches(grammar_of(odd_schema))
    schema = compiled(odd_schema)
    assert [_told(one) for one in made.breaches if schema.validate(etree.fromstring(one.document))] == []
    assert all(schema.validate(etree.fromstring(one.twin)) for one in made.breaches)
    assert {"missing attribute", "fixed value", "surplus", "order", "text"} <= {one.kind for one in made.breaches}


def _told(one: Breach) -> str:
    return f"{one.kind} {one.subject}: {one.what}"


def test_the_same_seed_gives_the_same_mutations(grammar: Grammar, found: Breaches) -> None:
    assert all_breaches(grammar) == found
    assert all_breaches(grammar, 1).breaches[0].twin != found.breaches[0].twin


def part(name: str, minimum: int = 1, maximum: int | None = 1) -> Declared:
    return Declared(name, "", minimum, maximum)


@pytest.mark.parametrize(
    ("row", "accepted"),
    [
        ("ab", True),
        ("a", True),
        ("b", False),
        ("ba", False),
        ("aab", True),
        ("aaab", False),
        ("abb", True),
        ("abc", False),
    ],
)
def test_a_sequence_is_judged(row: str, accepted: bool) -> None:
    assert accepts(Group("sequence", (part("a", 1, 2), part("b", 0, None)), 1, 1), list(row)) is accepted


@pytest.mark.parametrize(
    ("row", "accepted"), [("", False), ("a", True), ("b", True), ("ab", False), ("cd", True), ("c", False)]
)
def test_a_choice_is_judged(row: str, accepted: bool) -> None:
    group = Group("choice", (part("a"), part("b"), Group("sequence", (part("c"), part("d")), 1, 1)), 1, 1)
    assert accepts(group, list(row)) is accepted


@pytest.mark.parametrize(
    ("row", "accepted"), [("ab", True), ("ba", True), ("a", True), ("b", False), ("aa", False), ("ac", False)]
)
def test_an_all_group_is_judged(row: str, accepted: bool) -> None:
    assert accepts(Group("all", (part("a"), part("b", 0)), 1, 1), list(row)) is accepted
