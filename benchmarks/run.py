"""Run every benchmark and print its figures as ratios of one run; exit 1 when a promised figure is missed."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the scripts beside this one, each in a process of its own, and return the worst exit code."""
    worst = 0
    for script in sorted(HERE.glob("*.py")):
        if script.name != Path(__file__).name:
            print(f"== {script.stem}", flush=True)
            worst = max(worst, subprocess.run([sys.executable, str(script), *sys.argv[1:]], check=False).returncode)
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
