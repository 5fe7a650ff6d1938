"""Documents looked at together: what each of them hides shows in the set."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.checks.together import facts_of, findings_together
from conformance.cli import main
from conformance.vectors.certificate import CertificateData, Line, Note, Reference, certificate, replacement


def first(number: str = "AU-1", net: str = "1000") -> bytes:
    return certificate(
        CertificateData(number=number, lines=(Line(net=net), Line(net="10", scientific="Pyrus communis")))
    )


def again(number: str, net: str, *origins: str, unit: str = "KGM") -> bytes:
    notes = tuple(Note("RPCRF", origin) for origin in origins)
    made = certificate(CertificateData(number=number, type_code="657", lines=(Line(net=net, notes=notes),)))
    return made.replace(b'<ram:NetWeightMeasure unitCode="KGM"', f'<ram:NetWeightMeasure unitCode="{unit}"'.encode())


def found(*documents: bytes) -> list[tuple[str, str]]:
    facts = [facts_of(str(place), data) for place, data in enumerate(documents)]
    together = findings_together(fact for fact in facts if fact is not None)
    return sorted((file, finding.requirement) for file, findings in together.items() for finding in findings)


def test_re_exports_may_use_up_their_certificate_of_origin_and_no_more() -> None:
    assert found(first(), again("NZ-1", "600", "AU-1"), again("NZ-2", "400", "AU-1")) == []
    assert found(first(), again("NZ-1", "600", "AU-1"), again("NZ-2", "400.5", "AU-1")) == [("2", "LIFE-014")]
    assert found(first(), again("NZ-1", "1.5", "AU-1", unit="TNE")) == [("1", "LIFE-014")]


def test_what_cannot_be_reckoned_is_not_held_against_anybody() -> None:
    assert found(first(), again("NZ-1", "5000", "AU-2")) == []
    assert found(first(), again("NZ-1", "5000", "AU-1", "AU-2")) == []
    assert found(first(), again("NZ-1", "5000", "AU-1", unit="MTQ")) == []


def test_a_replaced_re_export_does_not_count() -> None:
    old = CertificateData(number="NZ-1", type_code="657", lines=(Line(net="900", notes=(Note("RPCRF", "AU-1"),)),))
    new = CertificateData(number="NZ-2", type_code="657", lines=(Line(net="800", notes=(Note("RPCRF", "AU-1"),)),))
    assert found(first(), certificate(old), certificate(replacement(new, old))) == []
    assert found(first(), certificate(old), certificate(new)) == [("2", "LIFE-014")]


def test_one_number_is_that_of_one_certificate() -> None:
    assert found(first(), first()) == []
    assert found(first(), first(net="999")) == [("1", "DOC-005")]


def test_replacements_neither_fork_nor_go_in_circles() -> None:
    one, two, three = (CertificateData(number=f"NZ-{n}") for n in "123")
    assert found(certificate(one), certificate(replacement(two, one)), certificate(replacement(three, two))) == []
    fork = found(certificate(one), certificate(replacement(two, one)), certificate(replacement(three, one)))
    assert fork == [("2", "LIFE-006")]
    circle = CertificateData(number="NZ-1", references=(Reference("NZ-2", relation="ACW"),))
    assert {r for _, r in found(certificate(circle), certificate(replacement(two, one)))} == {"LIFE-006"}


@pytest.mark.parametrize("data", [b"", b"no XML", b"<a/>", b"<a><b/></a>"])
def test_what_is_no_certificate_has_no_facts(data: bytes) -> None:
    assert facts_of("x", data) is None


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_looks_at_files_together_when_asked(tmp_path: Path, jobs: str) -> None:
    for name, data in (("a.xml", first()), ("b.xml", again("NZ-1", "2000", "AU-1"))):
        (tmp_path / name).write_bytes(data)
    alone = CliRunner().invoke(main, ["check", "--json", "--jobs", jobs, str(tmp_path)])
    assert alone.exit_code == 0, alone.output
    both = CliRunner().invoke(main, ["check", "--json", "--together", "--jobs", jobs, str(tmp_path)])
    assert both.exit_code == 1
    reports = [json.loads(line) for line in both.stdout.splitlines()]
    assert [[f["requirement"] for f in report["findings"]] for report in reports] == [[], ["LIFE-014"]]
    assert reports[1]["verdict"] == "fail"
