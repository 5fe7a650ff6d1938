"""Schema sets by name: those that come with the suite, those the user imported, and folders on disk."""

import json
from dataclasses import dataclass
from pathlib import Path

from conformance.checks.schema_sets import store
from conformance.data import data_path
from conformance.revision.compiling import file_of, try_out
from conformance.revision.files import SetRefused, read_folder
from conformance.revision.model import Problem
from conformance.revision.reader import SchemaSet


@dataclass(frozen=True, slots=True)
class Named:
    """A schema set under a name: its folder, its standing and what its manifest says it rests on (empty without)."""

    name: str
    folder: Path
    standing: str = ""
    rests_on: str = ""

    @property
    def shown(self) -> str:
        """The name for people; where a set is not the published one, that is said."""
        return f"{self.name} ({self.standing})" if self.standing in ("inferred", "imported") else self.name


def known_sets(imported: Path | None = None) -> dict[str, Named]:
    """Return the sets at hand by name; an imported one does not hide one that comes with the suite."""
    found: dict[str, Named] = {}
    for folder in (data_path("schemas", "uncefact"), imported or store()):
        for manifest in sorted(folder.glob("*/manifest.json")):
            try:
                facts = json.loads(manifest.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(facts, dict):
                name = manifest.parent.name
                found.setdefault(
                    name, Named(name, manifest.parent, str(facts.get("standing", "")), str(facts.get("rests_on", "")))
                )
    return found


def open_set(text: str, imported: Path | None = None) -> tuple[Named, SchemaSet]:
    """Return the set that a release name or the path of a folder means.

    Raises `SetRefused` when it is neither, or cannot be read.
    """
    known = known_sets(imported)
    named = known.get(text)
    if named is None:
        path = Path(text)
        if not path.exists():
            raise SetRefused(
                f"{text!r} is neither a folder nor a release; releases at hand: {', '.join(sorted(known))}"
            )
        named = Named(path.name or text, path)
    return named, SchemaSet(read_folder(named.folder))


def compile_problems(named: Named, schema: SchemaSet) -> tuple[Problem, ...]:
    """Return why libxml2 does not compile a set; sets with a manifest have been tried out before.

    A set that is too large for ourselves is not asked about.
    """
    if named.standing or schema.symbols.too_large:
        return ()
    folder = schema.symbols.folder
    files = {file.name for root in schema.roots if (file := file_of(folder, root)) is not None}
    return try_out(named.folder, sorted(files)) if files else ()
