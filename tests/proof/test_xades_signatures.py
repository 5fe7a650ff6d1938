"""A node that signs by XAdES B-T: the cases about its signatures are green, and each of them can be red."""

from pathlib import Path

import pytest
from expectation import claimed
from proving import cases, forked_node, initialise, judged

from reference_impl.defects import DEFECTS

PLACEMENT = "xades-t"
ONLY_XADES = {name for name in cases(PLACEMENT) if name not in cases()}
# Of those that apply to every signed document: one for each way the judge looks at, or makes, a signature.
ALSO = {"SIG-001", "SIG-003", "SIG-024", "PKI-018", "SIG-004.importer", "SIG-009.push", "PKI-003"}
XADES_DEFECTS = sorted({defect for name in ONLY_XADES for defect in cases(PLACEMENT)[name].defects})


@pytest.fixture(scope="module")
def stamping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return initialise(tmp_path_factory.mktemp("xades") / "node", PLACEMENT)


def test_the_clean_node_passes_what_is_about_signatures(stamping: Path, tmp_path: Path) -> None:
    with forked_node(stamping, tmp_path / "node") as partner_file:
        results = judged(partner_file, tmp_path / "runs", *ONLY_XADES, *ALSO)
    assert {name: told for name, told in results.items() if told.verdict != "pass"} == {}
    assert results.keys() == ONLY_XADES | ALSO


def test_what_is_about_xades_applies_to_nobody_else() -> None:
    assert {"SIG-015", "SIG-015.importer", "SIG-016", "SIG-016.importer", "SIG-017.document"} == ONLY_XADES
    assert cases("xades-b").keys() - cases().keys() == {"SIG-015", "SIG-015.importer", "SIG-017.document"}


def test_each_defect_turns_its_cases_red_for_its_own_requirement(stamping: Path, tmp_path: Path) -> None:
    wanted = {name: defect for defect in XADES_DEFECTS for name in claimed(defect, cases(PLACEMENT))}
    with forked_node(stamping, tmp_path / "node", *XADES_DEFECTS) as partner_file:
        results = judged(partner_file, tmp_path / "runs", *wanted)
    assert {name: (told.verdict, told.blamed) for name, told in results.items()} == {
        name: ("fail", frozenset(DEFECTS[defect].requirements)) for name, defect in wanted.items()
    }
