"""Taking in the schema set of others: read, tried out, and laid into the store under a name."""

import json
import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from lxml import etree

from conformance.checks.schema_sets import store
from conformance.data import data_path
from conformance.parsing import parse
from conformance.revision.compiling import file_of, try_out
from conformance.revision.files import XSD, Folder, SchemaFile, SetRefused, read_folder, references
from conformance.revision.model import Name, Problem
from conformance.revision.reader import SchemaSet
from conformance.revision.sets import known_sets

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """An imported set: its name, its folder in the store, the message roots, how many files, and remarks."""

    name: str
    folder: Path
    roots: tuple[Name, ...]
    files: int
    remarks: tuple[str, ...]


def take_in(path: Path, name: str, *, into: Path | None = None, again: bool = False) -> Taken:
    """Take a schema set from a folder into the store. `again` replaces an imported set of the same name.

    Raises `SetRefused`, in one message, when the name is taken or odd, or the set is not sound: links, locations
    outside the folder, addresses nothing in the folder answers for, files that cannot be read, or that do not compile.
    """
    home = into or store()
    _usable(name, home, again=again)
    folder = _completed(read_folder(path))
    if folder.links:
        raise SetRefused(f"{path}: {folder.links[0]} is a symbolic link; copy the file itself into the folder")
    schema = SchemaSet(folder)
    schema.read_all()
    used = _reached(folder, schema.symbols.entries)
    wrong = [one for one in schema.symbols.problems if not _harmless(one, folder, used)]
    if wrong:
        raise SetRefused(_told(path, "is not sound", wrong))
    roots = {root: file for root in schema.roots if (file := file_of(folder, root)) is not None}
    if not roots:
        raise SetRefused(f"{path} declares no element a document could begin with")
    temporary = _laid(folder, used, roots, name, home)
    try:
        _try(path, temporary)
        target = home / name
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    remarks = tuple(str(one) for one in schema.symbols.problems)
    return Taken(name, home / name, tuple(roots), len(used), remarks)


def _try(path: Path, temporary: Path) -> None:
    """Raise `SetRefused` when the stored set does not compile."""
    manifest = json.loads((temporary / "manifest.json").read_text(encoding="utf-8"))
    problems = try_out(temporary, sorted(set(manifest["roots"].values())))
    if problems:
        original = {stored: own for own, stored in manifest["stored"].items()}
        shown = [replace(one, file=original.get(one.file, one.file)) for one in problems]
        raise SetRefused(_told(path, "does not compile", shown))


def _usable(name: str, home: Path, *, again: bool) -> None:
    if not _NAME.fullmatch(name):
        raise SetRefused(f"{name[:80]!r} is no usable name: letters, digits, dots, hyphens and underscores, at most 64")
    known = known_sets(home).get(name)
    if known is not None and (known.standing != "imported" or not again):
        hint = "use --replace to put this one in its place" if known.standing == "imported" else "choose another name"
        raise SetRefused(f"there is a schema set {name} already; {hint}")
    if (home / name).exists() and known is None:
        raise SetRefused(f"{home / name} exists and is no schema set; choose another name")


def _completed(folder: Folder) -> Folder:
    """Return a folder with our own declarations of XML signatures, where it refers to them and has none to read."""
    wanted = any(
        node.get("namespace") == _SIGNATURES
        for file in folder.files.values()
        for node in file.root.iterchildren(f"{XSD}import")
    )
    if not wanted or any(file.target == _SIGNATURES for file in folder.files.values()):
        return folder
    data = data_path("schemas", "uncefact", "xmldsig.xsd").read_bytes()
    own = SchemaFile("xmldsig.xsd", data, parse(data))
    names = {
        (node.get("schemaLocation") or "").rpartition("/")[2]
        for file in folder.files.values()
        for node in file.root.iterchildren(f"{XSD}import")
        if node.get("namespace") == _SIGNATURES
    }
    problems = tuple(one for one in folder.problems if one.file.rpartition("/")[2] not in names)
    files = {**folder.files, own.name: own} | {name: replace(own, name=name) for name in names if name}
    return replace(folder, files=files, problems=problems)


def _harmless(problem: Problem, folder: Folder, used: dict[str, SchemaFile]) -> bool:
    """Return whether a problem is settled: a location that came to a file of the folder, or a file nothing uses."""
    unread = {one.file for one in folder.problems}
    return "is used in its place" in problem.what or (problem.file in unread and problem.file not in used)


def _reached(folder: Folder, entries: list[SchemaFile]) -> dict[str, SchemaFile]:
    found: dict[str, SchemaFile] = {}
    waiting = list(entries)
    while waiting:
        file = waiting.pop()
        if file.name not in found:
            found[file.name] = file
            waiting += [one.target for one in references(folder, file) if one.target is not None]
    return found


def _laid(folder: Folder, used: dict[str, SchemaFile], roots: dict[Name, SchemaFile], name: str, home: Path) -> Path:
    """Write the files a set uses, side by side under plain names, and the manifest; return their folder."""
    stored = {own: _plain(place, own) for place, own in enumerate(sorted(used), 1)}
    try:
        home.mkdir(parents=True, exist_ok=True)
        temporary = Path(mkdtemp(prefix=".import-", dir=home))
        temporary.chmod(0o755)
        for own, file in used.items():
            (temporary / stored[own]).write_bytes(_relocated(folder, file, stored))
        manifest = {
            "release": name,
            "roots": {root.namespace: stored[file.name] for root, file in roots.items()},
            "messages": {root.namespace: root.local for root in roots},
            "standing": "imported",
            "rests_on": f"imported from {folder.path} on {datetime.now(UTC):%Y-%m-%d}",
            "files": {own: sha256(file.data).hexdigest() for own, file in sorted(used.items())},
            "stored": stored,
        }
        (temporary / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise SetRefused(f"{home} cannot be written: {error.strerror or error}") from None
    return temporary


def _plain(place: int, name: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name.rpartition("/")[2])[-80:]
    return f"{place:03d}-{safe}"


def _relocated(folder: Folder, file: SchemaFile, stored: dict[str, str]) -> bytes:
    """Return a schema document whose references name the stored files."""
    root = parse(file.data)
    nodes = root.iterchildren(f"{XSD}import", f"{XSD}include", f"{XSD}redefine")
    for node, reference in zip(nodes, references(folder, file), strict=True):
        if reference.target is not None:
            node.set("schemaLocation", stored[reference.target.name])
        elif "schemaLocation" in node.attrib:
            del node.attrib["schemaLocation"]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _told(path: Path, what: str, problems: list[Problem]) -> str:
    more = f" (and {len(problems) - _SHOWN} more)" if len(problems) > _SHOWN else ""
    return f"{path} {what}: " + "; ".join(str(one) for one in problems[:_SHOWN]) + more
