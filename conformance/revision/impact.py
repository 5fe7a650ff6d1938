"""What a revision does to documents: which change their verdict, and which changes no document shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from conformance.parsing import Unreadable, parse
from conformance.revision.attribution import Attribution
from conformance.revision.change import Change, Effect
from conformance.revision.compiling import compile_message, file_of
from conformance.revision.diff import Located, Revision
from conformance.revision.model import Name
from conformance.revision.reader import SchemaSet
from conformance.revision.witness import Witness


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one document: whether it is valid before and after, and through which changes that differs.

    `touched` are the changes it has to do with, its verdict apart. `reason` says why it could not be read.
    """

    file: str
    before: bool
    after: bool
    changes: tuple[Change, ...]
    touched: tuple[Change, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A change no document had to do with: all its paths, and a document that shows it, None where none was found.

    `before` and `after` are the verdicts on that document.
    """

    change: Change
    paths: tuple[str, ...]
    document: bytes | None
    before: bool = False
    after: bool = False


class Judge:
    """Validates documents against one set by libxml2; a document of no message of the set is not valid."""

    def __init__(self, schema: SchemaSet) -> None:
        self._schema = schema
        # Compiled when first asked for, each message once. Raises DoesNotCompile.
        self._compiled = lru_cache(maxsize=None)(self._compile)

    def _compile(self, root: Name) -> etree.XMLSchema | None:
        folder = self._schema.symbols.folder
        file = file_of(folder, root) if root in self._schema.roots else None
        return compile_message(folder, file) if file is not None else None

    def compile_all(self) -> None:
        """Compile every message. Raises `DoesNotCompile`."""
        for root in self._schema.roots:
            self._compiled(root)

    def valid(self, root: etree._Element) -> bool:
        """Return whether a document is valid."""
        tag = root.tag
        uri, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        schema = self._compiled(Name(uri, local))
        return schema is not None and schema.validate(root)


class Impact:
    """Asks documents one by one, and remembers which changes they had to do with."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        self._old, self._new = Judge(revision.comparison.before), Judge(revision.comparison.after)
        self._old.compile_all()
        self._new.compile_all()
        self._attribution = Attribution(revision)
        self._touched: set[Change] = set()

    def fate(self, file: str, data: bytes) -> Fate:
        """Return what becomes of a document; what cannot be read is valid under neither set."""
        try:
            root = parse(data)
        except Unreadable as error:
            return Fate(file, before=False, after=False, changes=(), reason=str(error))
        before, after = self._old.valid(root), self._new.valid(root)
        touched = self._attribution.touched(root)
        self._touched.update(touched)
        changes = self._attribution.blamed(root, before=before, after=after)
        return Fate(file, before, after, tuple(changes), tuple(touched))

    def untouched(self) -> Iterator[Shown]:
        """Yield the changes no document has had to do with so far, each with a document that shows it.

        A change that shows at many paths is told once, unless some document met it at one of them.
        """
        groups: dict[tuple[object, ...], list[Located]] = {}
        for located in self.revision.located:
            change = located.change
            key = (change.kind, change.path.rpartition("/")[2], change.detail)
            groups.setdefault(key, []).append(located)
        witness = Witness(self.revision.comparison)
        for same in groups.values():
            if any(located.change in self._touched for located in same):
                continue
            yield self._shown(witness, same)

    def _shown(self, witness: Witness, same: list[Located]) -> Shown:
        located = same[0]
        paths = tuple(one.change.path for one in same)
        fallback: Shown | None = None
        for document in self._candidates(witness, located):
            root = parse(document)
            before, after = self._old.valid(root), self._new.valid(root)
            shown = Shown(located.change, paths, document, before, after)
            if before != after or (located.change.effect is Effect.NONE and before):
                return shown
            if fallback is None and (before or after):
                fallback = shown
        return fallback or Shown(located.change, paths, None)

    @staticmethod
    def _candidates(witness: Witness, located: Located) -> Iterator[bytes]:
        effect = located.change.effect
        if effect is not Effect.WIDENING:
            yield from witness.documents(located, old=True)
        if effect in (Effect.WIDENING, Effect.BOTH):
            yield from witness.documents(located, old=False)


def affected(fates: Iterable[Fate]) -> dict[Change, int]:
    """Return for each change the number of documents whose verdict changes through it."""
    found: dict[Change, int] = {}
    for fate in fates:
        for change in fate.changes:
            found[change] = found.get(change, 0) + 1
    return found
