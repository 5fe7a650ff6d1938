"""Reading the catalogue: the TOML files beside this module, one a family."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.catalogue.model import Bearer, Catalogue, Requirement
from conformance.model.words import Level

FAMILIES = (
    "DOC", "SIG", "PKI", "SOAP", "WSDL", "WSS", "PULL", "SMTP", "MIME", "WEB", "A11Y", "TLS", "SMIME", "LIFE", "IDEM",
    "SEC", "LOAD", "RPT", "INQ",
)  # fmt: skip
_ID = re.compile(r"[A-Z0-9]+-\d{3}")
_TEXTS = ("id", "level", "role", "statement", "source")
_KEYS = frozenset((*_TEXTS, "ics", "untested"))


class CatalogueError(Exception):
    """A file of the catalogue that cannot be used: which, where and why."""


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the installed catalogue; raises `CatalogueError` when a file of it is damaged or missing."""
    return read_catalogue(Path(__file__).resolve().parent)


def read_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue in a folder; a family without a file is not an error, a file of no known family is."""
    files = {path.stem.upper(): path for path in sorted(folder.glob("*.toml"))}
    strangers = sorted(set(files) - set(FAMILIES))
    if strangers or not files:
        raise CatalogueError(f"{folder}: " + (f"unknown families {', '.join(strangers)}" if files else "no catalogue"))
    requirements: dict[str, Requirement] = {}
    titles: list[tuple[str, str]] = []
    digest = sha256()
    for family in (name for name in FAMILIES if name in files):
        raw = files[family].read_bytes()
        digest.update(raw)
        title, entries = _family(files[family], raw)
        titles.append((family, title))
        for entry in entries:
            if entry.family != family or entry.id in requirements:
                raise CatalogueError(f"{files[family]}: {entry.id} is in the wrong file or there twice")
            requirements[entry.id] = entry
    return Catalogue(MappingProxyType(requirements), tuple(titles), digest.hexdigest())


def _family(path: Path, raw: bytes) -> tuple[str, tuple[Requirement, ...]]:
    try:
        tables = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: not a TOML file: {error}") from None
    return str(tables.get("title", "")), tuple(_requirement(path, table) for table in tables.get("requirement", ()))


def _requirement(path: Path, table: Mapping[str, Any]) -> Requirement:
    name = str(table.get("id", "an entry without id"))
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise CatalogueError(f"{path}: {name}: unknown key {unknown[0]}")
    for key in _TEXTS:
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise CatalogueError(f"{path}: {name}: {key} is missing or empty")
    if not _ID.fullmatch(name):
        raise CatalogueError(f"{path}: {name}: an id is a family, a dash and three digits")
    try:
        level, role = Level(table["level"]), Bearer(table["role"])
    except ValueError as error:
        raise CatalogueError(f"{path}: {name}: {error}") from None
    return Requirement(
        id=name,
        level=level,
        role=role,
        statement=table["statement"],
        source=table["source"],
        ics=tuple(table.get("ics", ())),
        untested=table.get("untested", ""),
    )
