"""Clearance at the border beside the state of the document: neither may get in the other's way."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import kept, suppose_status
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.smtp import MailPort
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import acknowledgement


@case("LIFE-007", roles=Role.IMPORTER, needs=["access:push", "hook:lookup", "hook:clear", "judge:signing"],
      defects=["clears-withdrawn"])  # fmt: skip
def test_withdrawn_is_not_cleared(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """Goods are not let in on a certificate the importer knows to be withdrawn.

    The authority withdraws a certificate when it no longer stands by it: the goods are not what they should be.
    """
    exporter = Exporter(partner, tape)
    good, withdrawn = exporter.certificate(), exporter.certificate()
    for made in (good, withdrawn):
        mail.send_certificate(made.document, made.number, signature=made.signature)
        suppose_status(judge, hooks, partner, made.number, "70")
    mail.send_notice(withdrawn.number, "40", tape.now())
    suppose_status(judge, hooks, partner, withdrawn.number, "40")
    hooks.call("clear", number=good.number, decision="accepted", reason="")
    cleared = kept(hooks, good.number).clearance
    judge.precondition(cleared == "accepted", f"The twin, in force, is not cleared either: {cleared or 'no decision'}.")
    hooks.attempt("clear", number=withdrawn.number, decision="accepted", reason="")
    found = kept(hooks, withdrawn.number).clearance
    judge.expect(
        found != "accepted",
        expected="the decision is refused",
        actual=f"clearance: {found}",
        message="Goods are accepted on a withdrawn certificate.",
        where=Where(f"certificate {withdrawn.number} at the importer"),
    )


@case("LIFE-010", roles=Role.EXPORTER, needs=["hook:withdraw"],
      defects=["cleared-is-final", "withdrawal-without-its-time"])  # fmt: skip
def test_withdrawal_after_clearance(pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge, tape: Tape,
                                    partner: Partner) -> None:  # fmt: skip
    """A certificate can be withdrawn after the importer has accepted the goods, and its history tells when.

    What is found out too late must still be told: the goods can be traced, and the next consignment looked at.
    """
    number = stock.issued().number
    now = tape.now().replace(microsecond=0)
    pull.submit_acknowledgement(acknowledgement([number], status="39", issued=now))
    skew = timedelta(seconds=partner.limits.clock_skew_seconds)
    begin = tape.now()
    refused = hooks.attempt("withdraw", number=number, reason="Conformance test: pests found after arrival") is None
    status = pull.status(number)
    where = Where(f"certificate {number}")
    told = "the withdrawal is refused" if refused else f"state {status.status_code}"
    if not judge.expect(
        status.status_code == "40", expected="40, withdrawn", actual=told,
        message="A certificate cannot be withdrawn once the goods are cleared.", where=where,
    ):  # fmt: skip
        return
    times = [one.at for one in status.history if one.status_code == "40"]
    equal(judge, 1, len(times), "The history does not tell the withdrawal once.", where)
    judge.expect(
        all(begin - skew <= at <= tape.now() + skew for at in times),
        expected=f"a time from {begin:%H:%M:%S} to {tape.now():%H:%M:%S} UTC, clocks {skew.seconds} s apart at most",
        actual=", ".join(at.isoformat() for at in times) or "none",
        message="The history does not tell when the certificate was withdrawn.",
        where=where,
    )
