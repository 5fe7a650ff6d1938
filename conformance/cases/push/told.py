"""What the importer says of a document it cannot use."""

from conformance.cases.helpers.broken import BROKEN, broken
from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import answer_to, kept, suppose_answer
from conformance.cases.helpers.judge import Judge
from conformance.checks.refusal_words import read_told, speaks_of
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mailbox import Mailbox
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape


@case(
    "DOC-051", roles=Role.IMPORTER, needs=["hook:lookup", "judge:signing", "judge:mail"], defects=["says-invalid-only"]
)
def test_answer_says_what_is_wrong_and_where(
    mail: MailPort, mailbox: Mailbox, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An answer 41 tells each finding with its area, level, field and text.

    "Not valid" sends the exporter to search a whole certificate while the goods wait. The field tells where to look,
    the level whether it must be mended.
    """
    exporter = Exporter(partner, tape)
    good = exporter.certificate()
    kept(hooks, good.number)  # tells the partner where the judge's mailbox is
    mail.send_certificate(good.document, good.number, signature=good.signature)
    suppose_answer(judge, mailbox, partner, good.number)
    for change in BROKEN:
        made = broken(exporter, change)
        mail.send_certificate(made.document, made.number, signature=made.signature)
        answer = answer_to(mailbox, partner, made.number, "")
        judge.precondition(
            answer is not None and answer[1].status == "41",
            f"The document in which {change.what} is not answered 41 (DOC-002).",
        )
        reasons = answer[1].reasons if answer else ()
        told = [one for one in map(read_told, reasons) if one is not None]
        judge.expect(
            speaks_of(told, change.field), expected=f"<area> SEVERE <field>: <text> about {change.field}",
            actual="; ".join(reasons) or "no reason",
            message=f"The answer does not say that {change.what}, in the agreed form.",
            where=Where(f"answer about {made.number}", path="ReasonInformation"),
        )  # fmt: skip
