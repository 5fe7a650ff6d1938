"""The schema sets at hand: found by the namespace of the root, compiled once, kept."""

import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from conformance.data import data_path

if TYPE_CHECKING:
    import xmlschema

VARIABLE = "ECERT_SCHEMAS"


@dataclass(frozen=True, slots=True)
class Release:
    """A release as its root namespace tells it.

    `name` is the directory ("17A"), `message` the local name of the root, `file` the schema of that message when the
    set is at hand, else None. `standing` says what the set rests on: official, confirmed, inferred, or imported.
    """

    name: str
    message: str
    namespace: str
    file: Path | None
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed schema under an unchanged namespace: its `title` for people, and what it `adds` to the message."""

    release: Release
    variant_of: str
    title: str
    adds: str


def store() -> Path:
    """Return the folder imported sets lie in: $ECERT_SCHEMAS, else the user's data folder."""
    own = os.environ.get(VARIABLE)
    if own:
        return Path(own)
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "ecert" / "schemas"


def _manifests(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the folder and manifest of each set; a folder whose manifest cannot be read is no set."""
    for path in sorted(folder.glob("*/manifest.json")):
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(facts, dict) and isinstance(facts.get("roots"), dict):
            yield path.parent, facts


def _described(folder: Path, facts: dict[str, Any], standing: str) -> Iterator[Release]:
    """Yield a release for each message root of a set."""
    for namespace, file in facts["roots"].items():
        message = str(file).rpartition("/")[2].partition("_")[0].removesuffix(".xsd")
        message = str(facts.get("messages", {}).get(namespace, message))
        yield Release(folder.name, message, namespace, folder / file, standing)


@lru_cache(maxsize=1)
def releases() -> dict[str, Release]:
    """Return every published message release by namespace URI."""
    folder = data_path("schemas", "uncefact")
    known: dict[str, Release] = {}
    for path, facts in _manifests(folder):
        if "variant_of" not in facts:
            known |= {release.namespace: release for release in _described(path, facts, str(facts.get("standing", "")))}
    return known


@lru_cache(maxsize=1)
def variants() -> tuple[Variant, ...]:
    """Return the variants that come with the suite."""
    return tuple(
        Variant(release, facts["variant_of"], facts["title"], facts["adds"])
        for path, facts in _manifests(data_path("schemas", "uncefact"))
        if "variant_of" in facts
        for release in _described(path, facts, str(facts.get("standing", "")))
    )


def imported(folder: Path | None = None) -> dict[str, tuple[Release, ...]]:
    """Return the sets the user imported, by name, each with a release for every message root."""
    where = folder or store()
    return {path.name: tuple(_described(path, facts, "imported")) for path, facts in _manifests(where)}


@lru_cache(maxsize=16)
def variants_of(release: Release) -> tuple[Variant, ...]:
    """Return the sets at hand that change a release under its own namespace: our own and imported ones."""
    ours = [one for one in variants() if one.release.namespace == release.namespace]
    others = [
        Variant(one, release.name, f"the imported schema set {name!r}", "as imported")
        for name, found in imported().items()
        for one in found
        if (one.namespace, one.message) == (release.namespace, release.message)
    ]
    return (*ours, *others)


def _sets() -> dict[str, list[Release]]:
    """Return every set at hand by name; an imported one does not hide one that comes with the suite."""
    sets: dict[str, list[Release]] = {}
    for release in (*releases().values(), *(variant.release for variant in variants())):
        sets.setdefault(release.name, []).append(release)
    for own, found in imported().items():
        sets.setdefault(own, list(found))
    return sets


def set_names() -> frozenset[str]:
    """Return the names of the schema sets at hand."""
    return frozenset(_sets())


def standing_name(name: str | None) -> str:
    """Return a release's name for people: where its set is not the published one, that is said."""
    found = _sets().get(name or "", [])
    standing = found[0].standing if found else ""
    return f"{name or 'unknown'}, {standing}" if standing in ("inferred", "imported") else name or "unknown"


def chosen(name: str, root: etree._Element) -> Release:
    """Return the release of a set asked for by name that fits a document's root; without a file when none does.

    Raises `LookupError`, which names the sets at hand, when there is no set of that name.
    """
    uri = root.tag[1 : root.tag.index("}")] if root.tag.startswith("{") else ""
    local = root.tag.rpartition("}")[2]
    sets = _sets()
    if name not in sets:
        raise LookupError(f"there is no release {name!r}; at hand: {', '.join(sorted(sets))}")
    none = Release(name, local, uri, None)
    return next((one for one in sets[name] if (one.namespace, one.message) == (uri, local)), none)


def release_of(root: etree._Element) -> Release | None:
    """Return the release a document says it is of, by its root's namespace and nothing else.

    Hints in the document (xsi:schemaLocation) are not looked at. None when the namespace is not a known one.
    """
    tag = root.tag
    return releases().get(tag[1 : tag.index("}")]) if tag.startswith("{") else None


@lru_cache(maxsize=32)
def compiled(file: Path) -> etree.XMLSchema:
    """Return the schema compiled by libxml2, which gives the verdict.

    Raises `lxml.etree.XMLSchemaParseError` when the set does not compile.
    """
    return etree.XMLSchema(etree.parse(str(file)))


@lru_cache(maxsize=8)
def described(file: Path) -> "xmlschema.XMLSchema10":
    """Return the schema as xmlschema reads it: the component model that explains failures."""
    import xmlschema  # noqa: PLC0415 - slow to load, needed for faults and generators only

    return xmlschema.XMLSchema10(str(file), allow="local", use_fallback=False)


@lru_cache(maxsize=16)
def entity_namespaces(release: Release) -> tuple[str, str]:
    """Return the namespaces of the entities and of the unqualified data types of a release."""
    facts = tomllib.loads(data_path("schemas", "uncefact", "releases.toml").read_text(encoding="utf-8"))
    for own in facts.values():
        if release.namespace in (own.get("certificate"), own.get("acknowledgement")):
            return own["entity"], own["unqualified_data_type"]
    return "", ""
