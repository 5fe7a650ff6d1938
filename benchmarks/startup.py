"""How long `ecert check` of one small file takes as a whole process (promised: under 1.0 s), beside Python's own start.

Usage: python -m benchmarks.startup    Exit code 1 when a good file takes more than 1.0 s.

The least wall time of several runs is given, and the processor's: other work on the machine does not count there.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, Told
from conformance.vectors.certificate import CertificateData, certificate

PROMISED = 1.0
ROUNDS = 7


def least(*arguments: str, code: int = 0) -> tuple[float, float]:
    """Return the least wall and processor seconds of a Python process."""
    walls, processors = [], []
    for _ in range(ROUNDS):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True)
        walls.append(time.perf_counter() - begun)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processors.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.returncode == code, done.stderr
    return min(walls), min(processors)


def main() -> int:
    """Measure and print; return the exit code."""
    good = certificate(CertificateData())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good.xml").write_bytes(good)
        (folder / "bad.xml").write_bytes(good.replace(b"<ram:StatusCode>70", b"<ram:StatusCode>none"))
        check = ("-m", "conformance.cli", "check")
        measured = {
            "python alone": least("-c", "pass"),
            "check of a good file": least(*check, str(folder / "good.xml")),
            "check of a good file, --json": least(*check, "--json", str(folder / "good.xml")),
            "check of a file with a fault, explained": least(*check, str(folder / "bad.xml"), code=1),
        }
    figures = []
    for what, (wall, processor) in measured.items():
        figures.append(Figure(f"start: {what}", wall, "s", PROMISED if what == "check of a good file" else None))
        figures.append(Figure(f"start: {what}, processor", processor, "s"))
    return Told(tuple(figures)).say()


if __name__ == "__main__":
    sys.exit(main())
