"""A node that signs beside its documents: every case that applies to it is green, and those about it can be red."""

from pathlib import Path

import pytest
from expectation import claimed
from proving import cases, forked_node, initialise, judged, node, run, with_browser

ONLY_DETACHED = sorted({
    defect for name, case in cases("detached").items() if name not in cases() for defect in case.defects
})  # fmt: skip


@pytest.fixture(scope="module")
def detached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return initialise(tmp_path_factory.mktemp("detached") / "node", "detached")


def test_the_clean_node_passes_every_case_that_applies(detached: Path, tmp_path: Path) -> None:
    taken = cases("detached").keys() - with_browser("detached")  # where signatures are is not seen on a page
    with node(detached, tmp_path / "node") as partner_file:
        code, results = run(partner_file, tmp_path / "runs", *taken)
    assert {name: told for name, told in results.items() if told.verdict != "pass"} == {}
    assert results.keys() == taken
    assert code == 0


def test_only_what_is_about_another_place_of_the_signature_does_not_apply() -> None:
    enveloped = cases().keys() - cases("detached").keys()
    assert {name for name in enveloped if "." not in name} == {"SIG-003", "SIG-007", "SIG-008", "SIG-010", "SIG-012"}
    assert {name for name in enveloped if "." in name} == {
        "SIG-001.importer", "SIG-001.push", "SIG-002.importer", "SIG-003.importer", "SIG-003.push", "SIG-004.forms",
        "SIG-007.push", "SIG-019.importer", "SIG-021.importer",
        "SIG-001.upload", "SIG-003.upload", "SIG-007.upload", "SIG-011.upload", "PKI-001.upload", "SEC-001.signed",
    }  # fmt: skip
    assert cases("detached").keys() - cases().keys() == {"SIG-025", "SIG-026", "SIG-027"}


@pytest.mark.parametrize("defect", [*ONLY_DETACHED, "accepts-unsigned", "accepts-sha1", "accepts-any-signer"])
def test_a_defect_turns_its_cases_red_beside_the_document_too(defect: str, detached: Path, tmp_path: Path) -> None:
    wanted = claimed(defect, cases("detached"))
    assert wanted
    with forked_node(detached, tmp_path / "node", defect) as partner_file:
        results = judged(partner_file, tmp_path / "runs", *wanted)
    assert {name: told.verdict for name, told in results.items()} == dict.fromkeys(wanted, "fail")
    assert all(told.blamed & cases("detached")[name].requirements for name, told in results.items())
