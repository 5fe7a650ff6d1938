"""Each defect by itself turns its cases red for the right reason: `tox -e alone`.

The matrix proves the same in groups in which no case is affected by two defects, in a tenth of the time; this is for
whoever doubts a group.
"""

from pathlib import Path

import pytest
from expectation import claimed, deviations
from proving import cases, forked_node, judged


@pytest.mark.alone
@pytest.mark.parametrize("defect", sorted({name for case in cases().values() for name in case.defects}))
def test_a_defect_turns_its_cases_red_for_the_right_reason(defect: str, pristine: Path, tmp_path: Path) -> None:
    wanted = claimed(defect, cases())
    with forked_node(pristine, tmp_path / "node", defect) as partner_file:
        results = judged(partner_file, tmp_path / "runs", *wanted)
    assert {name: told.verdict for name, told in results.items()} == dict.fromkeys(wanted, "fail")
    assert deviations([defect], cases(), results) == {}
