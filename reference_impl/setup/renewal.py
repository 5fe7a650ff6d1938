"""Server certificates that live for a week (profile 1.14), and their renewal while the node runs."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from reference_impl.setup.pki import Wanted, issue, load_issued, save

if TYPE_CHECKING:
    from reference_impl.config import TlsFiles
    from reference_impl.node import Node

DAYS = 7
LEAST_LEFT = timedelta(days=3)
LOOK_EVERY_SECONDS = 3600.0
log = logging.getLogger(__name__)


def server_wanted(country: str, organisation: str, hosts: tuple[str, ...] = ("localhost", "127.0.0.1")) -> Wanted:
    """A server certificate that is valid for a week in all."""
    return Wanted(country, organisation, hosts[0], "server", hosts, days=DAYS)


def renew(files: "TlsFiles", country: str, organisation: str, now: datetime) -> bool:
    """Replace server certificates that have less than three days left at `now`; says whether there were any."""
    due = [one for one in (files.certificate, files.rsa_certificate) if _left(one, now) < LEAST_LEFT]
    authority = load_issued(files.authority, files.authority_key) if due else None
    for path in due:
        wanted = replace(server_wanted(country, organisation), rsa=path == files.rsa_certificate)
        save(issue(wanted, authority), path.parent, path.stem)
    return bool(due)


def _left(path: Path, now: datetime) -> timedelta:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc - now


class Renewal:
    """A service of the node: looks once an hour and at the start."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Renew what is due, and have the servers show it."""
        config = self.node.config
        if renew(config.tls, config.country, config.authority, datetime.now(UTC)):
            self.node.tls.reload()
            log.info("the server certificates were renewed")
