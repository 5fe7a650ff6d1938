"""Many documents in one go: forgeries that must be refused, each told apart, beside twins that must be taken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conformance.cases.helpers.agreed import examine_agreed
from conformance.cases.helpers.exporter import Exporter, Made
from conformance.cases.helpers.importer import kept
from conformance.cases.helpers.importing import NO_TIME, Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive, JudgeFault
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mail_outcomes import MailRefused
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate
from conformance.vectors.forgery.material import Row, Sealed

# What is told of an algorithm that is not on the list.
ALGORITHMS = {"SIG-003", "SIG-004", "SIG-005"}
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

    def make(self, row: Row, *, good: bool) -> Made | None:
        """One document with a number of its own; `JudgeFault` when the judge's own checks see it otherwise.

        None where the agreement has other algorithms than the profile, and says the contrary of such a document.
        """
        data = self.exporter.data()
        made = row.sealed(self.exporter.material(certificate(data).decode(), address=self.address))
        if not self._means(row, made, good=good):
            return None
        return Made(data.number, made.document, data, made.signature)

    def all(self, rows: Iterable[Row], *, good: bool) -> Offered:
        """As `make`, of each row the agreement does not turn round; `Inconclusive` when none is left."""
        made = [(row, one) for row in rows if (one := self.make(row, good=good)) is not None]
        if not made:
            raise Inconclusive("The algorithms agreed in ics.algorithms leave nothing to try here.")
        return made

    def _means(self, row: Row, made: Sealed, *, good: bool) -> bool:
        signing = self.exporter.signing
        found = examine_agreed(
            self.partner,
            made.document,
            made.signature,
            at=self.tape.now(),
            anchors=[signing.ca_certificate] if signing.ca_certificate else (),
            country=self.partner.judge.country,
        ).findings
        if good == (not found):
            return True
        if self.partner.algorithms and {one.requirement for one in found} <= ALGORITHMS:
            return False
        if good:
            raise JudgeFault(
                f"the judge's own good document {row.name} breaks {found[0].requirement}: {found[0].actual}"
            )
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
        made = forge.all(rows, good=good)
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
        for row, made in forge.all(twins, good=True):
            self.mail.send_certificate(made.document, made.number, signature=made.signature)
            self._suppose_stored(row, made.number)
        sent = [(row, made, self._sent(made)) for row, made in forge.all(forgeries, good=False)]
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
