"""A national archive: `ecert check --jobs 2` over many certificates beside lxml's own parse and validate.

Usage: python -m benchmarks.archive [COUNT]    Exit code 1 when the ratio is below 0.8 or memory grows.

The certificates have 31 KB and are generated into a temporary folder: COUNT (20,000 unless told) on disk, of 25
different makes. The yardstick is two processes that read, parse and validate the same files and do nothing else; both
are measured in turn, in the same run, a few times. The rates by the clock are the best of each. The processor times are
those of all processes of a side together, start included; on a machine with other work they tell more. Memory is that
of the first process and of the largest other one, when a tenth, a half and all of the files are done.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from lxml import etree

from benchmarks.figure import Figure, Told
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.sources import schema_file

COUNT, OCTETS, JOBS, ROUNDS = 20_000, 31_000, 2, 2
MARKS = (0.1, 0.5, 1.0)
LEAST = 0.8
MOST_GROWTH = 1.2


def write_archive(folder: Path, count: int) -> None:
    """Write the certificates, a thousand in a folder."""
    recipe = Recipe(schema_file("17A"), 1, OCTETS, OCTETS, ("en", "zh", "ar"), volume=True)
    for number in range(count):
        below = folder / f"{number // 1000:04d}"
        if number % 1000 == 0:
            below.mkdir()
        (below / f"{number:06d}.xml").write_bytes(generated(recipe, number))


def plain(files: list[str]) -> int:
    """Read, parse and validate files by lxml alone; return how many are valid."""
    schema = etree.XMLSchema(etree.parse(str(schema_file("17A"))))
    valid = 0
    for file in files:
        with open(file, "rb") as stream:  # noqa: PTH123 - the yardstick does nothing that costs
            valid += schema.validate(etree.fromstring(stream.read()))
    return valid


def yardstick(folder: Path) -> float:
    """Return files a second of two processes that only parse and validate."""
    files = sorted(str(path) for path in folder.rglob("*.xml"))
    shares = [files[at::JOBS] for at in range(JOBS)]
    with ProcessPoolExecutor(JOBS, get_context("spawn")) as pool:
        list(pool.map(plain, [share[:10] for share in shares]))
        begun = time.perf_counter()
        valid = sum(pool.map(plain, shares))
        seconds = time.perf_counter() - begun
    assert valid == len(files)
    return len(files) / seconds


@dataclass(frozen=True)
class Memory:
    """The greatest memory in KB until `files` were done: of the first process, and the most of any other."""

    files: int
    first: int
    other: int


def check(folder: Path, results: Path, count: int) -> tuple[float, list[Memory]]:
    """Return files a second of `ecert check`, its start included, and its memory at the marks."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "conformance.cli", "check", "--jobs", str(JOBS), "--results", str(results)]
    process = subprocess.Popen([*command, str(folder)])
    marks = [int(count * mark) for mark in MARKS]
    told: list[Memory] = []
    now = Memory(0, 0, 0)
    done = 0
    while process.poll() is None and not results.exists():
        time.sleep(0.01)
    with results.open("rb") as stream:
        while process.poll() is None:
            done += stream.read().count(b"\n")
            others = (memory(pid) for pid in children(process.pid))
            now = Memory(done, max(now.first, memory(process.pid)), max(now.other, *others, 0))
            if marks and done >= marks[0]:
                told.append(now)
                del marks[0]
            time.sleep(0.1)
        done += stream.read().count(b"\n")
    seconds = time.perf_counter() - begun
    assert process.returncode == 0, f"ecert check ended with {process.returncode}"
    assert done == count
    return count / seconds, [*told, replace(now, files=done)][: len(MARKS)]


def spent() -> float:
    """Return the processor seconds of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def children(pid: int) -> list[int]:
    """Return the children of a process."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def memory(pid: int) -> int:
    """Return the greatest resident memory a process has had, in KB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def main(arguments: list[str]) -> int:
    """Measure and print; return the exit code."""
    count = int(arguments[0]) if arguments else COUNT
    processor = {"own": 0.0, "ours": 0.0}
    own = ours = 0.0
    told: list[Memory] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "archive")
        folder.mkdir()
        write_archive(folder, count)
        for number in range(ROUNDS if count <= COUNT else 1):
            began = spent()
            own = max(own, yardstick(folder))
            between = spent()
            rate, told = check(folder, Path(name, f"{number}.jsonl"), count)
            ours = max(ours, rate)
            processor["own"] += between - began
            processor["ours"] += spent() - between
    print(f"{count:,} certificates of {OCTETS:,} octets, {JOBS} processes on {os.cpu_count()} cores")
    for one in told:
        print(f"after {one.files:,}: first process {one.first / 1024:.1f} MB, largest other {one.other / 1024:.1f} MB")
    spared = processor["own"] / processor["ours"]
    growth = max(told[-1].first / told[0].first, told[-1].other / told[0].other)
    return Told((
        Figure("archive: ecert check, its start included", ours, "a second"),
        Figure("archive: lxml's own parse and validate", own, "a second"),
        Figure("archive: rate beside lxml's own", ours / own, "", LEAST, most=False),
        Figure("archive: processor time of lxml alone over ours", spared, "", LEAST, most=False),
        Figure("archive: memory of the largest process", max(told[-1].first, told[-1].other) / 1024, "MB"),
        Figure("archive: memory at the end beside that after a tenth", growth, "", MOST_GROWTH),
    )).say()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
