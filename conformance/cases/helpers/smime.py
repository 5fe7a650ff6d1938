"""The judge as a sender of S/MIME: a plain message by the rules, sealed in this way or that, and what comes of it."""

from dataclasses import dataclass
from pathlib import Path

from conformance.cases.helpers.exporter import Exporter, Made
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.partner import IxitSmime, Partner
from conformance.ports.mail_outcomes import MailRefused, check_own
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape
from conformance.vectors.signing import Signer, load_signer
from conformance.vectors.smime import Entity, apart

DIALOGUE = Where("SMTP dialogue", None, "DATA")


@dataclass(frozen=True)
class Answered:
    """What the partner said to the final dot: taken, or the text of the refusal."""

    taken: bool
    text: str


class SealedMail:
    """Certificates of the judge's on their way to the partner's mailbox for signed mail."""

    def __init__(self, partner: Partner, tape: Tape, mail: MailPort) -> None:
        """Raises `Inconclusive` when the partner file does not say how S/MIME is agreed."""
        if partner.smime is None or partner.smime.signer is None:
            raise Inconclusive("partner.toml has no [ixit.smime] with a mailbox and a signer of the judge's.")
        self.ixit: IxitSmime = partner.smime
        self.exporter = Exporter(partner, tape)
        self.address = mail.account().sender
        self._partner = partner
        self._mail = mail

    @property
    def signer(self) -> Signer:
        """The judge's registered mail signer."""
        if self.ixit.signer is None:
            raise Inconclusive("partner.toml has no [ixit.smime.judge] certificate and key.")
        return load_signer(*self.ixit.signer)

    @property
    def ca(self) -> tuple[Path, Path]:
        """Certificate and key of the registered anchor."""
        if self.ixit.ca is None:
            raise Inconclusive("partner.toml has no [ixit.smime.judge] ca_certificate and ca_key.")
        return self.ixit.ca

    def plain(self, made: Made | None = None) -> Entity:
        """A message by the rules with a certificate of the judge's, not sealed yet."""
        one = made or self.exporter.certificate()
        message = self._mail.certificate_mail(one.document, one.number, signature=one.signature)
        check_own(message, detached=self._partner.signature == "detached")
        return apart(message)

    def send(self, sealed: Entity | bytes) -> Answered:
        """Deliver a sealed message."""
        octets = sealed if isinstance(sealed, bytes) else sealed.message()
        try:
            reply = self._mail.send(octets, recipient=self.ixit.recipient, broken=True)
        except MailRefused as refusal:
            return Answered(taken=False, text=refusal.reply.text)
        return Answered(taken=True, text=reply.text)

    def suppose_taken(self, judge: Judge, sealed: Entity) -> None:
        """The twin: a message by the rules is taken."""
        answer = self.send(sealed)
        judge.precondition(answer.taken, f"The twin, a message signed by the rules, is refused: {answer.text}")

    def expect_refused(self, judge: Judge, sealed: Entity | bytes, word: str, what: str) -> None:
        """The message is refused for good, and the answer names the reason by the word of profile 4.17."""
        answer = self.send(sealed)
        judge.expect(
            not answer.taken and answer.text.startswith("5") and word in answer.text.split(":")[0],
            expected=f"554 5.7.7 smime {word}",
            actual=answer.text,
            message=f"A message {what} is taken."
            if answer.taken
            else f"The refusal of a message {what} does not say so.",
            where=DIALOGUE,
        )
