"""A corpus: generated documents with a manifest that says of each what a receiver must do with it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any

from conformance.checks.rules.profile import DEFAULT
from conformance.checks.schema_sets import compiled
from conformance.parsing import parse
from conformance.vectors.breach_work import Breach, Unbreakable
from conformance.vectors.breaches import Breaches, all_breaches
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.grammar import grammar_of
from conformance.vectors.rule_breaches import RuleBreach, RuleBreaches, rule_breaches

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
    rule: str = ""
    level: str = ""
    profile: str = ""
    languages: tuple[str, ...] = ()
    with_languages: str = ""
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


@dataclass(frozen=True, slots=True)
class Mutations:
    """Everything that was broken: of the schema, and of the rules of a document profile."""

    of_schema: Breaches
    of_rules: RuleBreaches
    profile: str

    @property
    def unbreakable(self) -> tuple[Unbreakable, ...]:
        """What no single change breaks, with the reason."""
        return (*self.of_schema.unbreakable, *self.of_rules.unbreakable)

    def __len__(self) -> int:
        """How many mutations there are."""
        return len(self.of_schema.breaches) + len(self.of_rules.breaches)


def all_mutations(recipe: Recipe) -> Mutations:
    """Return every single mutation of the message of a recipe and of the rules of its profile, or of the exchange's."""
    profile = recipe.profile or DEFAULT
    schema = all_breaches(grammar_of(recipe.file, recipe.root), recipe.seed)
    return Mutations(schema, rule_breaches(replace(recipe, profile=profile)), profile)


def mutated_documents(found: Mutations) -> Iterator[tuple[Entry, bytes]]:
    """Yield every single mutation of a message, each after the twin that must be accepted."""
    twins: dict[bytes, str] = {}
    number = 0

    def twin_of(data: bytes) -> Iterator[tuple[Entry, bytes]]:
        if data not in twins:
            twins[data] = f"accepted-{len(twins) + 1:04d}.xml"
            yield Entry(twins[data], "pass", "the twin of mutations", _digest(data)), data

    for breach in found.of_schema.breaches:
        number += 1
        yield from twin_of(breach.twin)
        yield _mutated(number, breach, twins[breach.twin]), breach.document
    for broken in found.of_rules.breaches:
        number += 1
        yield from twin_of(broken.twin)
        yield _of_rule(number, broken, twins[broken.twin], found.profile), broken.document


def _mutated(number: int, breach: Breach, twin: str) -> Entry:
    return Entry(
        f"refused-{number:04d}-{breach.kind.replace(' ', '-')}.xml", "fail", breach.what, _digest(breach.document),
        twin=twin, requirement=breach.requirement, layer="schema", kind=breach.kind, subject=breach.subject,
        path=breach.path, deviation=breach.deviation,
    )  # fmt: skip


def _of_rule(number: int, breach: RuleBreach, twin: str, profile: str) -> Entry:
    """Return the entry of a broken rule; a document that breaks advice only is accepted, with a remark."""
    binding = breach.level.binding
    name = breach.rule.lower().replace(".", "-")
    return Entry(
        f"{'refused' if binding else 'advised'}-{number:04d}-{name}.xml",
        "fail" if binding and not breach.languages else "pass", breach.what, _digest(breach.document), twin=twin,
        requirement=breach.requirement, layer="rules", rule=breach.rule, level=breach.level.value,
        profile=profile, languages=breach.languages,
        with_languages="fail" if binding and breach.languages else "", kind="rule", subject=breach.rule,
        path=breach.path,
    )  # fmt: skip


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
