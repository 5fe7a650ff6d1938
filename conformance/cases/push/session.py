"""The SMTP session of the partner's intake: TLS first, then who it is, then what may be sent."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import expect_one_copy, kept
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.smtp import expect_code, extensions, why_silent
from conformance.model.exchange import FailureKind
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.dialogue import Data, Dialogue, Line, Login, Quit, StartTls
from conformance.ports.hooks import Hooks
from conformance.ports.smtp import HELLO, MailPort
from conformance.ports.smtp_wire import Reply
from conformance.ports.tape import Tape

EHLO = Line(f"EHLO {HELLO}")
SESSION = Where("SMTP dialogue")
LINE_OF_DATA = b"Subject: a test\r\n\r\nOut of order.\r\n"


@case("SMTP-001", roles=Role.IMPORTER, also=["SMTP-011"], needs=["hook:lookup", "judge:signing"],
      defects=["ehlo-empty"], interconnection=True)  # fmt: skip
def test_session_by_the_rules(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """EHLO offers STARTTLS, then AUTH, and a session by the rules ends with a stored certificate.

    This is the interconnection test of the push access: what follows makes no sense without it.
    """
    talk = mail.session(*mail.opening(), Quit())
    judge.require(
        talk.reply("EHLO", 0) is not None,
        expected="a greeting, and a reply to EHLO",
        actual=why_silent(talk),
        message=f"There is no SMTP session: {why_silent(talk)}",
        where=SESSION,
    )
    clear, secured = extensions(talk.reply("EHLO", 0)), extensions(talk.reply("EHLO", 1))
    handshake = talk.failure.text if talk.failure and talk.failure.kind is FailureKind.TLS else ""
    judge.require(
        not handshake,
        expected="a TLS session",
        actual=handshake,
        message="After STARTTLS there is no TLS session.",
        where=SESSION,
        requirement="TLS-004",
    )
    for name, offered, when in (
        ("STARTTLS", clear, "before TLS"),
        ("AUTH", secured, "after TLS"),
    ):
        judge.require(
            name in offered,
            expected=name,
            actual=" ".join(sorted(offered)) or "no extension",
            message=f"EHLO {when} does not offer {name}.",
            where=SESSION,
        )
    made = Exporter(partner, tape).certificate()
    mail.send_certificate(made.document, made.number, signature=made.signature)
    expect_one_copy(judge, hooks, partner, made.number, made.sha256)


@case("SMTP-003", roles=Role.IMPORTER, defects=["mail-before-tls"])
def test_mail_before_tls_is_refused(mail: MailPort, judge: Judge) -> None:
    """MAIL before STARTTLS is refused with 530; after STARTTLS and AUTH it is taken.

    What is taken in clear can be read and changed by everybody on the way.
    """
    command = Line(f"MAIL FROM:<{mail.account().sender}>")
    secured = mail.session(*mail.opening(), command, Quit(), action="after TLS")
    expect_code(judge, secured, "MAIL", (250,), "The twin, MAIL after TLS, is refused.")
    clear = mail.session(EHLO, command, Quit(), action="in clear")
    expect_code(judge, clear, "MAIL", (530,), "MAIL in clear is not refused with 530.")


@case("SMTP-004", roles=Role.IMPORTER, defects=["keeps-plaintext-buffer"])
def test_what_came_before_tls_is_forgotten(mail: MailPort, judge: Judge) -> None:
    """A command sent in clear, in the same packet as STARTTLS, is not obeyed inside the TLS session.

    Somebody on the way could put commands in front of the session, and they would look like the partner's own.
    """
    clean = mail.session(EHLO, StartTls(), EHLO, Quit(), action="clean")
    judge.require(
        clean.failure is None and len(_quits(clean)) == 1,
        expected="one reply to each command",
        actual=clean.transcript[-300:],
        message="The twin, STARTTLS with nothing behind it, does not work.",
        where=SESSION,
    )
    dirty = mail.session(EHLO, StartTls(injected=b"NOOP\r\n"), EHLO, Quit(), action="with a command in clear")
    # A handshake that fails, or a connection that ends, is as good: the command was not obeyed.
    judge.expect(
        len(_quits(dirty)) <= 1,
        expected="one reply to QUIT",
        actual=" | ".join(reply.text for reply in _quits(dirty)),
        message="The command sent in clear was answered inside the TLS session.",
        where=SESSION,
    )


@case("SMTP-006", roles=Role.IMPORTER, defects=["auth-before-tls"])
def test_auth_only_after_tls(mail: MailPort, judge: Judge) -> None:
    """AUTH is neither offered nor taken before TLS.

    A password sent in clear is everybody's. The judge tries it with one that opens nothing.
    """
    secured = mail.session(*mail.opening(), Quit(), action="after TLS")
    expect_code(judge, secured, "AUTH", (235,), "The twin, AUTH after TLS, is refused.")
    clear = mail.session(EHLO, Login("nobody", "nothing", harmless=True), Quit(), action="in clear")
    offered = extensions(clear.reply("EHLO"))
    judge.expect(
        "AUTH" not in offered,
        expected="no AUTH",
        actual=" ".join(sorted(offered)),
        message="AUTH is offered in clear.",
        where=SESSION,
    )
    expect_code(judge, clear, "AUTH", (500, 502, 503, 504, 530, 538), "AUTH in clear is not refused outright.")


@case("SMTP-007", roles=Role.IMPORTER, defects=["no-sender-check"])
def test_only_registered_senders_deliver(mail: MailPort, judge: Judge) -> None:
    """Who has not authenticated may not send, and who has may send from the registered address only.

    The account is what tells the importer which country speaks.
    """
    recipient = Line(f"RCPT TO:<{mail.recipient}>")
    own = Line(f"MAIL FROM:<{mail.account().sender}>")
    right = mail.session(*mail.opening(), own, recipient, Quit(), action="own address")
    expect_code(judge, right, "RCPT", (250,), "The twin, the own address, is refused.")
    anonymous = mail.session(EHLO, StartTls(), EHLO, own, recipient, Quit(), action="without AUTH")
    _expect_refused(judge, anonymous, "A sender who has not authenticated is taken.")
    foreign = Line("MAIL FROM:<somebody@elsewhere.example>")
    stranger = mail.session(*mail.opening(), foreign, recipient, Quit(), action="address of another")
    _expect_refused(judge, stranger, "An account sends from an address that is not its own.")


@case("SMTP-009", roles=Role.IMPORTER, defects=["open-relay"])
def test_only_the_intake_mailbox(mail: MailPort, judge: Judge) -> None:
    """A recipient other than the intake mailbox is refused with 550.

    A server that takes mail for anybody is soon used by everybody, and then listed as a source of spam.
    """
    domain = mail.recipient.rpartition("@")[2]
    sender = Line(f"MAIL FROM:<{mail.account().sender}>")
    right = mail.session(*mail.opening(), sender, Line(f"RCPT TO:<{mail.recipient}>"), Quit(), action="intake")
    expect_code(judge, right, "RCPT", (250,), "The twin, the intake mailbox, is refused.")
    for address in (f"no-such-mailbox@{domain}", "somebody@elsewhere.example"):
        other = mail.session(*mail.opening(), sender, Line(f"RCPT TO:<{address}>"), Quit(), action=address)
        expect_code(judge, other, "RCPT", (550,), f"The recipient {address} is not refused with 550.")


@case("SMTP-012", roles=Role.IMPORTER, needs=["hook:lookup", "judge:signing"], defects=["bare-lf-ends-data"])
def test_only_crlf_dot_crlf_ends_data(mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A dot between bare line feeds does not end the data, and a message with a bare line feed is refused.

    Where one server ends the data and the next one does not, a second message with a forged sender slips in.
    """
    exporter = Exporter(partner, tape)
    good, smuggled = exporter.certificate(), exporter.certificate()
    mail.send_certificate(good.document, good.number, signature=good.signature)
    message = mail.certificate_mail(smuggled.document, smuggled.number, signature=smuggled.signature)
    dialogue = mail.session(
        *mail.opening(),
        Line(f"MAIL FROM:<{mail.account().sender}>"),
        Line(f"RCPT TO:<{mail.recipient}>"),
        Data(message + b"\n.\nNOOP\r\nNOOP\r\n.\r\n", raw=True),
        Quit(),
        action="dot between line feeds",
    )
    expect_code(judge, dialogue, "DATA", (554,), "The message with a bare line feed is not refused with 554.")
    judge.expect(
        len(_quits(dialogue)) <= 1,
        expected="one reply to QUIT",
        actual=" | ".join(reply.text for reply in _quits(dialogue)),
        message="What stood behind the dot was obeyed as commands.",
        where=SESSION,
    )
    found = kept(hooks, smuggled.number)
    judge.expect(
        found.copies == 0, expected="nothing stored", actual=f"{found.copies} copies", message="It was stored.",
        where=SESSION,
    )  # fmt: skip


