"""From and to of a message beside the countries in its document."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import expect_one_copy, kept
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.envelope import check_envelope
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.parsing import Unreadable, parse
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mailbox import Mailbox
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

_FROM, _TO, _WORDS = 2, 3, 6


@case("DOC-011", roles=Role.EXPORTER, needs=["hook:push_now", "judge:mail"],
      defects=["undeclared-connection-code", "addressed-to-itself", "country-by-name"])  # fmt: skip
def test_message_and_document_name_the_same_countries(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """From and to in the subject are the countries in the document, or connection codes declared for them.

    A message is routed by its subject. A code nobody declared goes nowhere; one that names another country brings the
    certificate to an authority that must not see it.
    """
    number = stock.issued().number
    hooks.call("push_now", number=number)
    mail = mailbox.wait_for(number, "certificate", seconds=partner.limits.delivery_seconds).mail
    words = mail.header("Subject").split()
    judge.precondition(len(words) == _WORDS, "The subject has not the agreed pattern (MIME-011).")
    try:
        root = parse(mail.xml or b"")
    except Unreadable as error:
        judge.precondition(condition=False, reason=f"The document of the message cannot be read: {error}.")
        return
    judge.report(check_envelope(root, words[_FROM], words[_TO], partner.connection_codes))


@case("DOC-011.importer", roles=Role.IMPORTER, needs=["hook:lookup", "judge:signing"],
      defects=["subject-not-compared"])  # fmt: skip
def test_message_for_another_country_is_refused(
    mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A message whose subject names other countries than its document, or a code nobody declared, is refused with 554.

    One of the two is wrong, and the receiver cannot know which. Taken anyway, a certificate is filed where nobody looks
    for it.
    """
    exporter = Exporter(partner, tape)
    good = exporter.certificate()
    mail.send_certificate(good.document, good.number, signature=good.signature)
    expect_one_copy(judge, hooks, partner, good.number, good.sha256)
    home, away = partner.judge.country, partner.country
    third = next(code for code in ("AU", "FJ", "CL") if code not in (home, away))
    codes = (f"{home}{at}" for at in range(9, 0, -1))
    undeclared = next(code for code in codes if code not in partner.connection_codes)
    for sender, recipient in ((undeclared, away), (home, third)):
        made = exporter.certificate()
        subject = f"ECERT CERTIFICATE {sender} {recipient} {made.number} 70"
        message = mail.certificate_mail(made.document, made.number, signature=made.signature, subject=subject)
        with mail.refused(554):
            mail.send(message, broken=True)
        found = kept(hooks, made.number).copies
        judge.expect(
            found == 0, expected="nothing stored", actual=f"{found} copies",
            message="The document of the refused message was stored.",
            where=Where(f"certificate {made.number} at the importer"),
        )  # fmt: skip
