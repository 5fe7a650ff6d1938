"""Figures of the last days: certificates, verifications, inquiries, answer times, refusals by reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Column, func, select

from reference_impl.clock import instant, kept_instant
from reference_impl.store.database import Database
from reference_impl.store.inquiry_tables import inquiries
from reference_impl.store.tables import audit_trail, clearances, history

DAYS = 30
ISSUED, REJECTED = "70", "41"
CLASSES = (1, 4, 24, 72, 168)


@dataclass(frozen=True)
class Series:
    """A number for each day, oldest first; `days` are ISO 8601."""

    days: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        """All together."""
        return sum(self.numbers)

    @property
    def counted(self) -> tuple[tuple[str, int], ...]:
        """The days on which there was something, with its number."""
        return tuple((day, number) for day, number in zip(self.days, self.numbers, strict=True) if number)


@dataclass(frozen=True)
class Figures:
    """What the statistics page shows. Answer times are in hours, 0 when nothing was answered.

    `answer_times`: how many answers took at most so many hours, and more than those before; 0 hours: longer than all.
    """

    certificates: Series
    verifications: Series
    inquiries: Series
    answered: int
    median_hours: float
    longest_hours: float
    answer_times: tuple[tuple[int, int], ...]
    overdue: int
    refusals: tuple[tuple[str, int], ...]


class Statistics:
    """Counts. Methods may be replaced."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def figures(self, now: datetime) -> Figures:
        """The figures of the 30 days up to now."""
        days = tuple((now - timedelta(days=ago)).date().isoformat() for ago in range(DAYS - 1, -1, -1))
        since = instant(now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1))
        hours = self._answer_hours(since)
        return Figures(
            certificates=self._series(days, history.c.at, since, history.c.status == ISSUED),
            verifications=self._series(days, audit_trail.c.at, since, audit_trail.c.what == "viewed"),
            inquiries=self._series(days, inquiries.c.opened, since, inquiries.c.opened >= since),
            answered=len(hours),
            median_hours=round(median(hours), 1) if hours else 0.0,
            longest_hours=round(max(hours), 1) if hours else 0.0,
            answer_times=_classes(hours),
            overdue=self.overdue(since),
            refusals=self._refusals(since),
        )

    def _series(self, days: tuple[str, ...], moment: "Column[str]", since: str, condition: object) -> Series:
        day = func.substr(moment, 1, 10)
        statement = select(day, func.count()).where(moment >= since, condition).group_by(day)  # type: ignore[arg-type]
        with self.database.read() as connection:
            counted = {row[0]: row[1] for row in connection.execute(statement)}
        return Series(days, tuple(counted.get(one, 0) for one in days))

    def _answer_hours(self, since: str) -> list[float]:
        statement = select(inquiries.c.opened, inquiries.c.answered).where(
            inquiries.c.answered >= since, inquiries.c.answer != "needs-time"
        )
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        return [(kept_instant(row[1]) - kept_instant(row[0])).total_seconds() / 3600 for row in rows]

    def overdue(self, since: str) -> int:
        """How many inquiries were escalated since a moment."""
        statement = select(func.count()).select_from(inquiries).where(inquiries.c.escalated >= since)
        with self.database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def _refusals(self, since: str) -> tuple[tuple[str, int], ...]:
        statement = (
            select(clearances.c.reason, func.count())
            .where(clearances.c.status == REJECTED, clearances.c.received >= since)
            .group_by(clearances.c.reason)
            .order_by(func.count().desc(), clearances.c.reason)
            .limit(10)
        )
        with self.database.read() as connection:
            return tuple((row[0], row[1]) for row in connection.execute(statement))


def _classes(hours: list[float]) -> tuple[tuple[int, int], ...]:
    """How many answers fall into each class of time."""
    counted = []
    for below, most in zip((0, *CLASSES), (*CLASSES, 0), strict=True):
        counted.append((most, sum(1 for one in hours if one > below and (not most or one <= most))))
    return tuple(counted)
