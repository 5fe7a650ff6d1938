"""Trying a revision of 17A out: the comparison on one hand, documents and libxml2 on the other."""

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from conformance.revision.change import Change, Difference
from conformance.revision.diff import Revision, revise
from conformance.revision.files import read_folder
from conformance.revision.impact import Judge
from conformance.revision.reader import SchemaSet
from conformance.revision.witness import Witness


@dataclass(frozen=True)
class Proof:
    """What documents show of one change: whether one was found that only the old, or only the new set accepts."""

    change: Change
    lost: bool
    won: bool


class Sides:
    """The old set, and revisions of it."""

    def __init__(self, old: Path) -> None:
        self.folder = old
        self._old = Judge(self.read(old))

    @staticmethod
    def read(folder: Path) -> SchemaSet:
        return SchemaSet(read_folder(folder))

    def revise(self, new: Path) -> Revision:
        return revise(self.read(self.folder), self.read(new))

    def difference(self, new: Path) -> Difference:
        return self.revise(new).difference

    def proofs(self, revision: Revision, most: int) -> list[Proof]:
        """Look for documents that show the first changes of a revision. Raises `DoesNotCompile`."""
        new = Judge(revision.comparison.after)
        new.compile_all()
        witness = Witness(revision.comparison)

        def differ(document: bytes, yes: Judge, no: Judge) -> bool:
            root = etree.fromstring(document)
            return yes.valid(root) and not no.valid(root)

        return [
            Proof(
                located.change,
                any(differ(one, self._old, new) for one in witness.documents(located, old=True)),
                any(differ(one, new, self._old) for one in witness.documents(located, old=False)),
            )
            for located in revision.located[:most]
        ]
