"""A corpus: generated documents with a manifest that says of each what a receiver must do with it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

from conformance.checks.schema_sets import compiled
from conformance.parsing import parse
from conformance.vectors.breach_work import Breach
from conformance.vectors.breaches import Breaches
from conformance.vectors.generator import Recipe, generated

_FOLDER = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a corpus, as its manifest tells it (schemas/json/fixtures-1.json). Empty fields are left out."""

    file: str
    verdict: str
    what: str
    sha256: str
    twin: str = ""
    requirement: str = ""
    layer: str = ""
    kind: str = ""
    subject: str = ""
    path: str = ""
    deviation: str = ""

    def as_object(self) -> dict[str, Any]:
        """Return the entry as the manifest writes it."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in given if value}


class Refused(Exception):
    """A generated document that its own schema refuses: a fault of the generator, never handed out."""


def valid_documents(recipe: Recipe, first: int, count: int) -> Iterator[tuple[Entry, bytes]]:
    """Yield generated documents that a receiver must accept; each is validated before it is given.

    Raises `Refused` when one is not valid, and `ValueError` when the schema cannot be generated from.
    """
    schema = compiled(recipe.file)
    digits = max(6, len(str(first + count)))
    for number in range(first, first + count):
        data = generated(recipe, number)
        if not schema.validate(parse(data)):
            raise Refused(f"document {number} of seed {recipe.seed} is not valid against {recipe.file.name}")
        folder = f"{(number - first) // _FOLDER:04d}/" if count > 2 * _FOLDER else ""
        what = f"generated, seed {recipe.seed}, number {number}"
        name = f"{folder}accepted-{number:0{digits}d}.xml"
        yield Entry(name, "pass", what, sha256(data).hexdigest()), data


def mutated_documents(found: Breaches) -> Iterator[tuple[Entry, bytes]]:
    """Yield every single mutation of a message, each after the twin that must be accepted."""
    twins: dict[bytes, str] = {}
    for number, breach in enumerate(found.breaches, 1):
        if breach.twin not in twins:
            twins[breach.twin] = f"accepted-{len(twins) + 1:04d}.xml"
            yield Entry(twins[breach.twin], "pass", "the twin of mutations", _digest(breach.twin)), breach.twin
        yield _mutated(number, breach, twins[breach.twin]), breach.document


def _mutated(number: int, breach: Breach, twin: str) -> Entry:
    return Entry(
        f"refused-{number:04d}-{breach.kind.replace(' ', '-')}.xml", "fail", breach.what, _digest(breach.document),
        twin=twin, requirement=breach.requirement, layer="schema", kind=breach.kind, subject=breach.subject,
        path=breach.path, deviation=breach.deviation,
    )  # fmt: skip


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
