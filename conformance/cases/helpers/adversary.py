"""Many documents in one go: forgeries that must be refused, each told apart, beside twins that must be taken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conformance.cases.helpers.exporter import Exporter, Made
from conformance.cases.helpers.importer import kept
from conformance.cases.helpers.importing import NO_TIME, Importing
from conformance.cases.helpers.judge import Judge
from conformance.checks.signature import check_signature
from conformance.model.finding import Where
from conformance.model.outcome import JudgeFault
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mail_outcomes import MailRefused
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate
from conformance.vectors.forgery.issuing import Issuer
from conformance.vectors.forgery.material import Material, Row, Sealed
from conformance.vectors.signing import load_signer

NOWHERE = "https://attacker.invalid/"
Offered = Sequence[tuple[Row, Made]]


@dataclass(frozen=True)
class Forge:
    """Makes documents by rows of the tables, with the judge's registered signer and anchor.

    `address` is one nobody has a reason to ask.
    """

    exporter: Exporter
    partner: Partner
    tape: Tape
    address: str = NOWHERE

    def make(self, row: Row, *, good: bool) -> Made:
        """One document with a number of its own; `JudgeFault` when the judge's own checks see it otherwise."""
        data, signing = self.exporter.data(), self.exporter.signing
        issuer = None
        if signing.ca_certificate is not None and signing.ca_key is not None:
            anchor = load_signer(signing.ca_certificate, signing.ca_key)
            issuer = Issuer(anchor, self.partner.judge.country, self.tape.now())
        plain = certificate(data).decode()
        made = row.sealed(Material(plain, self.exporter.signer, self.partner.signature, issuer, self.address))
        self._check(row, made, good=good)
        return Made(data.number, made.document, data, made.signature)

    def _check(self, row: Row, made: Sealed, *, good: bool) -> None:
        signing = self.exporter.signing
        found = check_signature(
            made.document,
            anchors=signing.ca_certificate.read_bytes() if signing.ca_certificate else None,
            at=self.tape.now(),
            country=self.partner.judge.country,
            placement=self.partner.signature,
            signature=made.signature,
        )
        if good and found:
            raise JudgeFault(
                f"the judge's own good document {row.name} breaks {found[0].requirement}: {found[0].actual}"
            )
        if not good and not found:
            raise JudgeFault(f"the judge's own checks find nothing wrong with the forgery {row.name}")


@dataclass(frozen=True)
class Adversary:
    """Offers documents in one pull and looks what the partner took."""

    importing: Importing
    address: str = NOWHERE

    def refuses(self, forgeries: Iterable[Row], twins: Iterable[Row]) -> None:
        """Expect every forgery to be refused; `Inconclusive` unless every twin is taken in the same pull."""
        taken, refused = self._offer(twins, good=True), self._offer(forgeries, good=False)
        self.importing.pull()
        for _, made in taken:
            self.importing.suppose_taken(made)
        self._each(refused, self.importing.expect_refused)

    def takes(self, rows: Iterable[Row], twin: Row) -> None:
        """Expect every document to be taken; `Inconclusive` unless the plain twin is."""
        ((_, plain),), others = self._offer([twin], good=True), self._offer(rows, good=True)
        self.importing.pull()
        self.importing.suppose_taken(plain)
        self._each(others, self.importing.expect_good)

    def _offer(self, rows: Iterable[Row], *, good: bool) -> Offered:
        forge = Forge(self.importing.exporter, self.importing.partner, self.importing.tape, self.address)
        made = [(row, forge.make(row, good=good)) for row in rows]
        for _, one in made:
            self.importing.offer(one)
        return made

    def _each(self, offered: Offered, expect: Callable[[Made, str, float], None]) -> None:
        """All in the agreed time of one delivery: a partner that answers for none costs it once."""
        end = self.importing.tape.now() + timedelta(seconds=self.importing.partner.limits.delivery_seconds)
        for row, made in offered:
            left = (end - self.importing.tape.now()).total_seconds()
            expect(made, f"The document {row.name} ({row.what})", max(left, NO_TIME))

    def never_fetches(self, forgeries: Iterable[Row], twin: Row) -> None:
        """Expect that nothing is fetched from `address`, whatever comes of the documents that point there."""
        ((_, plain),), others = self._offer([twin], good=True), self._offer(forgeries, good=False)
        self.importing.pull()
        self.importing.suppose_taken(plain)
        end = self.importing.tape.now() + timedelta(seconds=self.importing.partner.limits.delivery_seconds)
        for _, made in others:
            self.importing.receipt(made.number, max((end - self.importing.tape.now()).total_seconds(), NO_TIME))
        fetched = self.importing.service.wait_for("(canary)", None, NO_TIME)
        self.importing.judge.expect(
            fetched is None,
            expected="no request to the address the signatures point at",
            actual="a request came",
            message="The importer fetched what a signature points at.",
        )


@dataclass(frozen=True)
class PushAdversary:
    """Sends documents by mail, one message each, and looks what the partner took for good."""

    mail: MailPort
    hooks: Hooks
    judge: Judge
    tape: Tape
    partner: Partner

    def refuses(self, forgeries: Iterable[Row], twins: Iterable[Row]) -> None:
        """Expect no forgery to be held as good, be it refused or set aside; `Inconclusive` unless every twin is."""
        forge = Forge(Exporter(self.partner, self.tape), self.partner, self.tape)
        for row in twins:
            made = forge.make(row, good=True)
            self.mail.send_certificate(made.document, made.number, signature=made.signature)
            self._suppose_stored(row, made.number)
        sent = [(row, made, self._sent(made)) for row in forgeries for made in [forge.make(row, good=False)]]
        end = self.tape.now() + timedelta(seconds=self.partner.limits.state_delay_seconds)
        for row, made, reply in sent:
            self._expect_not_good(row, made, reply, end)

    def _suppose_stored(self, row: Row, number: str) -> None:
        delay = self.partner.limits.state_delay_seconds
        copies = self.judge.wait_until(lambda: kept(self.hooks, number).copies, delay, f"{number} to be stored")
        self.judge.precondition(copies, f"The twin {row.name}, a good certificate, is not taken either.")

    def _sent(self, made: Made) -> str:
        """Send a document; return why the intake refused it, or ""."""
        message = self.mail.certificate_mail(made.document, made.number, signature=made.signature)
        try:
            self.mail.send(message, broken=True)
        except MailRefused as refused:
            return refused.reply.text
        return ""

    def _expect_not_good(self, row: Row, made: Made, reply: str, end: datetime) -> None:
        def decided() -> bool:
            found = kept(self.hooks, made.number)
            return found.quarantined or found.copies > 0

        if not reply:
            left = max((end - self.tape.now()).total_seconds(), NO_TIME)
            self.judge.wait_until(decided, left, f"{made.number} to be decided on")
        found = kept(self.hooks, made.number)
        self.judge.expect(
            not found.copies,
            expected="refused or set aside, nothing held as good",
            actual=f"{found.copies} copies held; the intake answered {reply or '250'}",
            message=f"The document {row.name} ({row.what}) is held as a good certificate.",
            where=Where(f"certificate {made.number} at the importer"),
        )
