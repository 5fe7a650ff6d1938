"""How long all cases take: against the reference node, and against a partner that does nothing.

Usage: python -m benchmarks.suite

Each is run once, from the start of `ecert run` to its end, reports included. Processor time of the whole run stands
beside it, because another work on the machine makes a run longer and not costlier.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, Told

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "proof"))

from null_partner import initialise_node, null_partner  # noqa: E402

NODE_BUDGET, NULL_BUDGET = 40.0, 60.0
ECERT = [sys.executable, "-m", "conformance.cli"]


def timed_run(partner_file: Path, out: Path) -> tuple[float, float, list[dict[str, object]]]:
    """Run every case; return the seconds by the clock, those of the processor, and the results."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [*ECERT, "run", str(partner_file), "--out", str(out)], check=False, capture_output=True, cwd=HERE.parent
    )
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    (report,) = out.rglob("report.json")
    results: list[dict[str, object]] = json.loads(report.read_text())["cases"]
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, results


def main() -> int:
    """Print the figures; return 1 when a budget is not kept."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        partner_file = initialise_node(folder / "node")
        node = subprocess.Popen(
            [sys.executable, "-m", "reference_impl", "serve", str(folder / "node")], stdout=subprocess.PIPE, text=True
        )
        try:
            assert node.stdout is not None
            node.stdout.readline()
            wall, cpu, results = timed_run(partner_file, folder / "runs-node")
        finally:
            node.terminate()
            node.wait(10)
        with null_partner(folder / "null") as nobody:
            null_wall, null_cpu, _ = timed_run(nobody, folder / "runs-null")
    passed = sum(case["verdict"] == "pass" for case in results)
    print(f"{len(results)} cases, {passed} pass against the reference node; load average {os.getloadavg()[0]:.1f}")
    return Told(
        (
            Figure("all cases against the reference node", wall, "s", NODE_BUDGET),
            Figure("all cases against the reference node, judge's processor time", cpu, "s"),
            Figure("all cases against a partner that does nothing", null_wall, "s", NULL_BUDGET),
            Figure("all cases against a partner that does nothing, processor time", null_cpu, "s"),
        )
    ).say()


if __name__ == "__main__":
    raise SystemExit(main())
