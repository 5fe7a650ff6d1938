"""One pull from a partner: list, fetch, judge, keep, and only then acknowledge."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from reference_impl.certificates.messages import Notice
from reference_impl.clock import instant, parse_instant
from reference_impl.importer.client import Fetched, PullClient
from reference_impl.importer.examiner import Decision, Examiner, Expected
from reference_impl.importer.inbox import FINAL, Inbox, Kept
from reference_impl.importer.owed import OwedCalls
from reference_impl.importer.soap import CallFailed, Fault, ListedItem
from reference_impl.importer.tables import windows
from reference_impl.node import Node

FIRST_WINDOW = timedelta(days=30)
OVERLAP = timedelta(days=1)
CONFLICT = "the number is known with other content; the first is kept"
logger = logging.getLogger(__name__)


class Puller:
    """Pulls. Blocking: use it in a thread."""

    def __init__(self, node: Node, inbox: Inbox, examiner: Examiner, owed: OwedCalls) -> None:
        self.node = node
        self.inbox = inbox
        self.examiner = examiner
        self.owed = owed

    def pull(self, client: PullClient, country: str, url: str) -> None:
        """List what changed since the last pull that went through, take each new one, and answer for it.

        Raises `CallFailed` when the list cannot be had or the partner asks to come back later.
        """
        began = self.node.clock.now()
        whole = True
        for item in client.list(self._from(country, url, began), began):
            try:
                self.take(client, country, item)
            except Fault as fault:
                if fault.name == "TooManyRequests":
                    raise
                whole = False
                logger.warning("%s: not fetched from %s: %s", item.number, country, fault)
            except CallFailed as error:
                whole = False
                logger.warning("%s: not fetched from %s: %s", item.number, country, error)
        if whole:
            self._listed(country, url, began)

    def take(self, client: PullClient, country: str, item: ListedItem) -> None:
        """Take one line of a list: its state, and its document unless that was answered for before."""
        if not self.owed.answered(country, item.number, item.digest):
            self.fetch(client, country, item)
        if item.status in FINAL:
            notice = Notice(item.number, country, self.node.config.country, item.status, item.changed)
            with self.node.database.write() as connection:
                self.inbox.apply(connection, notice)

    def fetch(self, client: PullClient, country: str, item: ListedItem) -> None:
        """Fetch, judge and keep one certificate, then acknowledge it."""
        fetched = client.get(item.number)
        decision = self.examiner.examine(fetched.document, self.expected(country, item, fetched), self.node.clock.now())
        if fetched.number != item.number:
            reason = f"asked for {item.number}, got {fetched.number}"
            decision = replace(decision, good=False, reason=reason, number=item.number)
        self.keep(country, item, fetched, decision)
        self.owed.settle(client, country)

    def expected(self, country: str, item: ListedItem, fetched: Fetched) -> Expected:
        """What list and envelope say of the document."""
        said = (item.number, fetched.type_code, fetched.status, (item.digest, fetched.digest))
        return Expected(country, *said, fetched.signature)

    def keep(self, country: str, item: ListedItem, fetched: Fetched, decision: Decision) -> None:
        """Keep the document or put it aside, and owe the receipt, in one transaction."""
        with self.node.database.write() as connection:
            receipt, text = "NotReadable", decision.reason
            if not decision.good:
                self.inbox.put_aside(connection, country, decision, fetched.document, "pull", decision.reason)
            elif self.inbox.keep(connection, country, decision, fetched.document, "pull", "") is Kept.CONFLICT:
                text = CONFLICT
            else:
                receipt, text = "Received", ""
            self.owed.add_receipt(connection, country, item.number, item.digest, receipt, text)

    def _from(self, country: str, url: str, now: datetime) -> datetime:
        statement = select(windows.c.listed).where(windows.c.country == country, windows.c.url == url)
        with self.node.database.read() as connection:
            row = connection.execute(statement).first()
        return parse_instant(row[0]) - OVERLAP if row else now - FIRST_WINDOW

    def _listed(self, country: str, url: str, at: datetime) -> None:
        same = (windows.c.country == country) & (windows.c.url == url)
        with self.node.database.write() as connection:
            values = {"listed": instant(at)}
            if connection.execute(update(windows).where(same).values(**values)).rowcount == 0:
                connection.execute(insert(windows).values(country=country, url=url, **values))
