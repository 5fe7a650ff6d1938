"""The three state machines: document, delivery, clearance. They never change one another's state.

document: draft (47) -> pending (42) -> issued (70) -> replaced (44) or withdrawn (40), both final; a draft may be
discarded (64), which is final too.
delivery: Pending -> Delivered, DeliveredWithWarnings, DeliveredNotReadable, Failed, Archived.
clearance: what the importing country says by SPSAcknowledgement; kept, and nothing follows from it here.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from reference_impl.actor import Deed
from reference_impl.certificates.builder import CertificateBuilder
from reference_impl.certificates.examination import Examination
from reference_impl.certificates.facts import Facts
from reference_impl.certificates.messages import Acknowledgement
from reference_impl.certificates.parsing import parse
from reference_impl.clock import Clock
from reference_impl.signing.signer import Signer, unsigned
from reference_impl.store.audit import AuditTrail
from reference_impl.store.certificates import Certificate, CertificateStore
from reference_impl.store.deliveries import Clearance, Delivery, DeliveryStore

DRAFT, PENDING, ISSUED, REPLACED, WITHDRAWN, DISCARDED = "47", "42", "70", "44", "40", "64"
NEXT = {
    DRAFT: (PENDING, DISCARDED),
    PENDING: (ISSUED,),
    ISSUED: (REPLACED, WITHDRAWN),
    REPLACED: (),
    WITHDRAWN: (),
    DISCARDED: (),
}
RECEIPTS = {
    "Received": "Delivered",
    "ReceivedWithWarnings": "DeliveredWithWarnings",
    "NotReadable": "DeliveredNotReadable",
}
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class IllegalChange(Exception):
    """The state machine does not allow the change; the text says why."""


@dataclass(frozen=True)
class StateChange:
    """Told to listeners after a change is on the disk."""

    number: str
    status: str
    at: datetime
    reason: str
    countries: tuple[str, ...]
    replaced_by: str | None = None


class Lifecycle:
    """All changes go through here. `listeners` are called after each change of a document's state."""

    transitions = NEXT

    def __init__(
        self,
        store: CertificateStore,
        deliveries: DeliveryStore,
        builder: CertificateBuilder,
        signer: Signer,
        clock: Clock,
        trail: AuditTrail,
    ) -> None:
        self.store = store
        self.deliveries = deliveries
        self.builder = builder
        self.signer = signer
        self.clock = clock
        self.trail = trail
        self.examination = Examination()
        self.listeners: list[Callable[[StateChange], None]] = []

    def issue(self, facts: Facts, state: str = ISSUED) -> Certificate:
        """Freeze a document of these facts and keep it in `state` (draft and pending: nobody outside sees it).

        Raises `IllegalChange` when a serious finding forbids its issue.
        """
        if state == ISSUED:
            self.examine(facts)
        with self.store.database.write() as connection:
            # The moment is read under the write lock: nothing may be listed after something that is yet to come
            # before it, or a client that pages would miss it.
            at = self.clock.reading()
            certificate = self.freeze(facts, state, at)
            self.store.add(connection, certificate, self.issue_reason(state))
        if not certificate.hidden:
            self._tell(certificate, state, at, "")
        return certificate

    def examine(self, facts: Facts) -> None:
        """Raise `IllegalChange` when what is about to be issued must not be (profile 2.37)."""
        stopping = self.examination.stopping(self.examination.remarks(facts))
        if stopping:
            raise IllegalChange(f"{facts.number} is not issued: {'; '.join(map(str, stopping))}")

    def issue_reason(self, state: str) -> str:
        """The text of the first line of a history."""
        return {DRAFT: "drafted", PENDING: "waiting for approval"}.get(state, "issued")

    def approve(self, number: str) -> None:
        """Take a draft or pending certificate one step further; from issue on, its octets stay as they are."""
        with self.store.database.write() as connection:
            certificate = self._found(connection, number)
            onward = {DRAFT: PENDING, PENDING: ISSUED}.get(certificate.status)
            if onward is None:
                raise IllegalChange(f"{number} is neither draft nor pending")
            at = self.clock.reading()
            root = unsigned(parse(certificate.document))
            self.builder.restate(root, onward, at)
            self.store.rewrite(connection, number, self.signer.seal(root, at), onward)
            self.store.change(connection, number, onward, at, "approved")
        if onward == ISSUED:
            self._tell(certificate, onward, at, "approved")

    def replace(self, number: str, facts: Facts, reason: str) -> Certificate:
        """Issue a new certificate in the place of `number`; both changes happen together."""
        old = self._known(number)
        facts = replace(facts, replaces=number, replacement_reason=reason)
        self.examine(facts)
        with self.store.database.write() as connection:
            self.check(self._found(connection, number), REPLACED)
            at = self.clock.reading()
            new = self.freeze(facts, ISSUED, at)
            self.store.add(connection, new, self.issue_reason(ISSUED))
            self.retire(connection, old, new.number, at, reason)
        self._tell(new, ISSUED, at, reason)
        self._tell(replace(old, replaced_by=new.number), REPLACED, at, reason)
        return new

    def retire(self, connection: Connection, old: Certificate, by: str, at: datetime, reason: str) -> None:
        """The old certificate's part of a replacement."""
        self.store.change(connection, old.number, REPLACED, at, reason, replaced_by=by)

    def withdraw(self, number: str, reason: str) -> None:
        """Withdraw an issued certificate, for good."""
        self._change(self._known(number), WITHDRAWN, reason)

    def discard(self, number: str) -> None:
        """Give a draft up. It stays on record, so that its number is never given to another one."""
        with self.store.database.write() as connection:
            self.check(self._found(connection, number), DISCARDED)
            self.store.change(connection, number, DISCARDED, self.clock.reading(), "given up before issue")

    def check(self, certificate: Certificate, onward: str) -> None:
        """Raise `IllegalChange` unless the state may follow."""
        if onward not in self.transitions[certificate.status]:
            raise IllegalChange(f"{certificate.number} is in state {certificate.status}, which {onward} cannot follow")

    def freeze(self, facts: Facts, state: str, at: datetime) -> Certificate:
        """Build and sign the document; its octets never change after this."""
        root = self.builder.build(facts)
        sealed = self.signer.seal(root, at)
        return Certificate(
            number=facts.number,
            type_code=facts.type_code,
            status=state,
            document_status=facts.status,
            changed=at,
            import_country=facts.import_country[0],
            transit=tuple(code for code, _ in facts.transit),
            document=sealed.document,
            digest=hashlib.sha256(sealed.document).hexdigest().upper(),
            signature=sealed.signature,
            code=self.new_code(),
            token=self.new_token(),
            replaces=facts.replaces,
        )

    def new_code(self) -> str:
        """A verification code as printed on the certificate: 10 characters, none easily mistaken."""
        return "".join(secrets.choice(CODE_ALPHABET) for _ in range(10))

    def new_token(self) -> str:
        """The secret part of a verification link: 192 bits."""
        return secrets.token_urlsafe(24)

    def acknowledge(self, number: str, country: str, receipt: str, text: str) -> Delivery:
        """Write down a receipt. The same one again changes nothing; another one raises `IllegalChange`."""
        with self.store.database.write() as connection:
            known = self.deliveries.find(connection, number, country)
            if known.receipt is not None:
                if known.receipt != receipt:
                    raise IllegalChange(f"{number} was acknowledged as {known.receipt} before")
                return self.repeated(known)
            delivery = replace(
                known, state=self.delivery_state(receipt), receipt=receipt, text=text, acknowledged=self.clock.reading()
            )
            self.deliveries.put(connection, delivery)
            self.trail.add(connection, Deed("receipt", number, f"{receipt} {text}".strip()))
            return delivery

    def repeated(self, known: Delivery) -> Delivery:
        """What a repeated receipt gets: the first answer."""
        return known

    def delivery_state(self, receipt: str) -> str:
        """The delivery state a receipt leads to."""
        return RECEIPTS[receipt]

    def clear(self, country: str, answer: Acknowledgement, document: bytes, mark: str = "") -> datetime:
        """Keep what an importing country said of certificates; their own state stays. Returns the moment.

        What comes with a `mark` of the country's that was there before is kept already.
        """
        at = self.clock.reading()
        digest = hashlib.sha256(document).hexdigest().upper()
        with self.store.database.write() as connection:
            if mark and not self.deliveries.first(connection, country, mark):
                return at
            for number in answer.numbers:
                clearance = Clearance(number, country, answer.status, "; ".join(answer.reasons), digest, at)
                if self.deliveries.add_clearance(connection, clearance, document):
                    self.trail.add(connection, Deed("clearance", number, f"{answer.status} {clearance.reason}".strip()))
        return at

    def _change(self, certificate: Certificate, onward: str, reason: str) -> None:
        with self.store.database.write() as connection:
            self.check(self._found(connection, certificate.number), onward)
            at = self.clock.reading()
            self.store.change(connection, certificate.number, onward, at, reason)
        self._tell(certificate, onward, at, reason)

    def _known(self, number: str) -> Certificate:
        certificate = self.store.get(number)
        if certificate is None:
            raise IllegalChange(f"there is no certificate {number}")
        return certificate

    def _found(self, connection: Connection, number: str) -> Certificate:
        certificate = self.store.find(connection, number)
        if certificate is None:
            raise IllegalChange(f"there is no certificate {number}")
        return certificate

    def _tell(self, certificate: Certificate, status: str, at: datetime, reason: str) -> None:
        change = StateChange(certificate.number, status, at, reason, certificate.addressees, certificate.replaced_by)
        for listener in self.listeners:
            listener(change)
