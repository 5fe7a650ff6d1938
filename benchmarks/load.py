"""What the load room costs itself: adding a measured request, and putting the files of the processes together.

Usage: python -m benchmarks.load
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "load"))

from load_samples import Samples

from benchmarks.figure import Figure, Told
from conformance.cli.load_figures import read_figures

REQUESTS = 200_000


def main() -> int:
    samples = Samples()
    started = time.perf_counter()
    for number in range(REQUESTS):
        samples.add("pull GetCertificate", "pull", number // 1000, 1 + number % 977, "", "")
    adding = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        samples.write(Path(folder))
        started = time.perf_counter()
        (row,) = read_figures(Path(folder), REQUESTS / 1000).rows
        reading = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    assert row.count == REQUESTS
    return Told(
        (
            Figure("load, adding one request", adding / REQUESTS * 1e6, "us"),
            Figure(f"load, reading {REQUESTS:,} requests", reading * 1000, "ms"),
            Figure(f"load, file of {REQUESTS:,} requests", size / 1000, "KB"),
        )
    ).say()


if __name__ == "__main__":
    raise SystemExit(main())
