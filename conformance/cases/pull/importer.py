"""The partner's importer as a client of the judge's pull service."""

import base64
import binascii

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.documents import text
from conformance.cases.helpers.exporter import Made
from conformance.cases.helpers.importing import NO_TIME, Importing
from conformance.cases.helpers.judge import Judge
from conformance.checks.soap import EXCHANGE
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.parsing import Unreadable, parse
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape

NEEDS = ["judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]


@case("PULL-100", roles=Role.IMPORTER, needs=NEEDS, defects=["import-never-fetches"], interconnection=True)
def test_client_lists_fetches_and_acknowledges(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """The partner's client lists the judge's certificates, fetches a new one and acknowledges it.

    This is the interconnection test of the pull access for importers: what follows makes no sense without it.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    made = importing.offer(importing.exporter.certificate())
    importing.pull()
    for operation, number in (("ListCertificates", None), ("GetCertificate", made.number)):
        asked = pull_service.wait_for(operation, number, partner.limits.delivery_seconds)
        judge.require(
            asked is not None,
            expected=f"{operation} within {partner.limits.delivery_seconds:g} s",
            actual="no such request",
            message="The partner's client does not fetch what is offered.",
            where=Where("requests of the partner's client"),
        )
    importing.expect_acknowledged(made)


@case("PULL-008", roles=Role.IMPORTER, needs=NEEDS, defects=["acknowledges-before-storing"])
def test_acknowledged_is_stored(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """What is acknowledged as received is there at that moment, octet by octet.

    With the acknowledgement the exporter's duty to deliver ends. What is not stored then is lost for both.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    offered = [importing.offer(importing.exporter.certificate()) for _ in range(2)]
    importing.pull()
    for made in offered:
        importing.expect_taken(made)


@case("PULL-014.importer", roles=Role.IMPORTER, needs=NEEDS, defects=["unreadable-acknowledged"])
def test_unreadable_is_told(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A document that cannot be read is answered NotReadable, with a text saying why.

    The exporter must learn that the goods travel without a certificate while there is time to send it again.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    good = importing.exporter.certificate()
    cut = importing.exporter.certificate()
    broken = Made(cut.number, cut.document[: len(cut.document) // 2], cut.data)
    importing.offer(good)
    importing.offer(broken)
    importing.pull()
    importing.suppose_taken(good)
    receipt = importing.receipt(broken.number)
    equal(
        judge, "NotReadable", receipt.field("Receipt").strip() if receipt else "no acknowledgement",
        "A document cut in half is not answered NotReadable.",
    )  # fmt: skip
    judge.expect(
        receipt is None or receipt.field("Text").strip(),
        expected="a text saying why",
        actual="no text",
        message="The answer does not say what is wrong.",
    )


@case("PULL-015", roles=Role.IMPORTER, needs=[*NEEDS, "hook:clear"], defects=["no-clearance-answer"])
def test_decision_is_sent(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The decision at the border is sent to the exporter as SPSAcknowledgement, with the reason of a rejection.

    Only so the exporting authority learns what went wrong, and can put it right in the next consignment.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    for decision, code, reason in (("accepted", "39", ""), ("rejected", "41", "Live insects were found.")):
        made = importing.offer(importing.exporter.certificate())
        importing.pull()
        importing.suppose_taken(made)
        hooks.call("clear", number=made.number, decision=decision, reason=reason)
        sent = pull_service.wait_for("SubmitAcknowledgement", None, partner.limits.delivery_seconds)
        judge.require(
            sent is not None,
            expected="SubmitAcknowledgement",
            actual="no such request",
            message=f"The decision '{decision}' is not sent.",
        )
        where = Where("SPSAcknowledgement", message=sent.message.digest if sent else "")
        try:
            root = parse(base64.b64decode(sent.field("Document") if sent else ""))
        except (Unreadable, binascii.Error) as error:
            judge.require(
                condition=False,
                expected="an SPSAcknowledgement",
                actual=str(error),
                message="The decision cannot be read.",
                where=where,
            )
            return
        head = "SPSAcknowledgementDocument"
        equal(judge, code, text(root, f"{head}/StatusCode"), f"The decision '{decision}' has another code.", where)
        number = text(root, f"{head}/ReferenceSPSReferencedDocument/ID")
        equal(judge, made.number, number, "The decision speaks of another certificate.", where)
        told = text(root, f"{head}/ReasonInformation")
        judge.expect(
            reason in told, expected=reason, actual=told or "none", message="The reason is missing.", where=where
        )


@case("SOAP-016", roles=Role.IMPORTER, needs=NEEDS, defects=["fault-is-success"])
def test_fault_is_taken_for_a_fault(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A fault is a fault whatever the HTTP status: nothing is acknowledged, and the fetch is made again.

    Gateways lose the status. A client that goes by it alone takes a refusal for a delivery.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    faulty = importing.offer(importing.exporter.certificate())
    twin = importing.offer(importing.exporter.certificate())
    pull_service.answer_with_fault("GetCertificate", "PermissionDenied", number=faulty.number, status=200)
    importing.pull()
    importing.suppose_taken(twin)
    receipt = importing.receipt(faulty.number, NO_TIME)
    told = receipt.field("Receipt").strip() if receipt else "none"
    judge.expect(
        told not in ("Received", "ReceivedWithWarnings") and not importing.lookup(faulty.number).get("copies"),
        expected="no receipt",
        actual=f"acknowledgement: {told}",
        message="A fault was taken for a delivery.",
    )
    pull_service.answer_properly()
    importing.pull()
    importing.expect_taken(faulty)


@case("SOAP-021", roles=Role.IMPORTER, needs=NEEDS, defects=["unquoted-action"])
def test_action_is_quoted(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Requests are POST in HTTP/1.1 with the SOAPAction of the operation in quotation marks.

    WS-I Basic Profile prescribes the quotation marks; strict services refuse a header without.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    made = importing.offer(importing.exporter.certificate())
    importing.pull()
    for operation in ("ListCertificates", "GetCertificate", "AcknowledgeReceipt"):
        number = None if operation == "ListCertificates" else made.number
        asked = pull_service.wait_for(operation, number, partner.limits.delivery_seconds)
        judge.precondition(asked is not None, f"The partner's client sends no {operation}.")
        if asked is None:
            return
        where = Where(f"{operation} of the partner's client", path="SOAPAction", message=asked.message.digest)
        action = asked.message.header("SOAPAction")
        soap_12 = asked.message.media_type.lower().startswith("application/soap+xml")
        judge.expect(
            soap_12 or action in (f'"{EXCHANGE}/{operation}"', '""'),
            expected=f'"{EXCHANGE}/{operation}" with its quotation marks',
            actual=action or "no SOAPAction",
            message="SOAPAction is not the quoted action of the operation.",
            where=where,
        )
        equal(judge, "POST HTTP/1.1", f"{asked.method} {asked.http_version}", "Not POST in HTTP/1.1.", where)


@case("PULL-012", roles=Role.IMPORTER, needs=NEEDS, defects=["trusts-listing"])
def test_announced_digest_is_compared(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A document whose digest differs from the one on the list is not taken.

    Something on the way has changed it, or another document has come in its place.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    twin = importing.offer(importing.exporter.certificate())
    other = importing.offer(importing.exporter.certificate(), listed_digest="0" * 64)
    importing.pull()
    importing.suppose_taken(twin)
    importing.expect_refused(other, "A document that is not the one announced")


@case("SEC-001", roles=Role.IMPORTER, needs=NEEDS, defects=["resolves-entities"])
def test_external_entities_are_not_fetched(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A document that declares an external entity is refused, and the entity is not fetched.

    Through it a sender makes the importer's system open addresses and files inside its own network.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    twin = importing.offer(importing.exporter.certificate())
    plain = importing.exporter.certificate()
    declaration = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{pull_service.canary_url}">]>\n<rsm:SPSCertificate'.encode()
    octets = plain.document.replace(b"<rsm:SPSCertificate", declaration, 1).replace(b"Fresh apples", b"Fresh &e;", 1)
    hostile = importing.offer(Made(plain.number, octets, plain.data))
    importing.pull()
    importing.suppose_taken(twin)
    importing.expect_refused(hostile, "A document with an external entity")
    fetched = pull_service.wait_for("(canary)", None, NO_TIME)
    judge.expect(
        fetched is None,
        expected="no request to the entity's address",
        actual="the entity was fetched",
        message="The importer fetched an external entity.",
    )
