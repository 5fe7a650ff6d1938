"""The head of a record: who tests whom, with what (ISO/IEC 17025 7.8.2)."""

import getpass
import os
import platform
import ssl
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from conformance import __version__
from conformance.data import data_path
from conformance.model.record import RunHeader
from conformance.partner import Partner

_CATALOGUE = Path(__file__).resolve().parents[1] / "catalogue"
_JOBS = ("CI_JOB_URL", "BUILD_URL")


def digest_of_files(folder: Path, pattern: str) -> str:
    """Return the SHA-256 over names and contents of the files below a folder, in the order of their names."""
    total = sha256()
    for path in sorted(folder.rglob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return total.hexdigest()


def digest_of_words(words: Iterable[str]) -> str:
    """Return the SHA-256 over words, whatever their order."""
    return sha256("\n".join(sorted(words)).encode()).hexdigest()


def started_by() -> str:
    """Return the CI job's address, or the account."""
    for name in _JOBS:
        if os.environ.get(name):
            return os.environ[name]
    if os.environ.get("GITHUB_RUN_ID"):
        parts = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
        return "/".join([*(os.environ.get(p, "") for p in parts), "actions", "runs", os.environ["GITHUB_RUN_ID"]])
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return f"user {os.getuid()}"


def _environment() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version()), ("system", f"{platform.system()} {platform.release()}"),
             ("openssl", ssl.OPENSSL_VERSION)]  # fmt: skip
    for name in ("pytest", "lxml", "signxml", "xmlschema", "zeep", "cryptography"):
        with suppress(PackageNotFoundError):
            found.append((name, version(name)))
    return tuple(found)


def heading(
    partner: Partner, *, run_id: str, started: datetime, seed: int, selection: str, partner_file: str, strict: bool
) -> RunHeader:
    """Return the head of a run that begins now."""
    return RunHeader(
        run_id=run_id,
        started=started,
        suite_version=__version__,
        seed=seed,
        partner=partner.name,
        country=partner.country,
        ics=tuple(sorted(partner.ics)),
        settings=partner.settings,
        digests=(
            ("catalogue", digest_of_files(_CATALOGUE, "*.toml")),
            ("schemas", digest_of_files(data_path("schemas"), "*")),
            ("ics", digest_of_words(partner.ics)),
            ("partner file", partner.digest),
        ),
        environment=_environment(),
        selection=selection,
        started_by=started_by(),
        partner_file=partner_file,
        strict=strict,
    )