@case("SMTP-026", roles=Role.IMPORTER, defects=["any-order"])
def test_order_of_commands(mail: MailPort, judge: Judge) -> None:
    """RCPT before MAIL, DATA before RCPT, and DATA after RSET are refused with 503.

    A server that loses track of where it is mixes up the sender of one message with the content of another.
    """
    sender, recipient = Line(f"MAIL FROM:<{mail.account().sender}>"), Line(f"RCPT TO:<{mail.recipient}>")
    right = mail.session(*mail.opening(), sender, recipient, Quit(), action="in order")
    expect_code(judge, right, "RCPT", (250,), "The twin, MAIL and then RCPT, is refused.")
    early = mail.session(*mail.opening(), recipient, Quit(), action="RCPT first")
    expect_code(judge, early, "RCPT", (503,), "RCPT before MAIL is not refused with 503.")
    data = mail.session(*mail.opening(), Data(LINE_OF_DATA), Quit(), action="DATA first")
    expect_code(judge, data, "DATA", (503,), "DATA before MAIL is not refused with 503.")
    reset = mail.session(
        *mail.opening(), sender, recipient, Line("RSET"), Data(LINE_OF_DATA), Quit(), action="DATA after RSET"
    )
    expect_code(judge, reset, "DATA", (503,), "RSET does not clear sender and recipient.")


def _quits(dialogue: Dialogue) -> list[Reply]:
    return [said.reply for said in dialogue.said if said.step == "QUIT"]


def _expect_refused(judge: Judge, dialogue: Dialogue, message: str) -> None:
    refused = next((said for said in dialogue.said if said.step in ("MAIL", "RCPT") and said.reply.code >= 500), None)
    judge.expect(
        refused is not None,
        expected="5yz at MAIL or RCPT",
        actual=dialogue.last.text if dialogue.last else "no reply",
        message=message,
        where=SESSION,
    )
