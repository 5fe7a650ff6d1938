"""What the importer's client says of a document it cannot use."""

from conformance.cases.helpers.broken import BROKEN, broken
from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.checks.refusal_words import read_told, speaks_of
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape


@case("DOC-051.pull", roles=Role.IMPORTER, needs=["judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"],
      defects=["says-invalid-only"])  # fmt: skip
def test_receipt_says_what_is_wrong_and_where(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """The receipt of a document that cannot be used tells each finding with its area, level, field and text.

    The exporter's officer reads this text and nothing else; he has to find the mistake by it.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    good = importing.offer(importing.exporter.certificate())
    offered = [(change, importing.offer(broken(importing.exporter, change))) for change in BROKEN]
    importing.pull()
    importing.suppose_taken(good)
    for change, made in offered:
        receipt = importing.receipt(made.number)
        lines = receipt.field("Text").splitlines() if receipt else []
        judge.precondition(
            receipt is not None and receipt.field("Receipt").strip() != "Received",
            f"The document in which {change.what} is not refused (DOC-002).",
        )
        message = receipt.message.digest if receipt else ""
        told = [one for one in map(read_told, lines) if one is not None]
        judge.expect(
            speaks_of(told, change.field), expected=f"<area> SEVERE <field>: <text> about {change.field}",
            actual="; ".join(lines) or "no text",
            message=f"The receipt does not say that {change.what}, in the agreed form.",
            where=Where(f"acknowledgement of {made.number}", path="Text", message=message),
        )  # fmt: skip
