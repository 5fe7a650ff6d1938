"""Documents sent with the partner's form by an official of the judge's country, and what the page says of each."""

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.cases.helpers.adversary import Forge
from conformance.cases.helpers.exporter import Exporter, Made
from conformance.cases.helpers.importer import kept
from conformance.cases.helpers.judge import Judge
from conformance.checks.forms import PageForm
from conformance.model.finding import Where
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.https import Page
from conformance.ports.site import File, Visitor, Visitors
from conformance.ports.tape import Tape
from conformance.vectors.forgery.material import Row

ACCOUNT = "sender"
ACCEPTED, REFUSED = "accepted", "refused"


@dataclass(frozen=True)
class Uploading:
    """One official at the form. What the importer holds is looked up where the hook `lookup` lets the judge."""

    visitors: Visitors
    hooks: Hooks
    judge: Judge
    tape: Tape
    partner: Partner

    def refuses(self, forgeries: Iterable[Row], twins: Iterable[Row]) -> None:
        """Expect every forgery to be refused on the page; `Inconclusive` unless every twin is accepted there."""
        forge = Forge(Exporter(self.partner, self.tape), self.partner, self.tape)
        visitor, form = self._opened()
        for row, made in forge.all(twins, good=True):
            state = self._sent(visitor, form, made).facts.state
            self.judge.precondition(
                state == ACCEPTED,
                f"The twin {row.name}, a good certificate, is not accepted either ({state or 'none'}).",
            )
            self.judge.precondition(self._held(made) is not False, f"The twin {row.name} is accepted and not held.")
        for row, made in forge.all(forgeries, good=False):
            self._refused(f"The document {row.name} ({row.what})", made, self._sent(visitor, form, made))

    def expect_accepted(self, made: Made) -> None:
        """Expect a good certificate to be accepted on the page, and held."""
        visitor, form = self._opened()
        page = self._sent(visitor, form, made)
        self.judge.require(
            page.facts.state == ACCEPTED and self._held(made) is not False,
            expected="the state accepted on the page, and the certificate held",
            actual=f"state {page.facts.state or 'none'}, status {page.status}{self._told(made)}",
            message="A good certificate sent with the form is not accepted.",
            where=_where(made, page),
        )

    def expect_refused(self, what: str, made: Made) -> None:
        """Expect a document to be refused on the page."""
        self._refused(what, made, self._sent(*self._opened(), made))

    def _refused(self, what: str, made: Made, page: Page) -> None:
        self.judge.expect(
            page.facts.state == REFUSED and not self._held(made),
            expected="the state refused on the page, and nothing held as good",
            actual=f"state {page.facts.state or 'none'}, status {page.status}{self._told(made)}",
            message=f"{what} is not refused.",
            where=_where(made, page),
        )

    def _opened(self) -> tuple[Visitor, PageForm]:
        visitor = self.visitors.entered(ACCOUNT)
        address = visitor.described.address("upload")
        return visitor, visitor.form(visitor.arrive(visitor.get(address)), address)

    def _sent(self, visitor: Visitor, form: PageForm, made: Made) -> Page:
        described = visitor.described
        files = {described.field("upload-document"): File("certificate.xml", "application/xml", made.document)}
        if made.signature is not None:
            files[described.field("upload-signature")] = File("signature.xml", "application/xml", made.signature)
        return visitor.arrive(visitor.send(form, {}, files))

    def _held(self, made: Made) -> bool | None:
        """Whether the importer holds it as good; None when the judge cannot see."""
        return kept(self.hooks, made.number).copies > 0 if self.hooks.has("lookup") else None

    def _told(self, made: Made) -> str:
        held = self._held(made)
        return "" if held is None else f", {'held as good' if held else 'not held'}"


def _where(made: Made, page: Page) -> Where:
    return Where(f"answer to the form with {made.number}", message=page.answer.digest)
