"""Acknowledging receipt, and the importer's decision."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.refusals import UNKNOWN
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import acknowledgement


@case("PULL-009", roles=Role.EXPORTER, defects=["second-acknowledgement-fails"])
def test_acknowledgement_can_be_repeated(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The same acknowledgement sent again has the same answer, with the time of the first.

    An answer can be lost on the way; the importer then has no other way than to ask again.
    """
    number = stock.issued().number
    first = pull.acknowledge(number)
    for _ in range(2):
        again = pull.acknowledge(number)
        judge.expect(
            again == first,
            expected=f"{first.delivery_state} at {first.at.isoformat()}",
            actual=f"{again.delivery_state} at {again.at.isoformat()}",
            message="A repeated acknowledgement has another answer.",
        )


@case("PULL-010", roles=Role.EXPORTER, defects=["acknowledges-anything"])
def test_foreign_acknowledgement_is_refused(pull: PullPort, stock: Stock) -> None:
    """Acknowledging a certificate that was not addressed to the caller is refused.

    An acknowledgement ends the exporter's duty to deliver. Whoever may acknowledge another country's certificate can
    make it disappear.
    """
    number = stock.issued().number
    pull.acknowledge(number)  # the twin: our own is accepted
    with pull.refused("PermissionDenied"):
        pull.acknowledge(stock.addressed_to_another_country().number)
    with pull.refused("NotFound"):
        pull.acknowledge(UNKNOWN)


@case("PULL-011", roles=Role.EXPORTER, also=["PULL-012"], defects=["not-readable-is-delivered"])
def test_not_readable_is_not_delivered(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A receipt NotReadable leads to the state DeliveredNotReadable, and a later one cannot contradict it.

    Somebody at the exporter has to look: the importer has nothing it can use. "Delivered" would end the matter.
    """
    good, bad = stock.issued().number, stock.issued().number
    equal(judge, "Delivered", pull.acknowledge(good).delivery_state, "A good receipt does not lead to Delivered.")
    told = pull.acknowledge(bad, "NotReadable", "The document is not well-formed.").delivery_state
    message = "A receipt NotReadable is taken for success."
    equal(judge, "DeliveredNotReadable", told, message)
    equal(judge, "DeliveredNotReadable", pull.status(bad).delivery_state, message)
    with pull.refused("InvalidRequest"):
        pull.acknowledge(bad, "Received")


@case("PULL-014", roles=Role.EXPORTER, defects=["loses-warning-text"])
def test_receipt_with_warnings_is_known(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A receipt with warnings leads to the state DeliveredWithWarnings, in the answer and in GetStatus.

    The importer has the certificate and found something amiss. An exporter who sees "Delivered" never learns of it.
    """
    number = stock.issued().number
    answer = pull.acknowledge(number, "ReceivedWithWarnings", "The container number has a wrong check digit.")
    message = "A receipt with warnings is not told as such."
    equal(judge, "DeliveredWithWarnings", answer.delivery_state, message)
    equal(judge, "DeliveredWithWarnings", pull.status(number).delivery_state, message)


@case("PULL-016", roles=Role.EXPORTER, defects=["takes-foreign-clearance"])
def test_decision_about_foreign_certificate_is_refused(pull: PullPort, stock: Stock, tape: Tape) -> None:
    """An SPSAcknowledgement about a certificate that is unknown or not addressed to the caller is refused.

    A decision about goods may come only from the country the goods go to.
    """
    number, foreign = stock.issued().number, stock.addressed_to_another_country().number
    now = tape.now().replace(microsecond=0)
    pull.submit_acknowledgement(acknowledgement([number], status="39", issued=now))
    with pull.refused("PermissionDenied"):
        pull.submit_acknowledgement(acknowledgement([foreign], status="41", reasons=["Refused"], issued=now))
    with pull.refused("NotFound"):
        pull.submit_acknowledgement(acknowledgement([number, UNKNOWN], status="41", reasons=["Refused"], issued=now))
