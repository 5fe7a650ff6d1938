"""Certificates that officials of the exporting country send with a form (profile 8.13)."""

from dataclasses import dataclass

from reference_impl.importer.examiner import Examiner, Expected
from reference_impl.importer.inbox import Inbox, Kept
from reference_impl.node import Node, Uploaded

CHANNEL = "upload"


@dataclass
class UploadDesk:
    """Judges what comes with a form as what comes by the other accesses, and keeps it or puts it aside."""

    node: Node
    inbox: Inbox
    examiner: Examiner

    def take(self, country: str, document: bytes, signature: bytes | None) -> Uploaded:
        """Judge a document of an official of `country`, with its detached signature if any. It is on the disk then."""
        expected = Expected(country, signature=signature)
        decision = self.examiner.examine(document, expected, self.node.clock.now())
        with self.node.database.write() as connection:
            if not decision.good:
                self.inbox.put_aside(connection, country, decision, document, CHANNEL, decision.reason)
                return Uploaded(decision.number, accepted=False, reason=decision.reason)
            kept = self.inbox.keep(connection, country, decision, document, CHANNEL, "")
        if kept is Kept.CONFLICT:
            conflict = "the number is known with other content; the first is kept"
            return Uploaded(decision.number, accepted=False, reason=conflict)
        return Uploaded(decision.number, accepted=True)
