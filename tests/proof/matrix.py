"""Run every case against every defect (or those named) and print which cases each defect turns red.

A case that does not name the defect and is red all the same is printed with a plus: either it depends on what is
broken, or it blames the partner for something it did not look at. Takes about half a minute for each defect.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from test_defects import cases, node, run

from reference_impl.defects import DEFECTS


def main(names: list[str]) -> int:
    """Print a line for each defect; return 1 when one is caught by none of its cases, 2 for an unknown name."""
    unknown = sorted(set(names) - set(DEFECTS))
    if unknown:
        sys.stderr.write(f"no such defect: {', '.join(unknown)}; `ecert node defects` lists them\n")
        return 2
    missed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pristine = folder / "pristine"
        subprocess.run([sys.executable, "-m", "reference_impl", "init", str(pristine)], check=True, capture_output=True)
        for name in names or sorted(DEFECTS):
            declared = {case["id"] for case in cases() if name in case["defects"]}
            with node(pristine, folder / name / "node", name) as partner_file:
                _, results = run(partner_file, folder / name / "runs")
            red = {case_id for case_id, result in results.items() if result["verdict"] != "pass"}
            beside = " ".join(f"+{case_id}" for case_id in sorted(red - declared))
            caught = " ".join(sorted(red & declared)) or "NOT CAUGHT"
            sys.stdout.write(f"{name}: {caught} {beside}".rstrip() + "\n")
            sys.stdout.flush()
            missed += not red & declared
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
