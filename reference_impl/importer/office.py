"""The node's `importer` component: pulls when told to, receives by mail, decides at the border, answers."""

import asyncio
import base64
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lxml import etree

from reference_impl.actor import NODE, acting
from reference_impl.certificates.legacy import is_legacy
from reference_impl.certificates.messages import Acknowledgement, acknowledgement_xml
from reference_impl.certificates.parsing import parse
from reference_impl.importer.client import PullClient
from reference_impl.importer.examiner import Examiner
from reference_impl.importer.inbox import FINAL, Held, Inbox
from reference_impl.importer.owed import OwedCalls
from reference_impl.importer.pulling import Puller
from reference_impl.importer.receiving import Receiver
from reference_impl.importer.soap import CallFailed, Fault
from reference_impl.importer.timer import PullTimer
from reference_impl.importer.uploading import UploadDesk
from reference_impl.mail import Dispatch
from reference_impl.mail.intake import Delivery
from reference_impl.mail.schedule import Schedule
from reference_impl.node import Evidence, Lookup, Node, Uploaded

CLEARANCE = {"accepted": "39", "rejected": "41"}
_HEAD = 200  # octets within which the root of a document begins, unless comments precede it
LOOK_AGAIN_SECONDS = 0.5
logger = logging.getLogger(__name__)


class ImportOffice:
    """Everything of the importing side. One thread at a time works for a country."""

    def __init__(self, node: Node, dispatch: Dispatch) -> None:
        self.node = node
        mail = node.config.mail
        self.inbox = Inbox(node.database, node.clock, node.audit)
        self.examiner = Examiner(
            node.config.country, node.validator, node.verifier, node.config.placement, node.config.documents
        )
        schedule = Schedule(first=mail.retry_first_seconds, tries=mail.max_attempts)
        self.owed = OwedCalls(node.database, node.clock, schedule)
        self.puller = Puller(node, self.inbox, self.examiner, self.owed)
        self.receiver = Receiver(node, self.inbox, self.examiner, dispatch)
        self.uploads = UploadDesk(node, self.inbox, self.examiner)
        self.wanted: set[str] = set()
        self.timer = PullTimer()
        self._wake = asyncio.Event()
        self._ending = False
        self._clients: set[PullClient] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin working, also on what was owed from before."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End working; calls under way are broken off, and made again after the next start."""
        # Not by cancelling: before Python 3.12 wait_for may swallow that.
        self._ending = True
        self._wake.set()
        for client in tuple(self._clients):
            client.abort()
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=1.0)
            self._task = None

    def pull_now(self, country: str) -> None:
        """Begin a pull from a country's node. `ValueError` when its address is not known."""
        if not self.url(country):
            raise ValueError(f"the pull address of {country} is not known: give pull_url in node.toml")
        self.wanted.add(country)
        self.wake()

    def wake(self) -> None:
        """Look for work now; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def url(self, country: str) -> str:
        """The address of a country's pull service, empty when not known."""
        partner = self.node.partners.get(country)
        return partner.pull_url if partner else ""

    def interval(self, country: str) -> float:
        """Seconds from one pull to the next that nobody asks for; 0 when there is none."""
        partner = self.node.partners.get(country)
        return partner.pull_every_seconds if partner else 0.0

    async def _run(self) -> None:
        under_way: dict[str, asyncio.Task[None]] = {}
        try:
            while not self._ending:
                self._wake.clear()
                known = [country for country in tuple(self.node.partners) if self.url(country)]
                due = await asyncio.to_thread(self.owed.due_countries, known)
                timed = self.timer.due({country: self.interval(country) for country in known})
                for country in {*due, *self.wanted, *timed} - under_way.keys():
                    pull = country in self.wanted or country in timed
                    self.wanted.discard(country)
                    task = asyncio.create_task(asyncio.to_thread(self.work, country, pull=pull))
                    under_way[country] = task
                    task.add_done_callback(partial(self._finished, under_way, country))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_AGAIN_SECONDS)
        finally:
            await asyncio.gather(*under_way.values(), return_exceptions=True)

    def _finished(self, under_way: dict[str, asyncio.Task[None]], key: str, task: asyncio.Task[None]) -> None:
        under_way.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            logger.error("work for %s failed inside the node", key, exc_info=task.exception())
        self._wake.set()

    def client(self, country: str) -> PullClient:
        """A client for a country's pull service."""
        return PullClient(self.url(country), lambda: self.node.tls.client(), self.node.validator)  # noqa: PLW0108 - a defect may replace it later

    def work(self, country: str, *, pull: bool) -> None:
        """Pull when asked to, and make the calls that are due. Never raises for what the partner does."""
        well = False
        try:
            with (
                self.client(country) as client,
                self._known(client),
                acting(NODE, f"pull service of {country}"),
            ):
                if pull:
                    self.puller.pull(client, country, self.url(country))
                self.owed.settle(client, country)
            well = True
        except CallFailed as error:
            logger.warning("the pull from %s ended early: %s", country, error)
            if isinstance(error, Fault) and error.retry_after is not None and self._loop is not None:
                self._loop.call_soon_threadsafe(self._again, country, error.retry_after)
        finally:
            if pull:
                self.timer.done(country, self.interval(country), well=well)

    @contextlib.contextmanager
    def _known(self, client: PullClient) -> Iterator[None]:
        self._clients.add(client)
        try:
            yield
        finally:
            self._clients.discard(client)

    def _again(self, country: str, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._want, country)

    def _want(self, country: str) -> None:
        self.wanted.add(country)
        self._wake.set()

    def receive(self, delivery: Delivery) -> None:
        """Take a certificate or a notice that came by mail; raises what `Intake` refuses with."""
        self.receiver.receive(delivery)

    def take_upload(self, country: str, document: bytes, signature: bytes | None) -> Uploaded:
        """Judge and keep what an official of a country has sent with a form."""
        return self.uploads.take(country, document, signature)

    def lookup(self, number: str) -> Lookup:
        """What is held under the number; a document of 2009 also as it was mapped."""
        held = self.inbox.lookup(number)
        document = self.inbox.document(number) if held.copies else b""
        root = parse(document) if document[:_HEAD].find(b"<certificates") >= 0 else None
        if root is None or not is_legacy(root):
            return held
        mapped = self.examiner.legacy.mapped(root, self.node.clock.now())
        octets = etree.tostring(mapped, xml_declaration=True, encoding="UTF-8")
        return replace(held, mapped=base64.b64encode(octets).decode("ascii"))

    def evidence(self, number: str) -> Evidence | None:
        """What proves the origin of a document that is held; None when there is none."""
        return self.inbox.evidence(number)

    def usable(self, held: Held) -> bool:
        """Whether goods may be cleared on a certificate."""
        return held.status not in FINAL

    def clear(self, number: str, decision: str, reason: str) -> None:
        """Decide at the border and owe the answer, in one transaction. `ValueError`: it cannot be decided on."""
        held = self.inbox.named(number)
        if held is None:
            raise ValueError(f"no certificate {number} is held")
        if decision == "accepted" and not self.usable(held):
            raise ValueError(f"{number} is in state {held.status}: it cannot be used for clearance")
        answer = Acknowledgement(CLEARANCE[decision], (reason,) if reason else (), (number,))
        with self.node.database.write() as connection:
            self.inbox.decide(connection, held, decision)
            if held.channel == "push":
                self.receiver.answer(connection, held.country, answer, number, held.message_id)
            else:
                document = acknowledgement_xml(answer, self.node.clock.now())
                self.owed.add_document(connection, held.country, number, document)
        self.receiver.dispatch.queue.wake()
        self.wake()
