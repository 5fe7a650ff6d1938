"""Every case names what turns it red. That the clean node leaves it green: tests/reporting/test_reference_answers.py.

That each defect does so is proved in groups (test_matrix.py), and one by one by `tox -e alone` (each_alone.py).
"""

from proving import cases

from reference_impl.defects import DEFECTS


def test_every_case_names_a_defect_and_every_defect_is_caught() -> None:
    everything = [one for placement in ("enveloped", "detached", "xades-t") for one in cases(placement).values()]
    assert [case.id for case in everything if not case.defects] == []
    assert {defect for case in everything for defect in case.defects} == set(DEFECTS)


def test_a_case_and_the_defects_it_names_speak_of_one_requirement() -> None:
    for case in cases().values():
        for defect in case.defects:
            assert case.requirements & set(DEFECTS[defect].requirements), (case.id, defect)
