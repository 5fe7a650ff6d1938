"""How long all cases take: against the reference node (promised under 40 s) and the null partner (under 60 s).

The engine's own overhead is the time a lane spends outside its cases' exchanges, per case (promised under 10 ms).
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "proof"))

from null_partner import initialise_node, null_partner  # noqa: E402

ECERT = [sys.executable, "-m", "conformance.cli"]


def timed_run(partner_file: Path, out: Path) -> tuple[float, list[dict[str, object]]]:
    """Run every case; return the seconds and the results."""
    started = time.perf_counter()
    subprocess.run([*ECERT, "run", str(partner_file), "--out", str(out)], check=False, capture_output=True)
    seconds = time.perf_counter() - started
    (report,) = out.rglob("report.json")
    results: list[dict[str, object]] = json.loads(report.read_text())["cases"]
    return seconds, results


def main() -> int:
    """Print the figures; return 1 when a promise is broken."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        partner_file = initialise_node(folder / "node")
        node = subprocess.Popen(
            [sys.executable, "-m", "reference_impl", "serve", str(folder / "node")], stdout=subprocess.PIPE, text=True
        )
        try:
            assert node.stdout is not None
            node.stdout.readline()
            against_node, results = timed_run(partner_file, folder / "runs-node")
        finally:
            node.terminate()
            node.wait(10)
        with null_partner(folder / "null") as nobody:
            against_null, _ = timed_run(nobody, folder / "runs-null")
    print(f"reference node: {len(results)} cases in {against_node:.1f} s")
    print(f"null partner: {against_null:.1f} s, {against_null / against_node:.2f} of the reference node's time")
    return 0 if against_node < 40 and against_null < 60 else 1


if __name__ == "__main__":
    raise SystemExit(main())
