"""The judge offers, the partner's importer fetches: what was taken, and what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.cases.helpers.agreed import examine_agreed
from conformance.cases.helpers.exporter import Exporter, Made
from conformance.cases.helpers.judge import Judge
from conformance.model.exchange import Answer
from conformance.model.finding import Where
from conformance.model.outcome import JudgeFault
from conformance.model.words import Revocation
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService, Received
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate
from conformance.vectors.signing import Signer

NO_TIME = 0.3


@dataclass(frozen=True)
class Importing:
    """One pull of the partner's client, and what came of it."""

    service: PullService
    hooks: Hooks
    judge: Judge
    tape: Tape
    partner: Partner

    @property
    def exporter(self) -> Exporter:
        """Makes the certificates to offer."""
        return Exporter(self.partner, self.tape)

    def offer(self, made: Made, **more: str) -> Made:
        """Put a certificate on the judge's list."""
        self.service.offer(made.number, made.document, signature=made.signature, **more)
        return made

    def offer_by(
        self,
        signer: Signer,
        *,
        good: bool,
        lists: Sequence[bytes] = (),
        answers: Sequence[bytes] = (),
    ) -> Made:
        """Offer a document of a signer below the anchor of whose revocation these lists and answers of OCSP tell.

        `JudgeFault` when the judge's own checks, with them, see it otherwise than meant.
        """
        exporter = self.exporter
        data = exporter.data()
        made = exporter.seal(certificate(data), data, signer)
        found = examine_agreed(
            self.partner,
            made.document,
            made.signature,
            at=self.tape.now(),
            anchors=[exporter.signing.ca_certificate] if exporter.signing.ca_certificate else (),
            crls=lists,
            answers=answers,
            revocation=Revocation.REQUIRE,
            country=self.partner.judge.country,
        ).findings
        if good == bool(found):
            raise JudgeFault(f"the judge's own checks find {len(found)} faults with a document meant otherwise")
        return self.offer(made)

    def pull(self) -> None:
        """Let the partner's client pull."""
        self.hooks.call("pull_now")

    def receipt(self, number: str, timeout: float | None = None) -> Received | None:
        """The acknowledgement of a number, or None when there is none in the agreed time."""
        seconds = self.partner.limits.delivery_seconds if timeout is None else timeout
        return self.service.wait_for("AcknowledgeReceipt", number, seconds)

    def lookup(self, number: str) -> dict[str, Any]:
        """What the partner's importer holds under a number."""
        return self.hooks.call("lookup", number=number)

    def expect_acknowledged(self, made: Made) -> Received | None:
        """Expect a good certificate to be acknowledged as received; returns the acknowledgement."""
        receipt = self.receipt(made.number)
        told = receipt.field("Receipt").strip() if receipt else "no acknowledgement"
        self.judge.require(
            told == "Received",
            expected="Received",
            actual=f"{told} {receipt.field('Text') if receipt else ''}".strip(),
            message="A good certificate is not acknowledged as received.",
            where=_where(made, receipt),
        )
        return receipt

    def suppose_taken(self, made: Made) -> None:
        """Make sure of the twin: `Inconclusive` when a good certificate is not taken either."""
        receipt = self.receipt(made.number)
        told = receipt.field("Receipt").strip() if receipt else "nothing"
        copies = self.lookup(made.number).get("copies")
        self.judge.precondition(
            told == "Received" and copies == 1,
            f"The twin, a good certificate, is not taken either (acknowledgement: {told}; {copies} copies held).",
        )

    def expect_taken(self, made: Made) -> None:
        """Expect a good certificate to be acknowledged as received and to be there, octet by octet."""
        receipt, held = self.expect_acknowledged(made), self.lookup(made.number)
        self.judge.require(
            held.get("copies") == 1 and str(held.get("sha256", "")).lower() == made.sha256,
            expected=f"one copy with SHA-256 {made.sha256}",
            actual=f"{held.get('copies')} copies, SHA-256 {held.get('sha256') or 'none'}",
            message="What was acknowledged as received is not what the importer holds.",
            where=_where(made, receipt),
        )

    def expect_good(self, made: Made, what: str, timeout: float | None = None) -> None:
        """Expect a good certificate to be taken, and go on; as `expect_taken`, where several are looked at."""
        receipt, held = self.receipt(made.number, timeout), self.lookup(made.number)
        told = f"{receipt.field('Receipt')} {receipt.field('Text')}".strip() if receipt else "none"
        digest = self._offered(made)
        self.judge.expect(
            told == "Received" and held.get("copies") == 1 and str(held.get("sha256", "")).lower() == digest,
            expected=f"Received, and one copy with SHA-256 {digest}",
            actual=f"acknowledgement: {told}; {held.get('copies')} copies, SHA-256 {held.get('sha256') or 'none'}",
            message=f"{what} is good and is not taken.",
            where=_where(made, receipt),
        )

    def _offered(self, made: Made) -> str:
        """The digest of what was offered in the run: signers are made anew when a record is judged again."""
        facts = Answer(facts=(("sha256", made.sha256),))
        return (
            self.tape.exchange("served-pull", f"offered {made.number}", None, lambda: facts).answer.fact("sha256") or ""
        )

    def expect_refused(self, made: Made, why: str, timeout: float | None = None) -> None:
        """Expect a certificate not to be taken for a good one: refused, or kept apart with a warning.

        `timeout` in seconds is for its acknowledgement, the agreed one when None.
        """
        receipt = self.receipt(made.number, timeout)
        told = receipt.field("Receipt").strip() if receipt else "none"
        self.judge.expect(
            told in ("NotReadable", "ReceivedWithWarnings"),
            expected="NotReadable, or ReceivedWithWarnings",
            actual=f"acknowledgement: {told}",
            message=f"{why} is not answered as such.",
            where=_where(made, receipt),
        )
        held = self.lookup(made.number)
        self.judge.expect(
            not held.get("copies"),
            expected="nothing held as good",
            actual=f"{held.get('copies')} copies held",
            message=f"{why} is held as a good certificate.",
            where=_where(made, receipt),
        )


def _where(made: Made, receipt: Received | None) -> Where:
    return Where(f"acknowledgement of {made.number}", message=receipt.message.digest if receipt else "")
