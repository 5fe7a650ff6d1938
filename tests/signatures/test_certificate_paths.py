"""Who may sign, and who may not, and for which requirement he may not: by the published path vectors."""

import json
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator
from path_vectors import FOLDER, MANIFEST, REPOSITORY, VECTORS

from conformance.catalogue.loader import load_catalogue
from conformance.checks.path import check_path
from conformance.checks.revocation import read_answer, read_crl
from conformance.model.words import Revocation

# Good paths the judge's library refuses: rows of the table in docs/known-deviations.md.
LIMITS = {"answer-revoked-after": "PKI-008"}


def judged(name: str, country: str | None = None) -> tuple[set[str], set[str]]:
    """Return the requirements a path breaks, and those it is only marked for."""
    one = VECTORS[name]
    found = check_path(
        one.signer, one.others, one.anchors, one.at, country=country, revocation=Revocation(one.revocation),
        crls=[read_crl(octets) for octets in one.lists], answers=[read_answer(octets) for octets in one.answers],
    )  # fmt: skip
    binding = {finding.requirement for finding in found if finding.level.binding}
    return binding, {finding.requirement for finding in found} - binding


@pytest.mark.parametrize("name", [name for name, one in VECTORS.items() if one.accepted and name not in LIMITS])
def test_who_may_sign_and_what_must_be_said_of_it(name: str) -> None:
    marks = {VECTORS[name].marked} - {""}
    assert judged(name) == (set(), marks)


@pytest.mark.parametrize("name", [name for name, one in VECTORS.items() if not one.accepted])
def test_who_may_not_sign(name: str) -> None:
    assert judged(name)[0] == {VECTORS[name].requirement}


@pytest.mark.parametrize("name", LIMITS)
def test_what_the_library_cannot_do_is_refused_and_known(name: str) -> None:
    assert judged(name)[0] == {LIMITS[name]}
    assert f"`{name}`" in (REPOSITORY / "docs" / "known-deviations.md").read_text("utf-8")


def test_the_signer_is_of_the_registered_country() -> None:
    assert judged("three", country="AU")[0] == {"SIG-014"}
    assert judged("three", country="NZ")[0] == set()


def test_without_a_word_about_revocation_what_is_at_hand_is_used() -> None:
    one = VECTORS["list-names-signer"]
    lists = [read_crl(octets) for octets in one.lists]
    found = check_path(one.signer, one.others, one.anchors, one.at, crls=lists)
    assert {finding.requirement for finding in found} == {"PKI-007"}
    assert check_path(one.signer, one.others, one.anchors, one.at) == []
    assert check_path(one.signer, one.others, one.anchors, one.at, crls=lists, revocation=Revocation.NONE) == []


def test_the_manifest_is_as_its_schema_says() -> None:
    schema = json.loads((REPOSITORY / "schemas" / "json" / "paths-1.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(MANIFEST)
    used = {name for row in MANIFEST["paths"] for name in (row["signer"], *row["others"], *row["anchors"])}
    assert used == set(MANIFEST["certificates"])


def test_every_refused_path_has_an_accepted_twin_and_a_requirement_of_the_catalogue() -> None:
    refused = {row["id"]: row for row in MANIFEST["paths"] if row["verdict"] == "refused"}
    known = set(load_catalogue().requirements)
    assert len(VECTORS) == len(MANIFEST["paths"]) >= 60
    assert all(VECTORS[row["twin"]].accepted for row in refused.values())
    assert {row["requirement"] for row in refused.values()} <= known


def test_the_file_is_what_the_builder_makes() -> None:
    command = [sys.executable, "-B", str(FOLDER / "build.py"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
