"""The size limit of the partner's intake: announced, and kept."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.smtp import expect_code, extensions
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.dialogue import Data, Dialogue, Line, Quit
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

MOST_OCTETS = 30_000_000


@case("SMTP-010", roles=Role.IMPORTER, defects=["no-size-limit"])
def test_size_is_announced(mail: MailPort, judge: Judge) -> None:
    """EHLO announces the size limit, and a message declared larger is refused with 552.

    The sender learns before it sends that a message is too large, and the receiver's disk does not fill up.
    """
    sender = mail.account().sender
    small = mail.session(*mail.opening(), Line(f"MAIL FROM:<{sender}> SIZE=1000"), Quit(), action="small")
    expect_code(judge, small, "MAIL", (250,), "The twin, a small message, is refused.")
    large = Line(f"MAIL FROM:<{sender}> SIZE={_limit(small, judge) + 1}")
    expect_code(judge, mail.session(*mail.opening(), large, Quit(), action="large"), "MAIL", (552,), "Not refused.")


@case("SMTP-010.real", roles=Role.IMPORTER, needs=["judge:signing"], defects=["trusts-declared-size", "no-size-limit"])
def test_size_is_limited(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A message larger than the announced limit is refused with 552, although its size was not declared.

    Who fills the receiver's disk on purpose does not say beforehand how much is to come.
    """
    limit = _limit(mail.session(*mail.opening(), Quit(), action="EHLO"), judge)
    judge.precondition(
        limit < MOST_OCTETS,
        f"The announced limit is {limit} octets; the judge sends at most {MOST_OCTETS} in a test.",
    )
    exporter = Exporter(partner, tape)
    expect_code(judge, _deliver(mail, exporter, 0), "DATA", (250,), "The twin, within the limit, is not accepted.")
    dialogue = _deliver(mail, exporter, limit + 1)
    expect_code(
        judge, dialogue, "DATA", (552,), f"A message over the announced {limit} octets is not refused with 552."
    )


def _limit(dialogue: Dialogue, judge: Judge) -> int:
    limit = extensions(dialogue.reply("EHLO", 1)).get("SIZE", "")
    judge.require(
        limit.isdigit() and int(limit) > 0,
        expected="SIZE and a number of octets",
        actual=f"SIZE {limit}" if limit else "no SIZE",
        message="EHLO does not announce the size limit.",
        where=Where("SMTP dialogue", None, "EHLO"),
    )
    return int(limit)


def _deliver(mail: MailPort, exporter: Exporter, padding: int) -> Dialogue:
    made = exporter.certificate()
    return mail.session(
        *mail.opening(),
        Line(f"MAIL FROM:<{mail.account().sender}>"),
        Line(f"RCPT TO:<{mail.recipient}>"),
        Data(mail.certificate_mail(made.document, made.number, signature=made.signature), padding=padding),
        Quit(),
        action=f"deliver with {padding} octets of padding" if padding else "deliver",
    )
