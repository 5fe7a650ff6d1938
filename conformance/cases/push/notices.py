"""Notices of withdrawal and replacement: who may send them."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import expect_status, suppose_status
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

LOOK = ["hook:lookup", "judge:signing"]


@case("SEC-015", roles=Role.IMPORTER, needs=[*LOOK, "account:push-other"], defects=["notice-from-anyone"])
def test_notice_from_another_country_is_refused(
    mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A notice sent from another country's account is refused and changes nothing.

    Whoever may withdraw another country's certificates can stop its trade.
    """
    made = Exporter(partner, tape).certificate()
    mail.send_certificate(made.document, made.number, signature=made.signature)
    suppose_status(judge, hooks, partner, made.number, "70")
    with mail.refused(550, 554):
        mail.send_notice(made.number, "40", tape.now(), account="other", claims=mail.account().country)
    expect_status(judge, hooks, partner, made.number, "70")
    mail.send_notice(made.number, "40", tape.now())
    expect_status(judge, hooks, partner, made.number, "40")
