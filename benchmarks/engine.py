"""What the engine itself costs for one case: selection, pytest, tape, record, report.

Usage: python -m benchmarks.engine

Cases that do one exchange of 8 KB without a network and hold it against one expectation are run by `ecert run`, few
and many of them in turn. The difference of the two, divided by the difference in number, is the cost of one more case
with everything that is done about it; what a run costs once (starting Python, reading the catalogue) falls out. The
exchange itself is a constant answer, so nothing has to be taken off for it. The least of the rounds counts for each:
other work on the machine can only add.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, Told

BUDGET_MS = 10.0
FEW, MANY, ROUNDS = 20, 320, 5
PARTNER = """
[partner]
name = "Nobody"
country = "CN"
[ics]
roles = ["exporter"]
accesses = ["pull"]
releases = ["urn:un:unece:uncefact:data:standard:SPSCertificate:17"]
document_types = ["851"]
signature = "none"
identity = ["username-token"]
soap = ["1.1"]
[ixit.pull]
url = "https://127.0.0.1:9/exchange"
[ixit.pull.identities.own]
country = "NZ"
username = "judge"
password = "invented-password"
"""
HEAD = """
from conformance.cases.helpers.case import case
from conformance.model.exchange import Answer, Message
from conformance.model.words import Role

def ask(tape, number):
    asked, told = Message("text/xml", b"q%d" % number), Message("text/xml", b"%d " % number + b"x" * 8000)
    return tape.exchange("bench", "ask", asked, lambda: Answer(told))
"""
CASE = '''
@case("PULL-021.n{number}", roles=Role.EXPORTER, defects=[])
def test_{number}(tape, judge):
    """One exchange and one expectation.

    It costs nothing but what the engine does about it.
    """
    answer = ask(tape, {number}).answer.response
    judge.expect(len(answer.body) > 8000, expected="8 KB", actual=len(answer.body), message="The answer is short.")
'''


def prepare(folder: Path, count: int) -> Path:
    """Write a partner file and `count` cases; return the folder of cases."""
    (folder / "partner.toml").write_text(PARTNER, "utf-8")
    place = folder / f"cases-{count}" / "pull"
    place.mkdir(parents=True)
    (place / "trivial.py").write_text(HEAD + "".join(CASE.format(number=n) for n in range(count)), "utf-8")
    return place.parent


def timed(folder: Path, cases: Path, count: int) -> tuple[float, float]:
    """Run them all; return seconds by the clock and of the processor, of all processes of the run."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "conformance.cli", "run", "partner.toml", "--cases-from", str(cases), "--out", "runs"],
        cwd=folder, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()},  # noqa: PTH109
    )  # fmt: skip
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert f"{count} pass" in done.stdout, done.stdout + done.stderr
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the figures; return 1 when the budget is not kept."""
    with tempfile.TemporaryDirectory(prefix="ecert-engine-") as temporary:
        folder = Path(temporary)
        sets = {count: prepare(folder, count) for count in (FEW, MANY)}
        rounds = [{count: timed(folder, cases, count) for count, cases in sets.items()} for _ in range(ROUNDS)]

    def cost(part: int) -> float:
        least = {count: min(one[count][part] for one in rounds) for count in sets}
        return (least[MANY] - least[FEW]) / (MANY - FEW) * 1000

    middle = statistics.median((one[MANY][0] - one[FEW][0]) / (MANY - FEW) * 1000 for one in rounds)
    return Told(
        (
            Figure("engine, one more case", cost(0), "ms", BUDGET_MS),
            Figure("engine, one more case, median of the rounds", middle, "ms"),
            Figure("engine, one more case, processor time", cost(1), "ms"),
        )
    ).say()


if __name__ == "__main__":
    raise SystemExit(main())
