"""The results file of a long check: JSON lines that a later run goes on from."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

from conformance.cli.check_files import Target
from conformance.cli.check_one import shown_name
from conformance.cli.check_summary import Summary, read_line
from conformance.engine.errors import UsageFault


class Results:
    """Appends results to a file. A line cut off when a former run was stopped is taken away; its file is checked anew.

    Of every file done only eight octets are kept in memory.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._path = path
        self._done: set[bytes] = set()
        if path.exists() and not resume:
            raise UsageFault(f"{path} is there already. Go on with it by --resume, or name another file.")
        if path.is_dir():
            raise UsageFault(f"{path} is a folder, not a results file.")

    def former(self, summary: Summary) -> None:
        """Count what a former run has written, and cut off an unfinished line."""
        if not self._path.exists():
            return
        whole = 0
        with self._path.open("rb") as stream:
            for raw in stream:
                told = read_line(raw.decode("utf-8", "replace"))
                if told is None:
                    break
                whole += len(raw)
                self._done.add(_key(str(told["file"])))
                summary.add_line(told)
            size = stream.seek(0, 2)
        if whole < size:
            if b"\n" in self._rest(whole):
                raise UsageFault(f"{self._path} is not a results file of ecert check (after octet {whole:,}).")
            with self._path.open("r+b") as stream:
                stream.truncate(whole)

    def _rest(self, start: int) -> bytes:
        with self._path.open("rb") as stream:
            stream.seek(start)
            return stream.read(1 << 20)

    def left(self, files: Iterable[Target]) -> Iterator[Target]:
        """Yield the files that no former run has checked."""
        return (target for target in files if _key(shown_name(target.file)) not in self._done)

    def __enter__(self) -> Self:
        """Open the file."""
        self._stream = self._path.open("a", encoding="utf-8", buffering=1 << 16)
        return self

    def add(self, line: str) -> None:
        """Append a result."""
        self._stream.write(line + "\n")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the file."""
        self._stream.close()


def _key(name: str) -> bytes:
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
