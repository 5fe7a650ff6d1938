"""Run every benchmark and print its figures beside their budgets; exit 1 when a budget is not kept.

Usage: python -m benchmarks.run [NAME...]    all of them, or those named (check, engine, load, pull, suite).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figure import VARIABLE, Told

HERE = Path(__file__).resolve().parent
HELPERS = ("run", "figure", "plain")


def main() -> int:
    """Run the modules beside this one, each in a process of its own, one after another."""
    chosen = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.py") if path.stem not in HELPERS)
    rows: list[tuple[str, str, str, str]] = []
    worst = 0
    with tempfile.TemporaryDirectory(prefix="ecert-bench-") as folder:
        for name in chosen:
            print(f"== {name}", flush=True)
            place = Path(folder, f"{name}.json")
            command = [sys.executable, "-m", f"benchmarks.{name}"]
            code = subprocess.run(
                command, check=False, cwd=HERE.parent, env=os.environ | {VARIABLE: str(place)}
            ).returncode
            worst = max(worst, code)
            told = Told.read(place) if place.exists() else Told(skipped=f"told no figures; exit code {code}")
            rows += [(f.name, f.measured(), f.agreed(), "" if f.kept else "not kept") for f in told.figures]
            rows += [(name, "-", "", told.skipped)] if told.skipped else []
    print(f"\n{'figure':66}{'measured':>14}  {'budget':20}")
    for figure, measured, agreed, note in rows:
        print(f"{figure:66}{measured:>14}  {agreed:20} {note}".rstrip())
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
