"""`ecert convert`: documents there and back, losses told, and messages for what cannot be converted."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.checks.document import check_document
from conformance.cli import main
from conformance.data import data_path
from conformance.model.words import Layer, Verdict

OLD = data_path("fixtures", "legacy", "accepted.xml")
NEW = data_path("fixtures", "certificates", "accepted.xml")


def convert(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def test_a_whole_conversion_ends_with_0_and_writes_a_valid_document(tmp_path: Path) -> None:
    out = tmp_path / "new.xml"
    done = convert(OLD, "--to", "17A", "--out", out)
    assert (done.exit_code, done.stdout) == (0, f"{out}\n")
    assert "not carried" not in done.stderr
    assert "not said: /SPSCertificate/SPSExchangedDocument/TypeCode = 851" in done.stderr
    report = check_document(out.read_bytes(), layers={Layer.SCHEMA})
    assert (report.verdict, report.release) == (Verdict.PASS, "17A")


def test_a_conversion_with_losses_ends_with_1_and_names_each() -> None:
    done = convert(NEW, "--to", "2009")
    assert done.exit_code == 1
    assert "not carried: /SPSCertificate/SPSConsignment[1]/UtilizedSPSTransportEquipment[1]/ID[1] = " in done.stderr
    assert check_document(done.stdout.encode(), layers={Layer.SCHEMA}).verdict is Verdict.PASS


def test_json_holds_document_losses_and_additions() -> None:
    told = json.loads(convert(NEW, "--to", "2009", "--json").stdout)
    assert told["whole"] is False
    assert {"path", "value", "why"} == told["losses"][0].keys()
    assert told["document"].startswith("<?xml")
    whole = json.loads(convert(OLD, "--to", "17A", "--json").stdout)
    assert (whole["whole"], whole["losses"]) == (True, [])
    assert whole["additions"]


def test_there_and_back_on_the_command_line(tmp_path: Path) -> None:
    middle = tmp_path / "new.xml"
    assert convert(OLD, "--to", "17A", "--out", middle).exit_code == 0
    back = convert(middle, "--to", "2009")
    assert back.exit_code == 0
    assert check_document(back.stdout.encode()).findings == ()


def test_one_of_several_is_named() -> None:
    several = data_path("fixtures", "legacy", "accepted-several.xml")
    unnamed = convert(several, "--to", "17A")
    assert (unnamed.exit_code, "--number: NZX2009/EXM1/36, NZX2009/EXM1/37" in unnamed.stderr) == (2, True)
    assert "NZX2009/EXM1/37" in convert(several, "--to", "17A", "--number", "NZX2009/EXM1/37").stdout
    assert "no certificate X" in convert(several, "--to", "17A", "--number", "X").stderr


@pytest.mark.parametrize(
    ("file", "target", "told"),
    [
        (NEW, "17A", "not of the 2009 format"),
        (OLD, "2009", "no SPSCertificate 17A"),
        (data_path("fixtures", "legacy", "refused-month-13.xml"), "17A", "month 13"),
        (data_path("fixtures", "legacy", "refused-no-date.xml"), "17A", "lacks issue_date"),
        (data_path("fixtures", "legacy", "refused-doctype.xml"), "17A", "DOCTYPE"),
        (data_path("fixtures", "certificates", "refused-wrong-order.xml"), "2009", "not valid"),
        ("there-is-no-such-file.xml", "17A", "cannot be opened"),
        (data_path("fixtures"), "17A", "fixtures"),
    ],
)
def test_what_cannot_be_converted_is_told_and_ends_with_2(file: object, target: str, told: str) -> None:
    done = convert(file, "--to", target)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.output


def test_a_document_type_that_does_not_exist_is_refused_by_the_schema_of_the_result() -> None:
    done = convert(OLD, "--to", "17A", "--type", "no-such-type")
    assert done.exit_code == 2
    assert "DOC-006" in done.stderr


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "mine.xml"
    out.write_text("mine")
    done = convert(OLD, "--to", "17A", "--out", out)
    assert (done.exit_code, out.read_text()) == (2, "mine")
    assert "is there already" in done.stderr


def test_the_help_has_an_example() -> None:
    assert "Example: ecert convert old.xml --to 17A" in convert("--help").output
