"""The files of a schema set on disk, read within bounds: no network, nothing outside the folder, no links followed."""

import os
import posixpath
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from conformance.parsing import Limits, Unreadable, parse
from conformance.revision.model import Problem

XSD = "{http://www.w3.org/2001/XMLSchema}"
MOST_FILES = 2_000
MOST_ENTRIES = 20_000
MOST_DEPTH = 12
MOST_OCTETS = 20_000_000
MOST_IN_ALL = 60_000_000
MOST_SHOWN = 120
_PACKED = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z")
LIMITS = Limits(octets=MOST_OCTETS, nodes=1_000_000, attributes=1_000, namespaces=10_000)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_REFERENCES = (f"{XSD}import", f"{XSD}include", f"{XSD}redefine")


class SetRefused(Exception):
    """A folder that is no schema set this program will read; the text says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One schema document: its name relative to the folder (with slashes), its octets and its tree."""

    name: str
    data: bytes
    root: etree._Element

    @property
    def target(self) -> str:
        """The target namespace, empty for none."""
        return self.root.get("targetNamespace", "")


@dataclass(frozen=True, slots=True)
class Folder:
    """The schema documents of one folder by name, and what could not be read."""

    path: Path
    files: dict[str, SchemaFile]
    problems: tuple[Problem, ...] = ()
    links: tuple[str, ...] = field(default=())


def read_folder(path: Path) -> Folder:
    """Read every .xsd file below a folder.

    Raises `SetRefused` when the path is no folder, holds no schema, or is larger than the bounds. A file that cannot
    be read as XML is a problem of the set; a symbolic link is listed and not followed.
    """
    if not path.is_dir():
        what = "a file; give the folder that holds the schema files" if path.exists() else "not there"
        if path.name.lower().endswith(_PACKED):
            what = "an archive; unpack it and give the folder" if path.exists() else what
        raise SetRefused(f"{path} is {what}")
    found, links = _listed(path)
    if not found:
        hint = ": the schema files in it are symbolic links, which are not followed" if links else ""
        raise SetRefused(f"{path} holds no .xsd file{hint}")
    files: dict[str, SchemaFile] = {}
    problems: list[Problem] = [Problem(name, None, "is a symbolic link and was not followed") for name in links]
    total = 0
    for name, size in found:
        total += size
        if size > MOST_OCTETS or total > MOST_IN_ALL:
            raise SetRefused(
                f"{path}: {name} has {size:,} octets; at most {MOST_OCTETS:,} a file "
                f"and {MOST_IN_ALL:,} in all are read"
            )
        read = _read(path, name)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            files[name] = read
    if not files:
        raise SetRefused(f"{path} holds no readable schema: {problems[0]}")
    return Folder(path, files, tuple(problems), tuple(links))


def _listed(path: Path) -> tuple[list[tuple[str, int]], list[str]]:
    """Return the regular .xsd files below a folder with their sizes, and the names of links."""
    found: list[tuple[str, int]] = []
    links: list[str] = []
    entries = 0
    waiting = [(path, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    entries += 1
                    if entries > MOST_ENTRIES:
                        raise SetRefused(f"{path} holds more than {MOST_ENTRIES:,} files; give the schema's own folder")
                    _sort_in(path, entry, depth, (found, links, waiting))
        except OSError as error:
            raise SetRefused(f"{folder} cannot be read: {error.strerror or error}") from None
    if len(found) > MOST_FILES:
        raise SetRefused(f"{path} holds {len(found):,} schema files; at most {MOST_FILES:,} are read")
    return sorted(found), sorted(links)


def _sort_in(
    path: Path,
    entry: "os.DirEntry[str]",
    depth: int,
    into: tuple[list[tuple[str, int]], list[str], list[tuple[Path, int]]],
) -> None:
    found, links, waiting = into
    name = Path(entry.path).relative_to(path).as_posix()
    if entry.is_symlink():
        if entry.name.lower().endswith(".xsd") or entry.is_dir():
            links.append(name)
    elif entry.is_dir(follow_symlinks=False):
        if depth + 1 < MOST_DEPTH and not entry.name.startswith("."):
            waiting.append((Path(entry.path), depth + 1))
    elif entry.name.lower().endswith(".xsd"):
        facts = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(facts.st_mode):
            found.append((name, facts.st_size))


def _read(path: Path, name: str) -> SchemaFile | Problem:
    if not name.isprintable():  # libxml2 takes names as text
        return Problem(
            os.fsencode(name).decode("utf-8", "backslashreplace"),
            None,
            "its name is no text in UTF-8, or has control characters; rename the file",
        )
    try:
        with (path / name).open("rb") as stream:
            data = stream.read(MOST_OCTETS + 1)
        root = parse(data, limits=LIMITS)
    except OSError as error:
        return Problem(name, None, f"cannot be read: {error.strerror or error}")
    except Unreadable as error:
        return Problem(name, error.line, error.what)
    if root.tag != f"{XSD}schema":
        return Problem(name, 1, "is not an XML Schema: its root is no xsd:schema")
    return SchemaFile(name, data, root)


@dataclass(frozen=True, slots=True)
class Reference:
    """An import, include or redefine: what it names and the file it comes to, None when none fits.

    `trouble` says what is wrong with the location as it stands, even where a file of the folder was found instead;
    `gone` tells an address (of the network) from a wrong path.
    """

    node: etree._Element
    kind: str
    target: SchemaFile | None
    trouble: str = ""


def references(folder: Folder, file: SchemaFile) -> Iterator[Reference]:
    """Yield what a schema document refers to, resolved inside the folder and nowhere else."""
    for node in file.root.iterchildren(*_REFERENCES):
        kind = node.tag.removeprefix(XSD)
        location = (node.get("schemaLocation") or "").strip()
        namespace = node.get("namespace", "") if kind == "import" else file.target
        yield Reference(node, kind, *_resolve(folder, file, location, namespace))


def _resolve(folder: Folder, file: SchemaFile, location: str, namespace: str) -> tuple[SchemaFile | None, str]:
    if not location:
        return _by_namespace(folder, namespace, ""), ""
    if _ADDRESS.match(location):
        found = _by_namespace(folder, namespace, posixpath.basename(location))
        return found, f"the location {_short(location)} is an address; nothing is fetched"
    if location.startswith("/") or "\\" in location:
        return _by_namespace(folder, namespace, posixpath.basename(location)), (
            f"the location {_short(location)} is not a path relative to the file"
        )
    name = posixpath.normpath(posixpath.join(posixpath.dirname(file.name), location))
    if name.startswith(".."):
        return None, f"the location {_short(location)} lies outside the folder; give the folder that holds both"
    if name in folder.files:
        return folder.files[name], ""
    return None, f"there is no readable file {_short(name)}"


def _by_namespace(folder: Folder, namespace: str, name: str) -> SchemaFile | None:
    fitting = [file for file in folder.files.values() if file.target == namespace]
    if len(fitting) > 1:
        fitting = [file for file in fitting if posixpath.basename(file.name) == name]
    return fitting[0] if len(fitting) == 1 else None


def _short(text: str) -> str:
    return repr(text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "...")
