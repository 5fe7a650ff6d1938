"""A schema set compiled by libxml2 inside its folder: imports come to files of the folder or to nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from lxml import etree

from conformance.revision.files import Folder, SchemaFile, references
from conformance.revision.model import Name, Problem

_SCHEME = "ecert-set:///"
_SECONDS = 10
_MEMORY = 3_000_000_000


class DoesNotCompile(Exception):
    """libxml2 does not accept a set; `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(str(problems[0]) if problems else "the set does not compile")
        self.problems = problems


class _Inside(etree.Resolver):
    """Serves the files of one folder, with their references settled, and nothing else."""

    def __init__(self, folder: Folder) -> None:
        super().__init__()
        self._folder = folder

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]
        """Return a file of the folder; whatever else is asked for is empty."""
        del public_id
        file = self._folder.files.get(system_url.removeprefix(_SCHEME)) if system_url.startswith(_SCHEME) else None
        text = settled(self._folder, file) if file is not None else b""
        return self.resolve_string(text, context, base_url=system_url)


def settled(folder: Folder, file: SchemaFile) -> bytes:
    """Return a schema document whose references name the files of the folder that they come to."""
    found = [(list(file.root).index(one.node), one.target) for one in references(folder, file)]
    root = deepcopy(file.root)
    for place, target in found:
        node = root[place]
        if target is not None:
            node.set("schemaLocation", f"{_SCHEME}{target.name}")
        elif "schemaLocation" in node.attrib:
            del node.attrib["schemaLocation"]
    return etree.tostring(root)


def compile_message(folder: Folder, file: SchemaFile) -> etree.XMLSchema:
    """Return the schema that begins at a file. Raises `DoesNotCompile`."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, huge_tree=False)
    parser.resolvers.add(_Inside(folder))
    root = etree.fromstring(settled(folder, file), parser, base_url=f"{_SCHEME}{file.name}")
    try:
        return etree.XMLSchema(root)
    except etree.XMLSchemaParseError as error:
        raise DoesNotCompile(tuple(_problems(error, file))) from None


def _problems(error: etree.XMLSchemaParseError, file: SchemaFile) -> Iterator[Problem]:
    entries = list(error.error_log)
    for entry in entries[:50]:
        name = str(entry.filename or "").removeprefix(_SCHEME) or file.name
        words = " ".join(str(entry.message).replace(_SCHEME, "").replace("{", "Q{").split())
        yield Problem(name, entry.line or None, words[:300])
    if not entries:
        yield Problem(file.name, None, " ".join(str(error).split())[:300])


def file_of(folder: Folder, root: Name) -> SchemaFile | None:
    """Return the file that declares a message root."""
    for file in folder.files.values():
        if file.target == root.namespace:
            for node in file.root.iterchildren("{http://www.w3.org/2001/XMLSchema}element"):
                if node.get("name") == root.local:
                    return file
    return None


def try_out(path: Path, files: list[str]) -> tuple[Problem, ...]:
    """Compile files of a folder in a process of its own, within bounds; return why they do not compile.

    A set that libxml2 would take minutes or gigabytes over is a problem like any other.
    """
    command = [sys.executable, "-m", "conformance.revision.trial", str(path), str(_MEMORY), str(_SECONDS), *files]
    try:
        done = subprocess.run(command, capture_output=True, timeout=3 * _SECONDS, check=False)
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return (Problem(files[0], None, f"libxml2 needs more than {_SECONDS} seconds to compile it"),)
    except ValueError:
        return (Problem(files[0], None, "cannot be compiled within the bounds of time and memory"),)
    return tuple(Problem(one["file"], one["line"], one["what"]) for one in found)
