"""What mutations are made with: valid documents that hold the place to break, and copies of them to change."""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.vectors.chooser import SeededChooser
from conformance.vectors.content import local
from conformance.vectors.grammar import Declared, Grammar, Kind
from conformance.vectors.plausible import Plausible
from conformance.vectors.walker import EXTENSION, Item, Walker
from conformance.vectors.write import octets_of, path_of


@dataclass(frozen=True, slots=True)
class Breach:
    """One mutation: `kind` of change, the `subject` of the schema that is broken, the path of the place in the
    document, the requirement, what was done; `document` is the mutated one, `twin` the valid one it was made from.

    `deviation` names the test of the row in docs/known-deviations.md that explains why only one of the two schema
    libraries refuses it.
    """

    kind: str
    subject: str
    path: str
    requirement: str
    what: str
    document: bytes
    twin: bytes
    deviation: str = ""


@dataclass(frozen=True, slots=True)
class Unbreakable:
    """Something of the schema that no single change of this kind makes invalid, and why."""

    kind: str
    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Place:
    """A type and the way to an element of it."""

    way: tuple[Declared, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Base:
    """A valid document, and in it the element at the end of the way."""

    root: Item
    target: Item

    def copied(self, *wanted: Item) -> tuple[Item, Item]:
        """Return a copy of the whole document and of one element in it (the target when none is named)."""
        memory: dict[int, Item] = {}
        root = _copy(self.root, memory)
        return root, memory[id(wanted[0] if wanted else self.target)]


def _copy(item: Item, memory: dict[int, Item]) -> Item:
    made = Item(item.declared, dict(item.attributes), item.text, [_copy(child, memory) for child in item.children])
    memory[id(item)] = made
    return made


def clone(item: Item) -> Item:
    """Return a copy of an element with everything in it."""
    return _copy(item, {})


class Workshop:
    """Makes and keeps the valid documents of one grammar, and mutations of them."""

    def __init__(self, grammar: Grammar, seed: int) -> None:
        self.grammar = grammar
        self._seed = seed
        self._bases: dict[tuple[int, ...], Base] = {}
        self._octets: dict[int, bytes] = {}

    def base(self, way: tuple[Declared, ...]) -> Base:
        """Return a small valid document in which the last element of the way has all its particles."""
        key = tuple(id(step) for step in way)
        if key not in self._bases:
            chooser = SeededChooser(self._seed)
            walker = Walker(self.grammar, chooser, Plausible(chooser, richness=0))
            root = walker.element(self.grammar.root, None, 0, way, full=True)
            target = root
            for step in way:
                target = next(child for child in target.children if child.declared is step)
            self._bases[key] = Base(root, target)
        return self._bases[key]

    def misnamed(self, declared: Declared) -> Iterator[tuple[str, str, str]]:
        """Yield kind of change, new name and words for an element under a wrong name and in a wrong namespace."""
        uri = declared.name[1:].rpartition("}")[0] if declared.name.startswith("{") else ""
        own = local(declared.name)
        other = f"{{{uri}}}{own}X" if uri else f"{own}X"
        yield "name", other, f"{own} misspelt as {own}X"
        yield "namespace", f"{{{EXTENSION}}}{own}", f"{own} in the namespace {EXTENSION}"

    def breach(
        self,
        kind: str,
        subject: str,
        requirement: str,
        what: str,
        base: Base,
        changed: Item,
        place: Item,
        deviation: str = "",
    ) -> Breach:
        """Return a mutation written out; `place` is an element of the changed document."""
        twin = self._octets.setdefault(id(base.root), octets_of(base.root, self.grammar))
        path = path_of(changed, place, self.grammar)
        return Breach(kind, subject, path, requirement, what, octets_of(changed, self.grammar), twin, deviation)
