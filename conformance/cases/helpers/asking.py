"""The judge's authority is asked: signers whose certificates name its addresses, and what it says there of each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from conformance.cases.helpers.exporter import Made
from conformance.cases.helpers.importing import NO_TIME, Importing
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.model.words import Revocation
from conformance.partner import JudgeRevocation
from conformance.ports.served_revocation import RevocationService
from conformance.vectors.forgery.answers import LATER, Said
from conformance.vectors.forgery.issuing import AUTHORITY, Issuer, Wanted
from conformance.vectors.forgery.lists import revocation_list
from conformance.vectors.signing import Signer

Telling = Callable[["Asked"], Said]
_STALE = -timedelta(minutes=50)


@dataclass(frozen=True)
class Asked:
    """A signer of whom the judge's authority is asked, the authority, and an issuer of others below it."""

    signer: Signer
    authority: Signer
    issuer: Issuer
    at: datetime

    def said(self, **more: object) -> Said:
        """What the authority itself says of the signer; `more` as in `Said`."""
        fields = {"about": self.signer.certificate, "issuer": self.authority.certificate, "by": self.authority}
        return Said(**(fields | {"at": self.at} | more))  # type: ignore[arg-type]

    def delegate(self, *, purpose: bool = True) -> Signer:
        """One whom the authority has certified to answer for it; without `purpose` it has certified somebody else."""
        usages: list[tuple[x509.ExtensionType, bool]] = [(x509.OCSPNoCheck(), False)]
        if purpose:
            usages.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False))
        name = "Conformance test answers" if purpose else "Conformance test clerk"
        return self.issuer.issue(Wanted(name, extensions=usages, usages=("digital_signature",)), self.authority)


def good(asked: Asked) -> Said:
    """In force, by the authority: not revoked."""
    return asked.said()


def revoked(asked: Asked) -> Said:
    """In force, by the authority: revoked."""
    return asked.said(revoked=True)


def stale(asked: Asked) -> Said:
    """Not revoked, but that was until a while ago."""
    return asked.said(ends=_STALE)


def by_delegate(asked: Asked) -> Said:
    """Not revoked, by one whom the authority has certified for answers."""
    return asked.said(by=asked.delegate())


def by_clerk(asked: Asked) -> Said:
    """Not revoked, by one whom the authority has certified, but not for answers."""
    return asked.said(by=asked.delegate(purpose=False))


def by_namesake(asked: Asked) -> Said:
    """Not revoked, by a key of somebody else who calls himself as the authority does."""
    return asked.said(by=asked.issuer.namesake(asked.authority.certificate))


def by_other_authority(asked: Asked) -> Said:
    """Not revoked, by one whom another authority, known to nobody, has certified for answers."""
    stranger = asked.issuer.lone(replace(AUTHORITY, name="Unknown authority"))
    return asked.said(by=replace(asked, authority=stranger).delegate())


def about_another(asked: Asked) -> Said:
    """Not revoked, but that is another signer of the same authority."""
    return asked.said(about=asked.issuer.issue(Wanted("Conformance test colleague"), asked.authority).certificate)


