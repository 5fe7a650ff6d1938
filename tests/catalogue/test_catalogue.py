"""The catalogue is complete: every requirement is tested or says why not, every case has its requirement and source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.catalogue import Bearer, CatalogueError, coverage, load_catalogue, read_catalogue
from conformance.data import data_path
from conformance.model.record import CaseInfo
from conformance.model.words import Access, Level, Role

CASES = Path(__file__).resolve().parents[2] / "conformance" / "cases"
ENTRY = """
[[requirement]]
id = "{id}"
level = "{level}"
role = "exporter"
statement = "It is so."
source = "profile 1.1"
{more}
"""


def written(
    folder: Path, name: str = "doc.toml", *, name_of: str = "DOC-001", level: str = "MUST", more: str = ""
) -> Path:
    (folder / name).write_text(ENTRY.format(id=name_of, level=level, more=more), encoding="utf-8")
    return folder


def case(identifier: str, *also: str) -> CaseInfo:
    return CaseInfo(
        id=identifier,
        title="",
        purpose="",
        requirements=(identifier.split(".", maxsplit=1)[0], *also),
        access=Access.PULL,
        role=Role.EXPORTER,
        needs=(),
        defects=("x",),
        source="",
    )


def cases_in_the_source() -> Iterator[CaseInfo]:
    """Read the decorators without importing the cases: what stands in the source is what counts."""
    for path in sorted(CASES.glob("*/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "case" and node.args:
                also = next((word.value for word in node.keywords if word.arg == "also"), None)
                yield case(ast.literal_eval(node.args[0]), *(ast.literal_eval(also) if also is not None else ()))


def clauses() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in data_path("docs", "profile").glob("*-*.md"))
    return {clause for text in texts for clause in re.findall(r"^## (\d+\.\d+) ", text, re.MULTILINE)}


def test_every_rule_of_ours_is_published() -> None:
    published = clauses()
    missing = {
        (entry.id, clause)
        for entry in load_catalogue().requirements.values()
        for clause in entry.clauses
        if clause not in published
    }
    assert len(published) > 50
    assert not missing


def test_no_source_speaks_of_the_profile_in_another_way() -> None:
    for entry in load_catalogue().requirements.values():
        for part in entry.source.split("; "):
            assert not part.lower().startswith("profile") or re.fullmatch(r"profile \d+\.\d+", part), entry.id


def test_every_requirement_is_tested_or_says_why_not() -> None:
    table = coverage(load_catalogue(), list(cases_in_the_source()))
    assert table.unexplained == ()


def test_no_requirement_with_a_case_still_says_why_there_is_none() -> None:
    assert coverage(load_catalogue(), list(cases_in_the_source())).stale == ()


def test_every_requirement_a_case_names_is_in_the_catalogue() -> None:
    assert coverage(load_catalogue(), list(cases_in_the_source())).unknown == ()


def test_statements_are_sentences_of_one_line_and_said_once() -> None:
    entries = list(load_catalogue().requirements.values())
    for entry in entries:
        assert entry.statement.endswith("."), entry.id
        assert "\n" not in entry.statement, entry.id
    assert len({entry.statement for entry in entries}) == len(entries)


def test_the_52_requirements_of_documents_are_there() -> None:
    catalogue = load_catalogue()
    assert [f"DOC-{number:03}" for number in range(1, 53)] == [
        name for name in catalogue.requirements if "DOC-" in name
    ]


def test_requirements_of_the_judge_are_never_tested_on_a_partner() -> None:
    named = {name for one in cases_in_the_source() for name in one.requirements}
    judge = {entry.id for entry in load_catalogue().requirements.values() if entry.role is Bearer.JUDGE}
    assert judge
    assert not named & judge


def test_coverage_tells_tested_untested_unexplained_stale_and_unknown_apart(tmp_path: Path) -> None:
    text = "".join(
        ENTRY.format(id=f"DOC-00{number}", level="MUST", more=more)
        for number, more in ((1, ""), (2, ""), (3, 'untested = "no way in"'), (4, 'untested = "no way in"'))
    )
    (tmp_path / "doc.toml").write_text(text, encoding="utf-8")
    table = coverage(read_catalogue(tmp_path), [case("DOC-001.twin"), case("DOC-001", "DOC-004"), case("DOC-099")])
    assert [row.requirement.id for row in table.tested] == ["DOC-001", "DOC-004"]
    assert table.rows[0].cases == ("DOC-001", "DOC-001.twin")
    assert table.rows[2].reason == "no way in"
    assert (table.unexplained, table.stale, table.unknown) == (("DOC-002",), ("DOC-004",), ("DOC-099",))


def test_the_digest_names_the_content(tmp_path: Path) -> None:
    first = read_catalogue(written(tmp_path)).digest
    second = read_catalogue(written(tmp_path, level="SHOULD"))
    assert first != second.digest
    assert second["DOC-001"].level is Level.SHOULD
    assert "DOC-002" not in second


@pytest.mark.parametrize(
    ("name", "entry", "told"),
    [
        ("doc.toml", {"name_of": "DOC-1"}, "three digits"),
        ("doc.toml", {"name_of": "SIG-001"}, "wrong file"),
        ("doc.toml", {"level": "PERHAPS"}, "PERHAPS"),
        ("doc.toml", {"more": 'untestd = "x"'}, "untestd"),
        ("doc.toml", {"more": "= x"}, "not a TOML file"),
        ("other.toml", {}, "unknown families"),
    ],
)
def test_a_damaged_catalogue_is_told_with_its_place(
    tmp_path: Path, name: str, entry: dict[str, str], told: str
) -> None:
    with pytest.raises(CatalogueError, match=told):
        read_catalogue(written(tmp_path, name, **entry))


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no catalogue"):
        read_catalogue(tmp_path)
