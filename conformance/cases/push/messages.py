"""What the partner's intake does with a message: stores it once, refuses it, sets it aside, answers it."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import answer_to, expect_answer, expect_one_copy, kept, suppose_answer
from conformance.cases.helpers.judge import Judge
from conformance.checks.mime import check_linked
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mail_messages import Attachment
from conformance.ports.mailbox import Mailbox
from conformance.ports.served_pull import PullService
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate

LOOK = ["hook:lookup", "judge:signing"]
QUIET_SECONDS = 1.0


@case("SMTP-011", roles=Role.IMPORTER, needs=LOOK, defects=["forgets-after-250"])
def test_stored_after_250(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """After 250 to the end of the data the certificate is stored, with the octets that were sent.

    With 250 the receiver takes over; the sender forgets the message. What is lost after that is lost for good.
    """
    made = Exporter(partner, tape).certificate()
    judge.precondition(kept(hooks, made.number).copies == 0, "The importer knows the judge's new number already.")
    mail.send_certificate(made.document, made.number, signature=made.signature)
    expect_one_copy(judge, hooks, partner, made.number, made.sha256)


@case("SMTP-017", roles=Role.IMPORTER, needs=LOOK, defects=["stores-twice"])
def test_repeated_message_is_stored_once(
    mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """The same message again is answered 250 and makes no second certificate.

    A sender that lost the answer to the final dot must send again; it cannot know that the message had arrived.
    """
    made = Exporter(partner, tape).certificate()
    message = mail.certificate_mail(made.document, made.number, signature=made.signature)
    mail.send(message)
    expect_one_copy(judge, hooks, partner, made.number, made.sha256)
    mail.send(message)
    expect_one_copy(judge, hooks, partner, made.number, made.sha256)


@case("SMTP-018", roles=Role.IMPORTER, needs=[*LOOK, "judge:mail"], defects=["answers-auto-replies"])
def test_automatic_messages_are_not_answered(
    mail: MailPort, mailbox: Mailbox, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A message with the null reverse-path, or marked as an automatic reply, is not answered; any other is.

    Two systems that answer each other's answers do not stop by themselves.
    """
    exporter = Exporter(partner, tape)
    null, automatic, plain = exporter.certificate(), exporter.certificate(), exporter.certificate()
    kept(hooks, plain.number)  # tells the partner where the judge's mailbox is
    mail.send(mail.certificate_mail(null.document, null.number, signature=null.signature), sender="")
    mail.send(
        mail.certificate_mail(
            automatic.document, automatic.number, signature=automatic.signature, automatic="auto-replied"
        )
    )
    mail.send_certificate(plain.document, plain.number, signature=plain.signature)
    suppose_answer(judge, mailbox, partner, plain.number)
    for what, made in (("with the null reverse-path", null), ("marked auto-replied", automatic)):
        answer = mailbox.receive(made.number, "acknowledgement", seconds=QUIET_SECONDS)
        judge.expect(
            answer is None,
            expected="no answer",
            actual=answer.mail.header("Subject") if answer else "no answer",
            message=f"The message {what} was answered.",
            where=Where("the judge's mailbox"),
        )