@dataclass(frozen=True)
class Asking:
    """Documents by signers below the registered anchor of whom the partner's verifier has to ask."""

    importing: Importing
    service: RevocationService

    @contextmanager
    def demanding(self, demand: Revocation) -> Iterator[None]:
        """Have the partner demand that much to be known while inside: by the hook, or as the partner file says.

        Raises `Inconclusive` when neither makes it so.
        """
        partner, hooks = self.importing.partner, self.importing.hooks
        if not hooks.has("revocation"):
            if self._told.demand != demand.value:
                raise Inconclusive(
                    f"[ixit.judge.revocation] demand is {self._told.demand}, and there is no hook `revocation` to "
                    f"change it: what {partner.name} does under {demand.value} cannot be seen."
                )
            yield
            return
        # Other cases send documents of the registered signer meanwhile: his state must be known too.
        anchors = [revocation_list(self.importing.exporter.anchor, self.importing.tape.now())]
        hooks.call("revocation", lists=anchors, demand=demand.value)
        try:
            yield
        finally:
            hooks.call("revocation", lists=[], demand=Revocation.IF_AVAILABLE.value)

    def by_answer(self, name: str, telling: Telling | None, *, accepted: bool = False) -> "Offered":
        """Offer a document of a signer of whom OCSP is asked; `telling` None: the responder has no time to answer.

        `name` is of letters and hyphens, and once in a case.
        """
        address = self.service.answer_address(name)
        asked = self._asked(name, _ocsp(address))
        if telling is None:
            self.service.answers(name, lambda _nonce: LATER)
            return self._offered(asked, name, address, accepted=accepted)
        said = telling(asked)
        self.service.answers(name, said.octets)
        return self._offered(asked, name, address, answers=[said.octets()], accepted=accepted)

    def by_list(self, name: str, *, accepted: bool = False, named: bool = False, **more: object) -> "Offered":
        """Offer a document of a signer of whom a list tells, perhaps `named` there; `more` as `revocation_list`."""
        address = self.service.list_address(name)
        asked = self._asked(name, _distribution(address))
        revoked_ones = [asked.signer.certificate] if named else []
        pem = revocation_list(asked.authority, asked.at, revoked=revoked_ones, **more)  # type: ignore[arg-type]
        self.service.lists(name, _der(pem))
        return self._offered(asked, name, address, lists=[pem.encode()], accepted=accepted)

    def at(self, name: str, address: str, *, accepted: bool = False) -> "Offered":
        """Offer a document of a signer of whom OCSP is asked at an address where nothing can be had."""
        return self._offered(self._asked(name, _ocsp(address)), name, address, accepted=accepted)

    def unregistered(self, name: str) -> "Offered":
        """Offer a document of a signer whose certificates lead to no anchor; his own names an address."""
        address = self.service.answer_address(name)
        wanted = Wanted(f"Conformance test {name}", extensions=((_ocsp(address), False),))
        lone = self.importing.exporter.issuer.lone(wanted)
        asked = Asked(lone, lone, self.importing.exporter.issuer, self.importing.tape.now())
        self.service.answers(name, good(asked).octets)
        return self._offered(asked, name, address, answers=[good(asked).octets()])

    def moved(self, name: str, address: str) -> "Offered":
        """Offer a document of a signer whose responder sends whoever asks to another address."""
        offered = self.at(name, self.service.answer_address(name))
        self.service.moved(name, address)
        return offered

    def suppose_taken(self, offered: "Offered") -> None:
        """Make sure of the twin."""
        self.importing.suppose_taken(offered.made)

    def suppose_asked(self, offered: "Offered") -> None:
        """Make sure that the address was asked: `Inconclusive` when it was not."""
        came = self.service.wait_for(offered.address, self.importing.partner.limits.delivery_seconds)
        self.importing.judge.precondition(
            came is not None,
            f"The verifier has not asked about the signer '{offered.name}': what it makes of such an answer cannot be "
            "seen.",
        )

    def expect_asked(self, offered: "Offered") -> None:
        """Expect that the address in the signer's certificate was asked."""
        came = self.service.wait_for(offered.address, NO_TIME)
        self.importing.judge.expect(
            came is not None,
            expected="a request to the address in the signer's certificate",
            actual="none",
            message=f"The verifier has not asked about the signer '{offered.name}'.",
            where=Where("the judge's revocation service"),
        )

    def expect_not_asked(self, address: str, why: str) -> None:
        """Expect that an address of the service was left alone."""
        came = self.service.wait_for(address, NO_TIME)
        self.importing.judge.expect(
            came is None,
            expected="no request",
            actual=f"{came.method} {address}" if came else "",
            message=why,
            where=Where("the judge's revocation service"),
        )

    def expect_refused(self, offered: "Offered", why: str) -> None:
        """Expect a document to be refused."""
        self.importing.expect_refused(offered.made, why)

    # --- inside ---

    @property
    def _told(self) -> JudgeRevocation:
        told = self.importing.partner.judge.revocation
        if told is None:
            raise Inconclusive("partner.toml has no [ixit.judge.revocation]: the judge may not be asked.")
        return told

    def _asked(self, name: str, extension: x509.ExtensionType) -> Asked:
        """A signer with this extension below an authority of its own, of which the same kind tells that all is well."""
        anchor, issuer, at = self.importing.exporter.anchor, self.importing.exporter.issuer, self.importing.tape.now()
        mark = f"{name}-above"
        by_list = isinstance(extension, x509.CRLDistributionPoints)
        address = self.service.list_address(mark) if by_list else self.service.answer_address(mark)
        more = _distribution(address) if by_list else _ocsp(address)
        wanted = replace(AUTHORITY, name=f"Conformance test authority of {name}", extensions=((more, False),))
        authority = issuer.issue(wanted, anchor)
        if by_list:
            self.service.lists(mark, _der(revocation_list(anchor, at)))
        else:
            self.service.answers(mark, Said(authority.certificate, anchor.certificate, anchor, at).octets)
        signer = issuer.below(Wanted(f"Conformance test {name}", extensions=((extension, False),)), authority)
        return Asked(signer, authority, issuer, at)

    def _offered(
        self,
        asked: Asked,
        name: str,
        address: str,
        *,
        answers: Sequence[bytes] = (),
        lists: Sequence[bytes] = (),
        accepted: bool = False,
    ) -> "Offered":
        """Put the document on the list; `JudgeFault` when the judge's own checks see it otherwise than meant."""
        above = revocation_list(self.importing.exporter.anchor, asked.at).encode()
        made = self.importing.offer_by(asked.signer, good=accepted, lists=[above, *lists], answers=answers)
        return Offered(name, address, made)


@dataclass(frozen=True)
class Offered:
    """A document that was offered, by the name of its signer, and the address in the signer's certificate."""

    name: str
    address: str
    made: Made


def _ocsp(address: str) -> x509.ExtensionType:
    place = x509.UniformResourceIdentifier(address)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)])


def _distribution(address: str) -> x509.ExtensionType:
    place = x509.UniformResourceIdentifier(address)
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


def _der(pem: str) -> bytes:
    return x509.load_pem_x509_crl(pem.encode()).public_bytes(Encoding.DER)
