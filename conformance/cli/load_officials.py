"""Logging officials in before a load run, each once, with the second factor: their sessions are put under load."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

from conformance.model.exchange import Answer, Exchange, Message
from conformance.model.outcome import Inconclusive, Nonconformity, Unreachable
from conformance.partner import Partner
from conformance.partner.pages import PageAccount
from conformance.ports.site import Visitors

SIDE_BY_SIDE = 4


class NobodyLoggedIn(Exception):
    """Officials could not log in; the text says how many, and what the first was told."""


class _Unwritten:
    """A tape that carries out and writes nothing down: of a load run figures are kept, not messages."""

    case_id = "LOAD-005"
    run_id = "load"

    def __init__(self) -> None:
        self.random = SystemRandom()

    def exchange(
        self,
        port: str,
        action: str,
        request: Message | None,
        perform: Callable[[], Answer],
        *,
        at: tuple[str, ...] = (),  # noqa: ARG002 - nothing is given up
    ) -> Exchange:
        """Carry out."""
        return Exchange(port, action, request, perform())

    def now(self) -> datetime:
        """The present time, UTC."""
        return datetime.now(UTC)

    def note(self, text: str) -> None:
        """Nothing."""


def enter(partner: Partner, officials: tuple[PageAccount, ...], file: Path) -> int:
    """Log every official in, some at a time, and write the sessions to `file` (a secret); returns how many there are.

    Raises `NobodyLoggedIn` when one cannot log in: the run would be one of fewer officials than was asked for.
    """
    failed: list[str] = []
    lock = threading.Lock()

    def one(account: PageAccount) -> str:
        visitors = Visitors(partner)
        visitors.attach(_Unwritten())
        visitor = visitors.guest()
        told = ""
        try:
            page = visitor.log_in(account)
            if not visitor.inside(page):
                told = f"status {page.status} at {page.url}"
        except (Inconclusive, Nonconformity, Unreachable) as problem:
            told = str(problem)
        if told or not visitor.session:
            with lock:
                failed.append(f"{account.user}: {told or 'no session cookie'}")
            return ""
        return f"{visitor.described.cookie}={visitors.vault.value(visitor.session)}"

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        sessions = [session for session in pool.map(one, officials) if session]
    if failed:
        raise NobodyLoggedIn(f"{len(failed)} of {len(officials)} officials could not log in, the first {failed[0]}")
    file.touch(mode=0o600)
    file.write_text(json.dumps(sessions), "utf-8")
    return len(sessions)
