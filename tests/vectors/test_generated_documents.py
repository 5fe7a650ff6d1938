"""Generated documents are valid by construction, of any release and any set, and the same for the same seed."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, described
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.sources import schema_file
from conformance.vectors.strategies import documents
from conformance.vectors.words import LANGUAGES

RELEASES = ("15A", "15B", "16A", "16B", "17A", "17B", "18B", "19A")
MESSAGES = ("SPSCertificate", "SPSAcknowledgement")
FEW = 12


def refusals(file: Path, recipe: Recipe, numbers: range) -> list[str]:
    schema, second = compiled(file), described(file)
    found = []
    for number in numbers:
        root = etree.fromstring(generated(recipe, number))
        if not schema.validate(root):
            found.append(f"{number}, libxml2: {schema.error_log}")
        elif number % 4 == 0 and (error := next(second.iter_errors(root), None)) is not None:
            found.append(f"{number}, xmlschema: {error.reason}")
    return found


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("release", RELEASES)
def test_both_libraries_accept_documents_of_every_release(release: str, message: str) -> None:
    file = schema_file(release, message)
    for plausible in (True, False):
        assert refusals(file, Recipe(file, 5, 3_000, 20_000, LANGUAGES, plausible), range(FEW)) == []


def test_both_libraries_accept_documents_of_an_odd_schema(odd_schema: Path) -> None:
    for plausible in (True, False):
        assert refusals(odd_schema, Recipe(odd_schema, 5, plausible=plausible), range(60)) == []


def test_plausible_certificates_pass_the_rules_too() -> None:
    file = schema_file("17A")
    recipe = Recipe(file, 11, 3_000, 40_000, LANGUAGES)
    found = {number: check_document(generated(recipe, number)).findings for number in range(60)}
    assert {number: findings for number, findings in found.items() if findings} == {}


def test_the_seed_says_the_octets_and_the_number_which_document() -> None:
    recipe = Recipe(schema_file("17A"), 3, 5_000, 9_000, LANGUAGES)
    assert [generated(recipe, 4), generated(recipe, 2)] == [generated(recipe, 2), generated(recipe, 4)][::-1]
    assert generated(recipe, 4) != generated(recipe, 5)
    assert generated(recipe, 4) != generated(Recipe(recipe.file, 4, 5_000, 9_000, LANGUAGES), 4)


@pytest.mark.parametrize("size", [6_000, 31_000, 300_000])
def test_the_size_is_met(size: int) -> None:
    data = generated(Recipe(schema_file("17A"), 1, size, size), 0)
    assert 0.85 * size < len(data) < 1.25 * size


def test_the_smallest_certificates_have_3_kilobytes() -> None:
    recipe = Recipe(schema_file("17A"), 1, 3_000, 3_000, plausible=False)
    assert min(len(generated(recipe, number)) for number in range(20)) < 3_600


@pytest.mark.parametrize(("language", "script"), [("zh", "CJK"), ("ar", "ARABIC"), ("th", "THAI"), ("ru", "CYRILLIC")])
def test_texts_are_in_the_language_asked_for(language: str, script: str) -> None:
    text = generated(Recipe(schema_file("17A"), 1, languages=(language,)), 0).decode()
    assert f'languageID="{language}"' in text
    assert any(script in unicodedata.name(one, "") for one in text)
    assert unicodedata.is_normalized("NFC", text)


def test_volume_varies_a_template_and_stays_valid() -> None:
    file = schema_file("17A")
    recipe = Recipe(file, 1, 31_000, 31_000, volume=True)
    made = [generated(recipe, number) for number in range(100)]
    assert len(set(made)) == 100
    assert all(compiled(file).validate(etree.fromstring(data)) for data in made)
    assert all(check_document(data).findings == () for data in made[:30])


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=documents(schema_file("17A"), plausible=False))
def test_hypothesis_draws_valid_documents(data: bytes) -> None:
    assert compiled(schema_file("17A")).validate(etree.fromstring(data))


def test_hypothesis_shrinks_a_failing_document_to_the_part_that_fails() -> None:
    smallest: list[bytes] = []

    @settings(
        max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(data=documents(schema_file("17A", "SPSAcknowledgement")))
    def refuses_reasons(data: bytes) -> None:
        if b"<ram:ReasonInformation" in data:
            smallest.append(data)
            raise AssertionError

    with pytest.raises(AssertionError):
        refuses_reasons()
    assert smallest[-1].count(b"<ram:ReasonInformation") == 1
    assert smallest[-1].count(b"<ram:ReferenceSPSReferencedDocument>") == 1
    assert b"<ram:AttachmentBinaryObject" not in smallest[-1]
