"""Where a corpus goes: a folder or a tar archive, never over anything that is there."""

import io
import json
import sys
import tarfile
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from conformance.engine.errors import UsageFault

MANIFEST = "manifest.json"


class Sink(Protocol):
    """Takes documents, then the manifest."""

    def add(self, name: str, data: bytes) -> None:
        """Write one file under a relative name."""
        ...

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        ...


class Folder:
    """Writes into a folder, which is made if need be. Raises `UsageFault` for a file that is there already."""

    def __init__(self, folder: Path) -> None:
        if (folder / MANIFEST).exists():
            raise UsageFault(f"{folder} holds a corpus already ({MANIFEST}); nothing was written. Name another folder.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def add(self, name: str, data: bytes) -> None:
        """Write one file under a relative name."""
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        try:
            with path.open("xb") as stream:
                stream.write(data)
        except FileExistsError:
            raise UsageFault(f"{path} is there already; files are never overwritten. Name another folder.") from None

    def __enter__(self) -> Self:
        """Begin; nothing to do."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End; nothing to do."""


class Archive:
    """Writes a tar stream to standard output or to a new file. Times and owners stay zero: same seed, same octets."""

    def __init__(self, path: Path | None) -> None:
        if path is None and sys.stdout.isatty():
            raise UsageFault(
                "An archive is not written to a terminal: send it on, as in `ecert generate --out - > x.tar`."
            )
        try:
            # Closed at the end of the archive, which the caller enters.
            self._stream = sys.stdout.buffer if path is None else path.open("xb")
        except FileExistsError:
            raise UsageFault(f"{path} is there already; files are never overwritten. Name another file.") from None
        mode = "w|gz" if path is not None and path.name.endswith("gz") else "w|"
        self._tar = tarfile.open(fileobj=self._stream, mode=mode)  # type: ignore[call-overload]  # noqa: SIM115
        self._own = path is not None

    def add(self, name: str, data: bytes) -> None:
        """Write one file under a relative name."""
        information = tarfile.TarInfo(name)
        information.size = len(data)
        information.mode = 0o644
        self._tar.addfile(information, io.BytesIO(data))

    def __enter__(self) -> Self:
        """Begin; nothing to do."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the archive."""
        self._tar.close()
        if self._own:
            self._stream.close()
        else:
            self._stream.flush()


def sink(out: str) -> Sink:
    """Return where to write: `-` an archive on standard output, a name ending in .tar, .tgz or .tar.gz an archive."""
    if out == "-":
        return Archive(None)
    return Archive(Path(out)) if out.endswith((".tar", ".tgz", ".tar.gz")) else Folder(Path(out))


def manifest(facts: dict[str, Any], documents: list[dict[str, Any]]) -> bytes:
    """Return a manifest as octets; of its lists, one entry a line."""
    parts = [f"  {json.dumps(key)}: {_laid_out(value)}" for key, value in
             {"format": "ecert-fixtures-1", **facts, "documents": documents}.items()]  # fmt: skip
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _laid_out(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)
