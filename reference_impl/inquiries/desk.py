"""The desk where inquiries are opened, read, carried on and answered (profile part 9)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from reference_impl.actor import Deed
from reference_impl.clock import Clock, instant
from reference_impl.inquiries.values import (
    ANSWER_WORDS,
    ANSWERED,
    NEEDS_TIME,
    NEXT,
    OPENED,
    REPLACED,
    WAITING,
    Entry,
    Inquiry,
    Question,
    Step,
)  # fmt: skip
from reference_impl.store.audit import AuditTrail
from reference_impl.store.certificates import CertificateStore
from reference_impl.store.database import Database
from reference_impl.store.inquiry_tables import inquiries, inquiry_entries, inquiry_files
from reference_impl.uploads import Document

FORGERY = "suspected-forgery"


class IllegalStep(Exception):
    """The state of the inquiry does not allow this; the text says why."""


class IncompleteAnswer(Exception):
    """The answer lacks something; `lacking` is `code`, `replaced_by` or `until`."""

    def __init__(self, lacking: str) -> None:
        super().__init__(f"the answer lacks a good {lacking}")
        self.lacking = lacking


@dataclass(frozen=True)
class FileName:
    """A file of an inquiry, without its octets."""

    id: int
    entry: int
    name: str
    media_type: str


class InquiryDesk:
    """Reads and writes inquiries. Methods may be replaced.

    `listeners` hear of each answer in its transaction, and may give back what is to be called once it is on the disk.
    """

    transitions = NEXT

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail, certificates: CertificateStore) -> None:
        self.database = database
        self.clock = clock
        self.trail = trail
        self.certificates = certificates
        self.listeners: list[Callable[[Connection, Inquiry], Callable[[], None] | None]] = []

    def open(self, question: Question) -> Inquiry:
        """Open an inquiry, also on a number nobody knows; the same question again gives the inquiry it opened."""
        with self.database.write() as connection:
            known = self.repeated(connection, question)
            if known is not None:
                return known
            now = instant(self.clock.reading())
            made = Inquiry(
                id=self.new_id(),
                number=question.number,
                country=question.country,
                client_id=question.client_id,
                reason=question.reason,
                contact=question.contact,
                answer_by=instant(question.answer_by),
                state=OPENED,
                channel=question.channel,
                message_id=question.message_id,
                opened=now,
                answered="",
                answer="",
                alert=int(self.alerting(connection, question)),
                escalated="",
            )
            connection.execute(insert(inquiries).values(**vars(made)))
            first = Step(question.by, question.channel, question.text, OPENED, question.client_id, files=question.files)
            self._enter(connection, made, first, now)
            what = "inquiry opened, alert" if made.alert else "inquiry opened"
            self.trail.add(connection, Deed(what, made.number, f"{made.id} {made.country} {made.reason}"))
        return made

    def repeated(self, connection: Connection, question: Question) -> Inquiry | None:
        """The inquiry this question opened when it came before."""
        condition = (inquiries.c.country == question.country) & (inquiries.c.client_id == question.client_id)
        return self._one(connection, condition)

    def alerting(self, connection: Connection, question: Question) -> bool:
        """Must the department look at it first: a suspected forgery, or a number the country cannot have."""
        found = self.certificates.find(connection, question.number)
        return question.reason == FORGERY or found is None or question.country not in found.addressees or found.hidden

    def new_id(self) -> str:
        """An id that tells nothing of how many there are."""
        return f"INQ-{self.clock.now():%Y}-{secrets.token_hex(6).upper()}"

    def add(self, inquiry: str, step: Step) -> Inquiry:
        """Carry an inquiry on. Raises `LookupError` when there is none such, `IllegalStep`."""
        with self.database.write() as connection:
            known = self._one(connection, inquiries.c.id == inquiry)
            if known is None:
                raise LookupError(inquiry)
            if step.client_id and self._entered(connection, known, step.client_id):
                return known
            state = step.state or known.state
            if step.state:
                self.check(known, step.state)
            now = instant(self.clock.reading())
            changed = replace(known, state=state)
            if step.answer:
                changed = replace(changed, answer=step.answer, answered=now)
            if step.until:
                changed = replace(changed, answer_by=step.until, escalated="")
            connection.execute(
                update(inquiries).where(inquiries.c.id == known.id).values(
                    state=changed.state,
                    answer=changed.answer,
                    answered=changed.answered,
                    answer_by=changed.answer_by,
                    escalated=changed.escalated,
                )
            )  # fmt: skip
            self._enter(connection, known, replace(step, state=state), now)
            self.trail.add(connection, Deed(f"inquiry {step.answer or state}", known.number, f"{known.id} {step.by}"))
            after = [listener(connection, changed) for listener in self.listeners] if step.answer else []
        for call in after:
            if call is not None:
                call()
        return changed

    def answer(self, inquiry: str, step: Step) -> Inquiry:
        """Answer: with a state of its own, but for "needs time", which leaves it in progress until the new time.

        Raises what `add` does, and `IncompleteAnswer`.
        """
        self.check_answer(step)
        return self.add(inquiry, replace(step, state="in-progress" if step.answer == NEEDS_TIME else ANSWERED))

    def check_answer(self, step: Step) -> None:
        """Raise `IncompleteAnswer` unless the answer has what its code asks for."""
        if step.answer not in ANSWER_WORDS:
            raise IncompleteAnswer("code")
        if step.answer == REPLACED and not step.replaced_by:
            raise IncompleteAnswer("replaced_by")
        if step.answer == NEEDS_TIME and step.until <= instant(self.clock.now()):
            raise IncompleteAnswer("until")

    def check(self, inquiry: Inquiry, onward: str) -> None:
        """Raise `IllegalStep` unless the state may follow."""
        if onward == inquiry.state == "in-progress":
            return
        if onward not in self.transitions[inquiry.state]:
            raise IllegalStep(f"{inquiry.id} is {inquiry.state}, which {onward} cannot follow")

    def find(self, inquiry: str) -> Inquiry | None:
        """One inquiry."""
        with self.database.read() as connection:
            return self._one(connection, inquiries.c.id == inquiry)

    def readable(self, inquiry: str, country: str) -> Inquiry | None:
        """One inquiry, when the country is a party of it."""
        found = self.find(inquiry)
        return found if found is not None and found.country == country else None

    def entries(self, inquiry: str) -> list[Entry]:
        """What was said and done, in order."""
        with self.database.read() as connection:
            return self.entries_in(connection, inquiry)

    def entries_in(self, connection: Connection, inquiry: str) -> list[Entry]:
        """The same, with what the transaction of the connection has added."""
        statement = select(inquiry_entries).where(inquiry_entries.c.inquiry == inquiry).order_by(inquiry_entries.c.id)
        return [Entry(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001 - SQLAlchemy's public name

    def files(self, inquiry: str) -> list[FileName]:
        """What was attached."""
        columns = (inquiry_files.c.id, inquiry_files.c.entry, inquiry_files.c.name, inquiry_files.c.media_type)
        statement = select(*columns).where(inquiry_files.c.inquiry == inquiry).order_by(inquiry_files.c.id)
        with self.database.read() as connection:
            return [FileName(*row) for row in connection.execute(statement)]

    def file(self, inquiry: str, file: int) -> Document | None:
        """One file."""
        columns = (inquiry_files.c.name, inquiry_files.c.media_type, inquiry_files.c.octets)
        condition = (inquiry_files.c.inquiry == inquiry) & (inquiry_files.c.id == file)
        with self.database.read() as connection:
            row = connection.execute(select(*columns).where(condition)).first()
        return None if row is None else Document(*row)

    def all(self, country: str = "", *, waiting: bool = False, number: str = "", most: int = 200) -> list[Inquiry]:
        """The newest inquiries: of one country or all, those that wait for an answer or all; alerts first."""
        statement = select(inquiries).order_by(inquiries.c.opened.desc()).limit(most)
        if country:
            statement = statement.where(inquiries.c.country == country)
        if waiting:
            statement = statement.where(inquiries.c.state.in_(WAITING)).order_by(None).order_by(
                inquiries.c.alert.desc(), inquiries.c.answer_by
            )  # fmt: skip
        if number:
            statement = statement.where(inquiries.c.number == number)
        with self.database.read() as connection:
            return [Inquiry(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001

    def overdue(self, now: datetime) -> list[Inquiry]:
        """Inquiries whose time is over, and of which nobody was told yet."""
        statement = select(inquiries).where(
            inquiries.c.state.in_(WAITING), inquiries.c.answer_by < instant(now), inquiries.c.escalated == ""
        )
        with self.database.read() as connection:
            return [Inquiry(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001

    def escalate(self, inquiry: Inquiry) -> bool:
        """Note once that an inquiry is overdue; False when that was done before."""
        with self.database.write() as connection:
            done = connection.execute(
                update(inquiries)
                .where(inquiries.c.id == inquiry.id, inquiries.c.escalated == "", inquiries.c.state.in_(WAITING))
                .values(escalated=instant(self.clock.now()))
            )
            if done.rowcount == 1:
                self.trail.add(connection, Deed("inquiry overdue", inquiry.number, inquiry.id))
            return done.rowcount == 1

    def counts(self) -> dict[str, int]:
        """How many wait, how many of them are alerts, how many are overdue."""
        waiting = inquiries.c.state.in_(WAITING)
        with self.database.read() as connection:

            def count(*conditions: object) -> int:
                statement = select(func.count()).select_from(inquiries).where(waiting, *conditions)  # type: ignore[arg-type]
                return int(connection.execute(statement).scalar_one())

            return {
                "waiting": count(),
                "alerts": count(inquiries.c.alert == 1),
                "overdue": count(inquiries.c.escalated != ""),
            }

    def _one(self, connection: Connection, condition: object) -> Inquiry | None:
        row = connection.execute(select(inquiries).where(condition)).first()  # type: ignore[arg-type]
        return None if row is None else Inquiry(**row._mapping)  # noqa: SLF001

    def _entered(self, connection: Connection, inquiry: Inquiry, client_id: str) -> bool:
        condition = (inquiry_entries.c.inquiry == inquiry.id) & (inquiry_entries.c.client_id == client_id)
        return connection.execute(select(inquiry_entries.c.id).where(condition)).first() is not None

    def _enter(self, connection: Connection, inquiry: Inquiry, step: Step, at: str) -> None:
        values = {name: value for name, value in vars(step).items() if name != "files"}
        key = connection.execute(
            insert(inquiry_entries).values(**values, inquiry=inquiry.id, at=at)
        ).inserted_primary_key
        for file in step.files:
            connection.execute(
                insert(inquiry_files).values(inquiry=inquiry.id, entry=key[0] if key else 0, **vars(file))
            )
