"""The schema sets at hand: found by the namespace of the root, compiled once, kept."""

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import xmlschema
from lxml import etree

from conformance.data import data_path


@dataclass(frozen=True, slots=True)
class Release:
    """A release as its root namespace tells it.

    `name` is the directory ("17A"), `message` the local name of the root, `file` the schema of that message when the
    set is at hand, else None.
    """

    name: str
    message: str
    namespace: str
    file: Path | None


@lru_cache(maxsize=1)
def releases() -> dict[str, Release]:
    """Return every known message release by namespace URI."""
    folder = data_path("schemas", "uncefact")
    known = {
        facts[key]: Release(name, message, facts[key], None)
        for name, facts in tomllib.loads((folder / "releases.toml").read_text(encoding="utf-8")).items()
        for key, message in (("certificate", "SPSCertificate"), ("acknowledgement", "SPSAcknowledgement"))
    }
    for manifest in sorted(folder.glob("*/manifest.json")):
        described = json.loads(manifest.read_text(encoding="utf-8"))
        for namespace, file in described["roots"].items():
            message = namespace.rsplit(":", 2)[-2]
            known[namespace] = Release(described["release"], message, namespace, manifest.parent / file)
    return known


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
def described(file: Path) -> xmlschema.XMLSchema10:
    """Return the schema as xmlschema reads it: the component model that explains failures."""
    return xmlschema.XMLSchema10(str(file), allow="local", use_fallback=False)


@lru_cache(maxsize=16)
def entity_namespaces(release: Release) -> tuple[str, str]:
    """Return the namespaces of the entities and of the unqualified data types of a release."""
    facts = tomllib.loads(data_path("schemas", "uncefact", "releases.toml").read_text(encoding="utf-8"))
    own = facts.get(release.name, {})
    return own.get("entity", ""), own.get("unqualified_data_type", "")
