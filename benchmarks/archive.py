"""A national archive: `ecert check --jobs 2` over many certificates beside lxml's own parse and validate.

Usage: python -m benchmarks.archive [COUNT]    Exit code 1 when a ratio is below 0.8 or memory grows.

The certificates have 31 KB and are generated into a temporary folder: COUNT (20,000 unless told) on disk, of 25
different makes. The yardstick is two processes that read, parse and validate the same files and do nothing else
(`benchmarks.plain`). Both run in one go and take turns: while one works for a second, the other is stopped, so other
work on the machine holds up both alike. The clock of a side runs while it may work; its processor time is that of all
its processes; both include its start. Memory is that of the first process and of the largest other one, when a tenth,
a half and all of the files are done.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.figure import Figure, Told
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.sources import schema_file

COUNT, OCTETS, JOBS = 20_000, 31_000, 2
LEAST = 0.8
MOST_GROWTH = 1.2
MARKS = (0.1, 0.5)
SLICE = 1.0


def write_archive(folder: Path, count: int) -> None:
    """Write the certificates, a thousand in a folder."""
    recipe = Recipe(schema_file("17A"), 1, OCTETS, OCTETS, ("en", "zh", "ar"), volume=True)
    for number in range(count):
        below = folder / f"{number // 1000:04d}"
        if number % 1000 == 0:
            below.mkdir()
        (below / f"{number:06d}.xml").write_bytes(generated(recipe, number))


class Side:
    """One of the two that are compared: a command whose processes are stopped and let go on together."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", *arguments], start_new_session=True)
        os.killpg(self._process.pid, signal.SIGSTOP)
        self.seconds = self.processor = 0.0
        self.ended = False

    @property
    def pid(self) -> int:
        """The first process."""
        return self._process.pid

    def work(self, seconds: float) -> None:
        """Let the processes work for so long, or until they have ended."""
        begun = time.perf_counter()
        os.killpg(self.pid, signal.SIGCONT)
        while not self.ended and time.perf_counter() - begun < seconds:
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.ended, self._process.returncode = True, os.waitstatus_to_exitcode(status)
                self.processor = used.ru_utime + used.ru_stime
                assert self._process.returncode == 0, f"ended with {self._process.returncode}"
            else:
                time.sleep(0.002)
        if not self.ended:
            os.killpg(self.pid, signal.SIGSTOP)
        self.seconds += time.perf_counter() - begun


@dataclass(frozen=True)
class Memory:
    """The greatest memory in KB until `files` were done: of the first process, and the most of any other."""

    files: int = 0
    first: int = 0
    other: int = 0

    def looked_at(self, side: Side, files: int) -> "Memory":
        """Return this with what the processes have needed since."""
        others = (memory(pid) for pid in children(side.pid))
        return Memory(files, max(self.first, memory(side.pid)), max(self.other, 0, *others))


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


def lines_of(file: Path) -> int:
    """Return how many lines a file has, 0 when there is none."""
    if not file.exists():
        return 0
    with file.open("rb") as stream:
        return sum(1 for _ in stream)


def compare(folder: Path, results: Path, count: int) -> tuple[Side, Side, list[Memory]]:
    """Run both sides in turn to their ends; return lxml alone, `ecert check`, and its memory at the marks."""
    own = Side("benchmarks.plain", str(schema_file("17A")), str(folder), str(JOBS))
    ours = Side("conformance.cli", "check", "--jobs", str(JOBS), "--results", str(results), str(folder))
    told: list[Memory] = []
    now = Memory()
    while not (own.ended and ours.ended):
        if not own.ended:
            own.work(SLICE)
        if not ours.ended:
            ours.work(SLICE)
            now = now.looked_at(ours, lines_of(results))
            if len(told) < len(MARKS) and now.files >= MARKS[len(told)] * count:
                told.append(now)
    assert lines_of(results) == count
    return own, ours, [*told, replace(now, files=count)]


def main(arguments: list[str]) -> int:
    """Measure and print; return the exit code."""
    count = int(arguments[0]) if arguments else COUNT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "archive")
        folder.mkdir()
        write_archive(folder, count)
        own, ours, told = compare(folder, Path(name, "results.jsonl"), count)
    print(f"{count:,} certificates of {OCTETS:,} octets, {JOBS} processes on {os.cpu_count()} cores")
    for one in told:
        print(f"after {one.files:,}: first process {one.first / 1024:.1f} MB, largest other {one.other / 1024:.1f} MB")
    growth = max(told[-1].first / told[0].first, told[-1].other / told[0].other)
    return Told((
        Figure("archive: ecert check, its start included", count / ours.seconds, "a second"),
        Figure("archive: lxml's own parse and validate", count / own.seconds, "a second"),
        Figure("archive: rate beside lxml's own", own.seconds / ours.seconds, "", LEAST, most=False),
        Figure("archive: the same by processor time", own.processor / ours.processor, "", LEAST, most=False),
        Figure("archive: memory of the largest process", max(told[-1].first, told[-1].other) / 1024, "MB"),
        Figure("archive: memory at the end beside that after a tenth", growth, "", MOST_GROWTH),
    )).say()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
