"""Lanes: order, interconnection, limits, and surviving whatever a case does to its process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from laboratory import Laboratory

GOOD = """
@case("PULL-001.good", roles=Role.EXPORTER, defects=["x"])
def test_good(tape):
    \"\"\"Good.\"\"\"
    say(tape, b"yes")
"""

HANGS_IN_C = """
@case("PULL-001.stuck", roles=Role.EXPORTER, defects=["x"])
def test_stuck(tape):
    \"\"\"Stuck.\"\"\"
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    while True:
        time.sleep(60)
"""


def test_a_crash_costs_one_case_and_no_other(laboratory: Laboratory) -> None:
    laboratory.write(
        """
        @case("PULL-001.first", roles=Role.EXPORTER, defects=["x"])
        def test_first(tape):
            \"\"\"First.\"\"\"
            say(tape, b"yes")

        @case("PULL-001.crash", roles=Role.EXPORTER, defects=["x"])
        def test_crash(tape):
            \"\"\"Crash.\"\"\"
            say(tape, b"yes")
            os.kill(os.getpid(), signal.SIGSEGV)

        @case("PULL-001.last", roles=Role.EXPORTER, defects=["x"])
        def test_last(tape):
            \"\"\"Last.\"\"\"
            say(tape, b"yes")
        """
    )
    ended = laboratory.run()
    assert ended.code == 4
    assert ended.verdicts == {"PULL-001.first": "pass", "PULL-001.crash": "error", "PULL-001.last": "pass"}
    assert "signal 11" in ended.result("PULL-001.crash")["reason"]


def test_a_case_that_cannot_be_interrupted_is_ended_and_the_rest_goes_on(laboratory: Laboratory) -> None:
    laboratory.partner.write_text(laboratory.partner.read_text().replace("case_seconds = 2", "case_seconds = 1"))
    laboratory.write(HANGS_IN_C + GOOD)
    started = time.monotonic()
    ended = laboratory.run("--max-seconds", "8")
    assert time.monotonic() - started < 40
    assert ended.verdicts["PULL-001.stuck"] == "inconclusive"
    assert ended.code == 1


def test_a_failed_interconnection_makes_its_lane_inconclusive_at_once(laboratory: Laboratory) -> None:
    laboratory.write(
        GOOD
        + """
@case("PULL-000", roles=Role.EXPORTER, defects=["x"], interconnection=True)
def test_interconnection(tape):
    \"\"\"Reachable.\"\"\"
    raise Unreachable("connection refused")
"""
    )
    laboratory.write(GOOD.replace("PULL", "TLS"), access="tls")
    ended = laboratory.run()
    assert ended.verdicts == {"PULL-000": "inconclusive", "PULL-001.good": "inconclusive", "TLS-001.good": "pass"}
    assert "PULL-000" in ended.result("PULL-001.good")["reason"]
    assert ended.code == 3


INTERCONNECTION = """
@case("PULL-000", roles=Role.EXPORTER, defects=["x"], interconnection=True)
def test_interconnection(tape):
    \"\"\"Reachable, after a while.\"\"\"
    time.sleep(1.5)
    {end}
"""
FAILS = INTERCONNECTION.replace("{end}", 'raise Unreachable("connection refused")')
PASSES = INTERCONNECTION.replace("{end}", 'say(tape, b"yes")')
NEVER_ASKED = """
@case("{id}", roles=Role.EXPORTER, defects=["x"], needs=[{needs}])
def test_asks(tape):
    \"\"\"Asks.\"\"\"
    say(tape, b"yes")
"""


def test_what_is_seen_through_an_access_waits_for_its_interconnection_test_in_the_other_lane(
    laboratory: Laboratory,
) -> None:
    laboratory.write(FAILS)
    laboratory.write(NEVER_ASKED.format(id="DOC-001", needs=""), access="document")
    laboratory.write(NEVER_ASKED.format(id="LIFE-001", needs=""), access="lifecycle")
    laboratory.write(NEVER_ASKED.format(id="TLS-008", needs='"access:pull"'), access="tls")
    laboratory.write(NEVER_ASKED.format(id="TLS-001", needs="").replace("asks", "asks_not"), access="tls", name="other")
    ended = laboratory.run()
    assert ended.verdicts == {
        "PULL-000": "inconclusive",
        "DOC-001": "inconclusive",
        "LIFE-001": "inconclusive",
        "TLS-008": "inconclusive",
        "TLS-001": "pass",
    }
    assert all("PULL-000" in ended.result(case)["reason"] for case in ("DOC-001", "LIFE-001", "TLS-008"))
    again = laboratory.ecert("replay", ended.folder, "--cases-from", laboratory.cases)
    assert "The verdicts are those written." in again.out


def test_a_passed_interconnection_test_opens_the_other_lanes(laboratory: Laboratory) -> None:
    laboratory.write(PASSES)
    laboratory.write(NEVER_ASKED.format(id="DOC-001", needs=""), access="document")
    assert laboratory.run().verdicts == {"PULL-000": "pass", "DOC-001": "pass"}


def test_an_interconnection_test_that_kills_its_lane_closes_the_others_too(laboratory: Laboratory) -> None:
    laboratory.write(INTERCONNECTION.replace("{end}", "os.kill(os.getpid(), signal.SIGSEGV)"))
    laboratory.write(NEVER_ASKED.format(id="DOC-001", needs=""), access="document")
    assert laboratory.run().verdicts == {"PULL-000": "error", "DOC-001": "inconclusive"}


def test_a_lane_does_not_wait_for_ever_for_a_partner_that_hangs(laboratory: Laboratory) -> None:
    laboratory.partner.write_text(laboratory.partner.read_text().replace("case_seconds = 2", "case_seconds = 1"))
    laboratory.write(
        "".join(
            f'@case("PULL-001.{n}", roles=Role.EXPORTER, defects=["x"])\ndef test_{n}(tape):\n    """T."""\n'
            '    tape.exchange("test", "hang", None, lambda: time.sleep(60))\n'
            for n in range(20)
        )
    )
    started = time.monotonic()
    ended = laboratory.run()
    assert time.monotonic() - started < 40
    assert set(ended.verdicts.values()) == {"inconclusive"}
    again = laboratory.ecert("replay", ended.folder, "--cases-from", laboratory.cases)
    assert "The verdicts are those written." in again.out


def test_lanes_wait_side_by_side(laboratory: Laboratory) -> None:
    slow = """
