"""Pushed certificates whose signature is a part of its own."""

from conformance.cases.helpers.agreed import examine_agreed
from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.mime import SIGNATURE_TYPE, check_signature_part
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mailbox import Mailbox
from conformance.ports.tape import Tape


@case(
    "SIG-026", roles=Role.EXPORTER, needs=["signature:detached", "judge:mail", "hook:push_now"],
    defects=["pushes-without-signature"],
)  # fmt: skip
def test_signature_travels_with_the_document(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A pushed certificate has its detached signature with it, in a part of its own, and it verifies.

    A message is forwarded and filed as one piece. A signature that must be fetched elsewhere is missing when it counts.
    """
    number = stock.issued().number
    hooks.call("push_now", number=number)
    mail = mailbox.wait_for(number, "certificate", seconds=partner.limits.delivery_seconds).mail
    missing = check_signature_part(mail)
    judge.report(missing)
    document = mail.xml
    judge.precondition(document is not None, "The message has no XML part that can be read.")
    if missing or document is None:
        return
    signature = next(part.octets for part in mail.parts if part.media_type == SIGNATURE_TYPE)
    for one in examine_agreed(partner, document, signature, at=tape.now()).findings:
        judge.expect(
            one.requirement != "SIG-001",
            expected="a signature of the octets in the message",
            actual=f"{one.message} {one.actual}",
            message="The signature in the message is not of its document.",
            where=Where("mail message", path=SIGNATURE_TYPE),
        )
