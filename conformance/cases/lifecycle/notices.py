"""Notices of withdrawal and replacement at the importer: those that come early, and those that come late."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import expect_one_copy, expect_status, suppose_status
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

LOOK = ["access:push", "hook:lookup", "judge:signing"]


@case("LIFE-008", roles=Role.IMPORTER, needs=LOOK, defects=["forgets-early-withdrawal"])
def test_early_withdrawal_is_applied_later(
    mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A withdrawal that comes before its certificate is kept and applied when the certificate comes.

    Messages overtake each other. A certificate must not become good because its withdrawal was faster.
    """
    exporter = Exporter(partner, tape)
    good, withdrawn = exporter.certificate(), exporter.certificate()
    mail.send_certificate(good.document, good.number, signature=good.signature)
    suppose_status(judge, hooks, partner, good.number, "70")
    mail.send_notice(withdrawn.number, "40", tape.now())
    mail.send_certificate(withdrawn.document, withdrawn.number, signature=withdrawn.signature)
    expect_one_copy(judge, hooks, partner, withdrawn.number, withdrawn.sha256)
    expect_status(judge, hooks, partner, withdrawn.number, "40")


@case("LIFE-009", roles=Role.IMPORTER, needs=LOOK, defects=["older-undoes-newer"])
def test_older_notice_changes_nothing(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A notice of an older change that comes later does not undo a newer state.

    The time of the change counts, not the time of arrival.
    """
    exporter = Exporter(partner, tape)
    made, next_one = exporter.certificate(), exporter.certificate()
    now = tape.now()
    for one in (made, next_one):
        mail.send_certificate(one.document, one.number, signature=one.signature)
        suppose_status(judge, hooks, partner, one.number, "70")
    mail.send_notice(made.number, "40", now)
    suppose_status(judge, hooks, partner, made.number, "40")
    mail.send_notice(made.number, "44", now - timedelta(seconds=30), replaced_by=f"{made.number}-R")
    # When the notice sent after it has been dealt with, the older one has been too.
    mail.send_notice(next_one.number, "40", now)
    suppose_status(judge, hooks, partner, next_one.number, "40")
    expect_status(judge, hooks, partner, made.number, "40")
