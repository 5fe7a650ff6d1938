"""Bad input gives one clear message, the right exit code, in bounded time and memory, and never a traceback."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from null_partner import initialise_node

ECERT = [sys.executable, "-m", "conformance.cli"]
USAGE = 2


def limit_memory() -> None:
    """Give a child two gigabytes of address space, so that reading a whole huge file would end it."""
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


def ecert(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ECERT, *map(str, arguments)], capture_output=True, text=True, timeout=120, preexec_fn=limit_memory
    )


def missing(folder: Path) -> Path:
    return folder / "missing"


def directory(folder: Path) -> Path:
    return folder


def empty(folder: Path) -> Path:
    path = folder / "empty"
    path.touch()
    return path


def garbage(folder: Path) -> Path:
    path = folder / "garbage"
    path.write_bytes(bytes(range(256)) * 16)
    return path


def gigabyte(folder: Path) -> Path:
    path = folder / "gigabyte"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


def wrong_encoding(folder: Path) -> Path:
    path = folder / "latin1"
    path.write_bytes('<?xml version="1.0" encoding="UTF-8"?><a>caf\xe9</a>'.encode("latin-1"))
    return path


BAD_FILES = [missing, directory, empty, garbage, gigabyte, wrong_encoding]


@pytest.mark.parametrize("make", BAD_FILES)
@pytest.mark.parametrize("command", ["run", "review", "load"])
def test_a_bad_partner_file_is_refused_in_a_sentence(
    command: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    options = {"load": ["--rate", "1", "--duration", "1"]}.get(command, [])
    answer = ecert(command, make(tmp_path), *options)
    assert answer.returncode == USAGE
    assert "Traceback" not in answer.stdout + answer.stderr
    assert 0 < len(answer.stderr.strip().splitlines()) <= 6


@pytest.mark.parametrize("make", BAD_FILES)
def test_a_bad_document_is_a_finding(make: Callable[[Path], Path], tmp_path: Path) -> None:
    answer = ecert("check", "--json", make(tmp_path))
    assert answer.returncode == 1
    assert '"verdict": "fail"' in answer.stdout or '"verdict":"fail"' in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("command", ["replay", "report"])
@pytest.mark.parametrize("make", [missing, directory, empty, garbage])
def test_a_bad_record_is_refused_in_a_sentence(command: str, make: Callable[[Path], Path], tmp_path: Path) -> None:
    answer = ecert(command, make(tmp_path))
    assert answer.returncode == USAGE
    assert "Traceback" not in answer.stdout + answer.stderr


def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    partner_file = initialise_node(tmp_path / "node")
    partner_file.write_text(partner_file.read_text().replace("document_types", "document_typs", 1))
    answer = ecert("run", partner_file)
    assert answer.returncode == USAGE
    assert "document_typs" in answer.stderr
    assert "document_types" in answer.stderr