@case("{id}", roles=Role.EXPORTER, defects=["x"])
def test_slow(tape):
    \"\"\"Slow.\"\"\"
    time.sleep(1.8)
    say(tape, b"yes")
"""
    laboratory.write(slow.replace("{id}", "PULL-001"))
    laboratory.write(slow.replace("{id}", "DOC-001"), access="document")
    laboratory.write(slow.replace("{id}", "LIFE-001"), access="lifecycle")
    ended = laboratory.run()
    assert ended.code == 0
    times = [(e["started"], e["started"] + e["seconds"]) for e in ended.events if e["event"] == "case-finished"]
    assert max(begin for begin, _ in times) < min(end for _, end in times)


def test_a_run_that_is_killed_leaves_no_lane_behind(laboratory: Laboratory) -> None:
    told = laboratory.folder / "lane"
    laboratory.write(
        f"""
        @case("PULL-001.waits", roles=Role.EXPORTER, defects=["x"])
        def test_waits(tape):
            \"\"\"Waits.\"\"\"
            with open({str(told)!r}, "w") as file:
                file.write(f"{{os.getpid()}}\\n")
            time.sleep(60)
        """
    )
    laboratory.partner.write_text(laboratory.partner.read_text().replace("case_seconds = 2", "case_seconds = 50"))
    command = [sys.executable, "-m", "conformance.cli", "run", "partner.toml", "--cases-from", str(laboratory.cases)]
    with subprocess.Popen(command, cwd=laboratory.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        assert until(lambda: told.exists() and told.read_text().endswith("\n"))
        lane = int(told.read_text())
        os.kill(lane, 0)
        run.kill()
    assert until(lambda: gone(lane))


def until(true: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not (reached := true()) and time.monotonic() < end:
        time.sleep(0.02)
    return reached


def gone(process: int) -> bool:
    # One that has ended and that nobody has waited for yet has the state Z.
    command = ["ps", "-o", "stat=", "-p", str(process)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()[:1] in {"", "Z"}


def test_a_case_file_that_cannot_be_read_is_a_fault_of_the_suite(laboratory: Laboratory) -> None:
    laboratory.write(GOOD)
    laboratory.write("import nothing_of_that_name", name="broken")
    ended = laboratory.run()
    assert ended.code == 4
    assert ended.verdicts["PULL-001.good"] == "pass"
    assert "nothing_of_that_name" in ended.result("UNREADABLE.pull/broken.py")["reason"]


def test_two_cases_never_share_an_id(laboratory: Laboratory) -> None:
    laboratory.write(GOOD)
    laboratory.write(GOOD, name="again")
    assert laboratory.run().code == 4


def test_nothing_of_the_users_pytest_or_python_is_used(laboratory: Laboratory) -> None:
    laboratory.write(GOOD)
    trap = "raise RuntimeError('the user\\'s own file was used')\n"
    (laboratory.folder / "conftest.py").write_text(trap)
    (laboratory.cases / "conftest.py").write_text(trap)
    (laboratory.cases / "pull" / "conftest.py").write_text(trap)
    (laboratory.folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only -p trap\n")
    (laboratory.cases / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    place = laboratory.folder / "place"
    place.mkdir()
    (place / "trap.py").write_text(trap)
    (place / "lxml.py").write_text(trap)
    env = {"PYTEST_ADDOPTS": "--collect-only", "PYTEST_PLUGINS": "trap"}
    env["PYTHONPATH"] = f"{Path(__file__).resolve().parents[2]}{os.pathsep}{place}"
    ended = laboratory.run(env=env)
    (laboratory.cases / "pull" / "conftest.py").unlink()
    assert ended.verdicts["PULL-001.good"] == "pass"


def test_an_interrupted_run_closes_its_record_and_ends_its_children(laboratory: Laboratory) -> None:
    laboratory.partner.write_text(laboratory.partner.read_text().replace("case_seconds = 2", "case_seconds = 60"))
    laboratory.write(GOOD + HANGS_IN_C)
    runs = laboratory.folder / "runs"
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance.cli", "run", "partner.toml", "--cases-from", "cases"],
        cwd=laboratory.folder, env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    end = time.monotonic() + 30
    while time.monotonic() < end:
        records = list(runs.glob("*/record.jsonl"))
        if records and '"case-started","case":"PULL-001.stuck"' in records[0].read_text():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=15)
    assert process.returncode != 0
    assert "Traceback" not in err
    text = records[0].read_text()
    assert '"run-finished"' in text.splitlines()[-1]
    assert "interrupted before this case ended" in text
    marker = str(runs).encode()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert marker not in command.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
