"""Mail sessions that do one thing wrong; used by the defects of the push access."""

import asyncio
import warnings
from typing import Any

from reference_impl.mail.intake import Intake, StrictSession


class KeepsBuffer(StrictSession):
    """Carries what came before the TLS handshake over into the protected session."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called at the beginning, and again when TLS is there."""
        reader = getattr(self, "_reader", None)
        kept = bytes(reader._buffer) if reader is not None else b""  # noqa: SLF001 - as the old aiosmtpd left it
        super().connection_made(transport)
        if kept:
            self._reader.feed_data(kept)


class AnyOrder(StrictSession):
    """Makes up for commands that were left out."""

    async def check_helo_needed(self, helo: str = "HELO") -> bool:  # noqa: ARG002 - aiosmtpd's signature
        """Never."""
        return False

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a recipient without a sender."""
        if self.envelope is not None and not self.envelope.mail_from:
            self.envelope.mail_from = "unknown@invalid"
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take data without sender and recipient."""
        if self.envelope is not None and not self.envelope.rcpt_tos:
            self.envelope.mail_from = self.envelope.mail_from or "unknown@invalid"
            self.envelope.rcpt_tos.append("unknown@invalid")
        await super().smtp_DATA(arg)


class QuietlyInsecure(StrictSession):
    """Takes passwords in clear, without aiosmtpd's warning about it."""

    def __init__(self, handler: Intake, **options: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__(handler, **options)


class _LooseReader:
    """Takes a bare LF for the end of a line."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.reader = reader

    async def readuntil(self, separator: bytes = b"\n") -> bytes:  # noqa: ARG002 - StreamReader's signature
        """The next line, made to end in CRLF."""
        line = await self.reader.readuntil(b"\n")
        return line if line.endswith(b"\r\n") else line[:-1] + b"\r\n"

    async def read(self, number: int = -1) -> bytes:
        """As the reader itself."""
        return await self.reader.read(number)


class LooseLines(StrictSession):
    """Ends the data at a dot between bare LFs."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Read the data line by loose line."""
        strict = self._reader
        self._reader = _LooseReader(strict)  # type: ignore[assignment]
        try:
            await super().smtp_DATA(arg)
        finally:
            self._reader = strict


class TrustsDeclaredSize(StrictSession):
    """Compares the declared size with the limit, and never the size that comes."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take whatever comes."""
        limit, self.data_size_limit = self.data_size_limit, None
        try:
            await super().smtp_DATA(arg)
        finally:
            self.data_size_limit = limit