@case("MIME-007", roles=Role.IMPORTER, needs=LOOK, defects=["takes-second-part"])
def test_two_xml_parts_are_refused(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A message with two XML parts is refused with 554, and neither is stored; with one part it is taken.

    Which of two documents counts would depend on the program that reads the message.
    """
    exporter = Exporter(partner, tape)
    good, first, second = exporter.certificate(), exporter.certificate(), exporter.certificate()
    mail.send_certificate(good.document, good.number, signature=good.signature)
    expect_one_copy(judge, hooks, partner, good.number, good.sha256)
    two = mail.certificate_mail(
        first.document, first.number, signature=first.signature, also=(Attachment(second.document, "second.xml"),)
    )
    with mail.refused(554):
        mail.send(two, broken=True)
    for made in (first, second):
        found = kept(hooks, made.number)
        judge.expect(
            found.copies == 0,
            expected="nothing stored",
            actual=f"{found.copies} copies",
            message="A part of the refused message was stored.",
            where=Where(f"certificate {made.number} at the importer"),
        )


@case("MIME-008", roles=Role.IMPORTER, needs=LOOK, defects=["filename-as-path"])
def test_attachment_name_is_no_path(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A certificate whose attachment is named like a path is stored as any other, whatever the name.

    A name chosen by somebody else must not decide where the receiver writes.
    """
    exporter = Exporter(partner, tape)
    plain = exporter.certificate()
    mail.send_certificate(plain.document, plain.number, signature=plain.signature)
    expect_one_copy(judge, hooks, partner, plain.number, plain.sha256)
    for name in ("../../ecert-judge.xml", "..\\..\\ecert-judge.xml", "/tmp/ecert-judge.xml"):  # noqa: S108 - a name only
        made = exporter.certificate()
        mail.send(mail.certificate_mail(made.document, made.number, signature=made.signature, filename=name))
        expect_one_copy(judge, hooks, partner, made.number, made.sha256)


@case(
    "PULL-015.push",
    roles=Role.IMPORTER,
    needs=[*LOOK, "judge:mail", "hook:clear"],
    defects=["answer-not-linked", "no-clearance-answer"],
)
def test_answers_name_the_message(
    mail: MailPort, mailbox: Mailbox, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """Receipt and clearance decision are sent as SPSAcknowledgement, linked to the certificate's message.

    The exporter learns which of its messages arrived, and what the border decided, without asking.
    """
    made = Exporter(partner, tape).certificate()
    kept(hooks, made.number)  # tells the partner where the judge's mailbox is
    sent = mail.send_certificate(made.document, made.number, signature=made.signature)
    receipt = answer_to(mailbox, partner, made.number, "")
    judge.require(
        receipt is not None and receipt[1].status == "74",
        expected="an SPSAcknowledgement of status 74",
        actual=receipt[1].status if receipt else "no answer",
        message="The certificate is not answered.",
        where=Where("the judge's mailbox"),
    )
    hooks.call("clear", number=made.number, decision="accepted", reason="Documents in order")
    decision = answer_to(mailbox, partner, made.number, "", nth=2)
    judge.expect(
        decision is not None and decision[1].status == "39",
        expected="an SPSAcknowledgement of status 39",
        actual=decision[1].status if decision else "no answer",
        message="The decision is not sent.",
        where=Where("the judge's mailbox"),
    )
    for answer in (receipt, decision):
        if answer is not None:
            judge.report(check_linked(answer[0].mail, sent))


@case("DOC-002.push", roles=Role.IMPORTER, needs=[*LOOK, "judge:mail"], defects=["accepts-invalid"])
def test_invalid_document_is_answered_41(
    mail: MailPort, mailbox: Mailbox, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A certificate that breaks the schema is taken, set aside and answered with 41 and a reason.

    The exporter must learn that its document cannot be used, and why, before the goods arrive.
    """
    exporter = Exporter(partner, tape)
    good, data = exporter.certificate(), exporter.data()
    kept(hooks, good.number)  # tells the partner where the judge's mailbox is
    mail.send_certificate(good.document, good.number, signature=good.signature)
    suppose_answer(judge, mailbox, partner, good.number)
    # The same kind of document without its mandatory TypeCode, properly signed.
    broken = exporter.seal(certificate(data).replace(b"<ram:TypeCode>851</ram:TypeCode>", b"", 1), data)
    mail.send_certificate(broken.document, data.number, signature=broken.signature)
    expect_answer(judge, mailbox, partner, data.number, "41")
    found = kept(hooks, data.number)
    judge.expect(
        found.copies == 0,
        expected="set aside, not stored",
        actual=f"{found.copies} copies, quarantined: {found.quarantined}",
        message="The invalid document is stored as a good one.",
        where=Where(f"certificate {data.number} at the importer"),
    )


@case("IDEM-001", roles=Role.IMPORTER, needs=[*LOOK, "access:pull", "judge:pull", "hook:pull_now"],
      defects=["two-channels-two-records"])  # fmt: skip
def test_two_accesses_one_record(
    mail: MailPort, pull_service: PullService, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """The same certificate by push and by pull makes one record.

    One consignment that is there twice can be cleared twice.
    """
    made = Exporter(partner, tape).certificate()
    mail.send_certificate(made.document, made.number, signature=made.signature)
    expect_one_copy(judge, hooks, partner, made.number, made.sha256)
    pull_service.offer(made.number, made.document, signature=made.signature)
    hooks.call("pull_now")
    seconds = partner.limits.delivery_seconds
    fetched = pull_service.wait_for("GetCertificate", made.number, timeout=seconds)
    if fetched is None:
        listed = pull_service.wait_for("ListCertificates", timeout=0)
        judge.precondition(listed is not None, "The partner's client did not come to the judge's pull service.")
    else:
        pull_service.wait_for("AcknowledgeReceipt", made.number, timeout=seconds)
    expect_one_copy(judge, hooks, partner, made.number, made.sha256)


@case("IDEM-002", roles=Role.IMPORTER, needs=[*LOOK, "judge:mail"], defects=["overwrites"])
def test_same_number_other_content_is_a_conflict(
    mail: MailPort, mailbox: Mailbox, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """The same number with other content is set aside and answered 41; the first document stays.

    Otherwise a certificate could be changed after it was checked, by sending it again.
    """
    exporter = Exporter(partner, tape)
    first = exporter.certificate()
    kept(hooks, first.number)  # tells the partner where the judge's mailbox is
    mail.send_certificate(first.document, first.number, signature=first.signature)
    suppose_answer(judge, mailbox, partner, first.number)
    other = exporter.certificate(first.number, officer="Morgan Ashby")
    mail.send_certificate(other.document, other.number, signature=other.signature)
    expect_answer(judge, mailbox, partner, first.number, "41", nth=2)
    expect_one_copy(judge, hooks, partner, first.number, first.sha256)
