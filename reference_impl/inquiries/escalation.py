"""Looks for inquiries whose time is over, and sees that the department hears of them."""

import asyncio
import contextlib
import logging

from reference_impl.inquiries.desk import InquiryDesk

LOOK_AGAIN_SECONDS = 2.0
logger = logging.getLogger(__name__)


class Escalation:
    """A service of the node. Methods may be replaced."""

    def __init__(self, desk: InquiryDesk) -> None:
        self.desk = desk
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin looking."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        self._end.set()
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=1.0)

    def look(self) -> int:
        """Note what has become overdue; returns how many."""
        late = [one for one in self.desk.overdue(self.desk.clock.now()) if self.desk.escalate(one)]
        for inquiry in late:
            logger.warning("ALARM inquiry %s of %s is overdue", inquiry.id, inquiry.country)
        return len(late)

    async def _run(self) -> None:
        while not self._end.is_set():
            await asyncio.to_thread(self.look)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), LOOK_AGAIN_SECONDS)
