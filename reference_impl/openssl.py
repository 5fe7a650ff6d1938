"""OpenSSL as a program of its own where no library will do: `openssl cms` (S/MIME) and `openssl ts` (RFC 3161)."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 10.0


class NoOpenssl(Exception):
    """The program is not there or did not end in time."""


@dataclass(frozen=True)
class Ran:
    """How a run ended: whether well, what was written, and what was said about it."""

    good: bool
    output: bytes
    said: str


def cms(arguments: Sequence[str], files: dict[str, bytes]) -> Ran:
    """Run `openssl cms`; see `openssl`."""
    return openssl("cms", arguments, files)


def openssl(command: str, arguments: Sequence[str], files: dict[str, bytes]) -> Ran:
    """Run a command of OpenSSL in a private folder that holds `files` by name and is gone afterwards.

    It is also the working folder. An argument `@name` stands for the path of a file there; `@out` is read back. Raises
    `NoOpenssl`.
    """
    with TemporaryDirectory(prefix="openssl-") as place:
        folder = Path(place)
        for name, octets in files.items():
            (folder / name).write_bytes(octets)
        told = [str(folder / one[1:]) if one.startswith("@") else one for one in arguments]
        try:
            done = subprocess.run(
                ["openssl", command, *told],  # noqa: S607 - found where the system keeps its programs
                capture_output=True,
                cwd=folder,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoOpenssl(f"openssl {command}: {error}") from error
        written = folder / "out"
        return Ran(
            done.returncode == 0,
            written.read_bytes() if written.exists() else b"",
            done.stderr.decode("utf-8", "replace"),
        )
