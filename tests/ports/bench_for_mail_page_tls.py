"""A tape that acts at once, a partner made of addresses, and servers that misbehave."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from conformance.model.exchange import Answer, Exchange, Message
from conformance.partner import (
    IxitJudge,
    IxitLimits,
    IxitPush,
    IxitTrust,
    IxitVerification,
    Listen,
    MailAccount,
    Partner,
    Secret,
    TestData,
)


class ActingTape:
    """Carries everything out and keeps it."""

    def __init__(self) -> None:
        self.case_id = "TEST-001"
        self.run_id = "run-of-a-test"
        self.random = Random(1)
        self.kept: list[Exchange] = []

    def exchange(
        self,
        port: str,
        action: str,
        request: Message | None,
        perform: Callable[[], Answer],
        *,
        at: tuple[str, ...] = (),  # noqa: ARG002 - nothing is given up here
    ) -> Exchange:
        one = Exchange(port, action, request, perform())
        self.kept.append(one)
        return one

    def now(self) -> datetime:
        return datetime.now(UTC)

    def note(self, text: str) -> None:
        raise AssertionError(text)

    def pause(self, seconds: float) -> None:
        raise AssertionError(seconds)


def secret(text: str) -> Secret:
    return Secret("test", Path("partner.toml"), plain=text)


def a_partner(
    *, mail: tuple[str, int] | None = None, page: str = "", ca: Path | None = None, certificate: Path | None = None
) -> Partner:
    own = MailAccount("judge@nz.example", "judge", secret("a pass phrase"), "NZ")
    other = MailAccount("judge@au.example", "other", secret("another one"), "AU")
    return Partner(
        path=Path("partner.toml"),
        name="A partner",
        country="CN",
        ics=frozenset(),
        releases=(),
        document_types=(),
        signature="none",
        pull=None,
        push=IxitPush(mail[0], mail[1], ca, "intake@cn.example", own, other, 1_000_000, 3.0) if mail else None,
        verification=IxitVerification(page, ca, 3.0, 300_000) if page else None,
        judge=IxitJudge(
            certificate=certificate,
            key=certificate,
            mail_listen=Listen("127.0.0.1", 0),
            mail_username="cn-sender",
            mail_password=secret("a third one"),
        ),
        trust=IxitTrust(),
        limits=IxitLimits(),
        data=TestData(),
        hooks={},
        settings=(),
        digest="",
        secret_values=(),
    )


@contextmanager
def serving(talk: Callable[[socket.socket], object], host: str = "127.0.0.1") -> Iterator[tuple[str, int]]:
    """Serve each connection with `talk` until the test is over."""
    listener = socket.create_server((host, 0))
    listener.settimeout(0.1)
    over = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                talk(connection)
            except OSError:
                return  # the judge went away, which is what several of these tests are about

    def run() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield (host, listener.getsockname()[1])
    finally:
        over.set()
        thread.join(5)
        listener.close()
