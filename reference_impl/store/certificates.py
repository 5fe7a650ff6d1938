"""Certificates the node has issued, their history and who may see them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, insert, or_, select, update

from reference_impl.actor import Deed
from reference_impl.clock import instant, kept_instant, parse_instant
from reference_impl.signing.signer import Sealed
from reference_impl.store.audit import AuditTrail
from reference_impl.store.database import Database
from reference_impl.store.documents import DocumentCache
from reference_impl.store.tables import audience, certificates, history

HIDDEN = ("47", "42", "64")  # draft, approval pending, discarded: nobody outside learns of them
WORDS = {"47": "draft", "42": "pending", "70": "issued", "44": "replaced", "40": "withdrawn", "64": "discarded"}


@dataclass(frozen=True)
class Certificate:
    """One certificate as kept. `status` is the state now, `document_status` the one inside the frozen document.

    `signature` holds the octets of a detached signature, None where the document carries its own.
    """

    number: str
    type_code: str
    status: str
    document_status: str
    changed: datetime
    import_country: str
    transit: tuple[str, ...]
    document: bytes
    digest: str
    code: str
    token: str
    replaces: str | None = None
    replaced_by: str | None = None
    signature: bytes | None = None

    @property
    def hidden(self) -> bool:
        """True for a draft, also one that was given up, and for one waiting for approval."""
        return self.status in HIDDEN

    @property
    def addressees(self) -> tuple[str, ...]:
        """The countries that may see it: import country first, then transit."""
        return (self.import_country, *(c for c in self.transit if c != self.import_country))


@dataclass(frozen=True)
class Change:
    """One line of a history."""

    status: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Item:
    """One line of a list; `changed` exactly as stored, which is also what a cursor holds."""

    number: str
    type_code: str
    status: str
    changed: str
    digest: str


@dataclass(frozen=True)
class Query:
    """A list request: half-open window, codes (empty: all), page size, and the place to go on after."""

    country: str
    changed_from: datetime
    changed_before: datetime
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    size: int = 100
    after: tuple[str, str] | None = None


_PLAIN = tuple(column.name for column in certificates.c if column.name != "document")
_GET = (
    select(*(certificates.c[name] for name in _PLAIN), audience.c.country)
    .join(audience, audience.c.number == certificates.c.number)
    .where(certificates.c.number == bindparam("wanted"))
    .order_by(audience.c.country)
)
_DOCUMENT = select(certificates.c.document).where(
    certificates.c.number == bindparam("wanted"), certificates.c.digest == bindparam("wanted_digest")
)


class CertificateStore:
    """Reads and writes certificates. Methods that take a connection join the caller's transaction."""

    hidden_states: tuple[str, ...] = HIDDEN

    def __init__(self, database: Database, trail: AuditTrail) -> None:
        self.database = database
        self.trail = trail
        self.documents = DocumentCache()
        self._get, self._document = database.prepare(_GET), database.prepare(_DOCUMENT)

    def get(self, number: str) -> Certificate | None:
        """The certificate of exactly this number, as it is now. Only the octets may come from memory."""
        rows = self.database.look_up(self._get, number)
        if not rows:
            return None
        fields = dict(zip(_PLAIN, rows[0][:-1], strict=True))
        document = self.documents.get(fields["digest"])
        if document is None:
            found = self.database.look_up(self._document, number, fields["digest"])
            if not found:
                return self.get(number)  # a draft was rewritten between the two look-ups
            document = bytes(found[0][0])
            self.documents.put(fields["digest"], document)
        transit = tuple(row[-1] for row in rows if row[-1] != fields["import_country"])
        fields["changed"] = kept_instant(fields["changed"])
        return Certificate(**fields, transit=transit, document=document)

    def find(self, connection: Connection, number: str) -> Certificate | None:
        """As `get`, inside a transaction."""
        row = connection.execute(select(certificates).where(certificates.c.number == number)).first()
        return self._whole(connection, row) if row else None

    def by_token(self, token: str) -> Certificate | None:
        """The certificate a verification link stands for."""
        with self.database.read() as connection:
            row = connection.execute(select(certificates).where(certificates.c.token == token)).first()
            return self._whole(connection, row) if row else None

    def page(self, query: Query) -> list[Item]:
        """At most `query.size` + 1 items in order of change, then number; one more tells that a page follows."""
        columns = (
            certificates.c.number,
            certificates.c.type_code,
            certificates.c.status,
            audience.c.changed,
            certificates.c.digest,
        )
        statement = (
            select(*columns)
            .join(audience, audience.c.number == certificates.c.number)
            .where(self.window(query), certificates.c.status.not_in(self.hidden_states))
            .order_by(audience.c.changed, audience.c.number)
            .limit(query.size + 1)
        )
        if query.types:
            statement = statement.where(certificates.c.type_code.in_(query.types))
        if query.states:
            statement = statement.where(certificates.c.status.in_(query.states))
        with self.database.read() as connection:
            return [Item(*row) for row in connection.execute(statement)]

    def window(self, query: Query) -> ColumnElement[bool]:
        """The condition for who sees what, and where the page begins."""
        condition = and_(
            audience.c.country == query.country,
            audience.c.changed >= instant(query.changed_from),
            audience.c.changed < instant(query.changed_before),
        )
        if query.after is None:
            return condition
        changed, number = query.after
        later = or_(audience.c.changed > changed, and_(audience.c.changed == changed, audience.c.number > number))
        return and_(condition, later)

    def history(self, number: str) -> list[Change]:
        """All changes of state in order of time."""
        statement = select(history.c.status, history.c.at, history.c.reason).where(history.c.number == number)
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(history.c.at, history.c.id)).all()
        return [Change(row.status, parse_instant(row.at), row.reason) for row in rows]

    def add(self, connection: Connection, certificate: Certificate, reason: str = "") -> None:
        """Keep a new certificate and the first line of its history."""
        values = {column.name: getattr(certificate, column.name) for column in certificates.c}
        changed = values["changed"] = instant(certificate.changed)
        connection.execute(insert(certificates).values(**values))
        connection.execute(
            insert(audience),
            [{"country": c, "number": certificate.number, "changed": changed} for c in certificate.addressees],
        )
        self._note(connection, certificate.number, certificate.status, changed, reason)

    def change(
        self,
        connection: Connection,
        number: str,
        status: str,
        at: datetime,
        reason: str,
        replaced_by: str | None = None,
    ) -> None:
        """Write a new state; the document stays as it is."""
        values = {"status": status, "changed": instant(at)}
        if replaced_by is not None:
            values["replaced_by"] = replaced_by
        connection.execute(update(certificates).where(certificates.c.number == number).values(**values))
        connection.execute(update(audience).where(audience.c.number == number).values(changed=instant(at)))
        self._note(connection, number, status, instant(at), reason)

    def rewrite(self, connection: Connection, number: str, sealed: Sealed, document_status: str) -> None:
        """Put another document in the place of one that was never issued."""
        document = sealed.document
        digest = hashlib.sha256(document).hexdigest().upper()
        statement = update(certificates).where(certificates.c.number == number)
        values = {"document": document, "digest": digest, "signature": sealed.signature}
        connection.execute(statement.values(**values, document_status=document_status))

    def numbers(self, statuses: Iterable[str]) -> list[tuple[str, str, str]]:
        """(number, import country, verification code) of every certificate in one of the states, oldest first."""
        statement = select(certificates.c.number, certificates.c.import_country, certificates.c.code).where(
            certificates.c.status.in_(tuple(statuses))
        )
        with self.database.read() as connection:
            return [(r[0], r[1], r[2]) for r in connection.execute(statement.order_by(certificates.c.number))]

    def in_state(self, type_code: str, status: str) -> Iterator[bytes]:
        """The documents of a type in a state, one after another."""
        wanted = (certificates.c.type_code == type_code) & (certificates.c.status == status)
        with self.database.read() as connection:
            for (document,) in connection.execute(select(certificates.c.document).where(wanted)):
                yield document

    def _note(self, connection: Connection, number: str, status: str, at: str, reason: str) -> None:
        connection.execute(insert(history).values(number=number, status=status, at=at, reason=reason))
        self.trail.add(connection, Deed(WORDS[status], number, reason))

    def _whole(self, connection: Connection, row: Row[tuple[object, ...]]) -> Certificate:
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        countries = connection.execute(select(audience.c.country).where(audience.c.number == values["number"]))
        transit = tuple(c for (c,) in countries if c != values["import_country"])
        return replace(Certificate(**values, transit=transit), changed=parse_instant(values["changed"]))
