"""The judge's authority revokes: lists registered with the partner for a while, and documents by signers on them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from conformance.cases.helpers.exporter import Made
from conformance.cases.helpers.importing import Importing
from conformance.model.words import Revocation
from conformance.vectors.forgery.issuing import AUTHORITY, Wanted
from conformance.vectors.forgery.lists import revocation_list
from conformance.vectors.signing import Signer


@dataclass(frozen=True)
class Revoking:
    """Signers below the registered anchor, and what the partner is told of their revocation."""

    importing: Importing

    @property
    def anchor(self) -> Signer:
        """The registered test anchor; `Inconclusive` when the judge does not have its key."""
        return self.importing.exporter.anchor

    @property
    def authority(self) -> Signer:
        """An authority of its own below the anchor, so that other documents of the run do not hang on its lists."""
        return self.importing.exporter.issuer.issue(
            replace(AUTHORITY, name="Conformance test authority with lists"), self.anchor
        )

    def signer(self, authority: Signer, name: str) -> Signer:
        """A signer below the authority; each call certifies its key anew."""
        return self.importing.exporter.issuer.below(Wanted(f"Conformance test {name}"), authority)

    def lists(self, authority: Signer, *revoked: Signer, **more: object) -> list[str]:
        """The anchor's list, in force and naming nobody, and the authority's; `more` as in `revocation_list`."""
        certificates = [one.certificate for one in revoked]
        own = revocation_list(authority, self.importing.tape.now(), revoked=certificates, **more)  # type: ignore[arg-type]
        return [*self.without(), own]

    def without(self) -> list[str]:
        """The anchor's list alone: of those the authority has certified nothing is known."""
        return [revocation_list(self.anchor, self.importing.tape.now())]

    @contextmanager
    def registered(self, lists: Sequence[str], demand: Revocation) -> Iterator[None]:
        """Have the partner use these lists for the judge's authority while inside; afterwards none, as before."""
        hooks = self.importing.hooks
        hooks.call("revocation", lists=list(lists), demand=demand.value)
        try:
            yield
        finally:
            hooks.call("revocation", lists=[], demand=Revocation.IF_AVAILABLE.value)

    def offer(self, signer: Signer, lists: Sequence[str], *, good: bool) -> Made:
        """Offer a document of the signer's; `JudgeFault` when the judge's own checks see it otherwise than meant."""
        return self.importing.offer_by(signer, good=good, lists=[one.encode() for one in lists])

    def taken(self, signer: Signer, lists: Sequence[str], demand: Revocation) -> None:
        """Make sure that a document of the signer's is taken with these lists; `Inconclusive` when it is not."""
        with self.registered(lists, demand):
            made = self.offer(signer, lists, good=True)
            self.importing.pull()
            self.importing.suppose_taken(made)

    def refused(self, signer: Signer, lists: Sequence[str], demand: Revocation, why: str) -> None:
        """Expect a document of the signer's to be refused with these lists."""
        with self.registered(lists, demand):
            made = self.offer(signer, lists, good=False)
            self.importing.pull()
            self.importing.expect_refused(made, why)
