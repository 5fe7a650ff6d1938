"""The judge as a mail client towards the partner's intake (profile chapter push, role importer).

`send` is for ordinary deliveries; `session` for dialogues in which the order of commands is what is tested.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from conformance.checks.mail import read_mail
from conformance.model.exchange import FailureKind, Message
from conformance.model.outcome import Inconclusive, JudgeFault, Nonconformity
from conformance.partner import IxitPush, MailAccount, Partner
from conformance.ports.answers import breach, case_requirement
from conformance.ports.dialogue import Data, Dialogue, Line, Login, Quit, Script, StartTls, carry_out, read_back, shown
from conformance.ports.inquiry_values import Question
from conformance.ports.mail_messages import Attachment, Letter, compose, new_message_id, state_notice
from conformance.ports.mail_outcomes import MailRefused, check_own, insist_on_talk
from conformance.ports.smtp_wire import Reply, SmtpWire
from conformance.ports.tape import Tape

PORT = "smtp"
HELLO = "judge.invalid"
DONE = 250
# Octets a second a line has at least: sending what is meant to be too large must not look like a slow server.
LEAST_RATE = 1_000_000


class MailPort:
    """Deliveries and dialogues of one case. Accounts are named `own` (the judge's country) and `other`."""

    def __init__(self, partner: Partner, tape: Tape, *, seconds: float | None = None) -> None:
        """`seconds` bounds every dialogue as a whole; the IXIT's timeout when None."""
        if partner.push is None:
            raise Inconclusive("The partner file has no [ixit.push]: the judge does not know the partner's intake.")
        self._partner = partner
        self._push: IxitPush = partner.push
        self._tape = tape
        self._requirement = case_requirement(tape)
        self._seconds = seconds or self._push.timeout
        self._accepted = False
        self.recipient = self._push.recipient

    def account(self, name: str = "own") -> MailAccount:
        """The account the judge has with the partner's intake; raises `Inconclusive` if the IXIT does not give it."""
        found = self._push.own if name == "own" else self._push.other
        if found is None:
            raise Inconclusive(f"[ixit.push.{name}] is not in the partner file.")
        # The own account speaks for the judge's country; the partner file need not say so twice.
        return found if found.country else replace(found, country=self._partner.judge.country)

    # -- deliveries

    def send(
        self,
        message: bytes,
        *,
        account: str = "own",
        sender: str | None = None,
        recipient: str = "",
        broken: bool = False,
    ) -> Reply:
        """Deliver a message and return the reply to its final dot.

        `sender` is the reverse-path if it is not the account's own address; `""` is the null reverse-path. `recipient`
        is another mailbox than the agreed one. A message that is not `broken` on purpose is checked by the judge's own
        rules first and raises `JudgeFault` if it breaks one. Raises `Unreachable`, or
        `Nonconformity` when it is refused or not answered.
        """
        if not broken:
            check_own(message, detached=self._partner.signature == "detached")
        who = self.account(account)
        path = who.sender if sender is None else sender
        dialogue = self.session(
            *self.opening(account),
            Line(f"MAIL FROM:<{path}> SIZE={len(message)}"),
            Line(f"RCPT TO:<{recipient or self.recipient}>"),
            Data(message),
            Quit(),
            action="deliver",
        )
        return self._decided(dialogue)

    def send_certificate(
        self,
        document: bytes,
        number: str,
        *,
        status: str = "70",
        account: str = "own",
        message_id: str = "",
        signature: bytes | None = None,
    ) -> str:
        """Deliver a certificate by the rules, with its detached signature if any, and return the Message-ID."""
        message = self.certificate_mail(
            document, number, status=status, account=account, message_id=message_id, signature=signature
        )
        self.send(message, account=account)
        return read_mail(message).message_id

    def send_notice(
        self,
        number: str,
        status: str,
        changed: datetime,
        *,
        replaced_by: str = "",
        account: str = "own",
        claims: str = "",
    ) -> str:
        """Deliver a StateNotice: `number` has had `status` since `changed`. Returns the Message-ID.

        `claims` is the country the notice says it is from, when that is not the account's own.
        """
        country = claims or self.account(account).country
        notice = state_notice(
            number, country, self._partner.country, status, changed, replaced_by=replaced_by, reason="test"
        )
        subject = f"ECERT NOTICE {country} {self._partner.country} {number} {status}"
        letter = self._letter(account, subject, Attachment(notice, "notice.xml"))
        self.send(compose(letter), account=account)
        return letter.message_id

    def send_answer(self, acknowledgement: bytes, number: str, status: str, in_reply_to: str) -> str:
        """Deliver an SPSAcknowledgement that answers the partner's message `in_reply_to`. Returns its Message-ID."""
        who = self.account()
        subject = f"ECERT ACKNOWLEDGEMENT {who.country} {self._partner.country} {number} {status}"
        attachment = Attachment(acknowledgement, "acknowledgement.xml")
        letter = self._letter("own", subject, attachment, automatic="auto-replied", in_reply_to=in_reply_to)
        self.send(compose(letter))
        return letter.message_id

    def certificate_mail(
        self,
        document: bytes,
        number: str,
        *,
        status: str = "70",
        account: str = "own",
        filename: str = "",
        also: tuple[Attachment, ...] = (),
        subject: str = "",
        automatic: str = "auto-generated",
        message_id: str = "",
        signature: bytes | None = None,
    ) -> bytes:
        """Write the message of a certificate; `signature` is a detached one; `also` and the rest make it special."""
        who = self.account(account)
        title = subject or f"ECERT CERTIFICATE {who.country} {self._partner.country} {number} {status}"
        first = Attachment(document, filename or f"{number.replace('/', '-')}.xml")
        beside = () if signature is None else (Attachment(signature, f"{first.filename}.sig", "xmldsig+xml"),)
        return compose(self._letter(account, title, first, *beside, *also, automatic=automatic, message_id=message_id))

    @contextmanager
    def refused(self, *codes: int) -> Iterator[None]:
        """What is inside must be refused, with one of `codes` if any are given.

        Raises `JudgeFault` when no delivery was accepted before in this case: without the twin a refusal says nothing.
        """
        if not self._accepted:
            raise JudgeFault("A refusal is expected before any message was accepted in this case.")
        try:
            yield
        except MailRefused as refusal:
            if codes and refusal.reply.code not in codes:
                expected = " or ".join(map(str, codes))
                text = f"The partner refused with {refusal.reply.code} instead of {expected}."
                raise Nonconformity(
                    breach(self._requirement, text, expected, refusal.reply.text, part="SMTP dialogue")
                ) from None
            return
        raise Nonconformity(
            breach(
                self._requirement,
                "The partner accepted what it must refuse.",
                "a 5yz reply",
                "250",
                part="SMTP dialogue",
            )
        )

    def send_inquiry(self, question: Question, *, broken: bool = False) -> str:
        """Deliver an OpenInquiry to the mailbox for inquiries, and return the Message-ID.

        `broken` says that it is wrong on purpose. Raises as `send` does.
        """
        if not broken:
            question.check()
        subject = f"ECERT INQUIRY {self.account().country} {self._partner.country} {question.client_id} OPEN"
        letter = self._letter("own", subject, Attachment(question.document(), "inquiry.xml"))
        self.send(compose(letter), recipient=self._partner.inquiry.recipient)
        return letter.message_id

    # -- dialogues

    def opening(self, account: str = "own", mechanism: str = "PLAIN") -> tuple[Line | StartTls | Login, ...]:
        """The steps up to a logged-in session: EHLO, STARTTLS, EHLO, AUTH."""
        who = self.account(account)
        hello = Line(f"EHLO {HELLO}")
        return hello, StartTls(), hello, Login(who.username, who.password.reveal(), mechanism)

    def session(self, *script: object, action: str = "dialogue") -> Dialogue:
        """Carry a dialogue out as one exchange and return its replies.

        Raises `Unreachable` when nobody listens, `Nonconformity` when the server hangs, floods or talks no SMTP. A
        connection the server closed, or a TLS handshake that failed, is left to the case (`Dialogue.failure`).
        """
        steps: Script = script  # type: ignore[assignment]
        contents = [step.content for step in steps if isinstance(step, Data)]
        text = shown(steps).encode()
        request = Message("message/rfc822", contents[0]) if contents else Message("text/plain; charset=utf-8", text)
        padding = sum(step.padding for step in steps if isinstance(step, Data))
        seconds = self._seconds + padding / LEAST_RATE

        def connect() -> SmtpWire:
            return SmtpWire(self._push.host, self._push.port, seconds, self._push.ca)

        exchange = self._tape.exchange(
            PORT,
            action,
            request,
            lambda: carry_out(connect, steps, self._context),
            at=(f"{PORT} {self._push.host}:{self._push.port}",),
        )
        insist_on_talk(exchange, self._requirement)
        return read_back(exchange.answer)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self._push.ca) if self._push.ca else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _decided(self, dialogue: Dialogue) -> Reply:
        data = [said.reply for said in dialogue.said if said.step == "DATA"]
        for said in dialogue.said:
            if said.step != "QUIT" and not said.reply.positive:
                raise MailRefused(self._requirement, said.reply, said.step)
        if len(data) < 2 or data[-1].code != DONE:  # noqa: PLR2004 - 354 and the answer to the final dot
            text = dialogue.failure.text if dialogue.failure else "the dialogue ended early"
            about = "TLS-004" if dialogue.failure and dialogue.failure.kind is FailureKind.TLS else self._requirement
            raise Nonconformity(
                breach(about, f"The message was not answered: {text}", "250", text, part="SMTP dialogue")
            )
        self._accepted = True
        return data[-1]

    def _letter(
        self,
        account: str,
        subject: str,
        *attachments: Attachment,
        automatic: str = "auto-generated",
        in_reply_to: str = "",
        message_id: str = "",
    ) -> Letter:
        return Letter(
            sender=self.account(account).sender,
            recipient=self.recipient,
            subject=subject,
            attachments=attachments,
            message_id=message_id or new_message_id(self._tape.run_id, self._tape.random),
            date=self._tape.now(),
            automatic=automatic,
            in_reply_to=in_reply_to,
        )
