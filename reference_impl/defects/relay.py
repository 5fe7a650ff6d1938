"""A box in front of a server that meddles with the first words of TLS: for faults OpenSSL cannot be made to commit.

What is meddled with spoils the handshake that follows. So only handshakes with an offer no ordinary client makes are
touched; all others pass as they are.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference_impl.node import Node

RECORD_HEAD = 5
HANDSHAKE = 22
# In a hello: head of the record, head of the message, version, random value.
SESSION_ID = RECORD_HEAD + 4 + 2 + 32
FALLBACK_SIGNAL, UNKNOWN_SUITE = b"\x56\x00", b"\x0a\x0a"
DEFLATE = 1
CHUNK = 65_536

ToServer = Callable[[bytes], bytes]
ToClient = Callable[[bytes, bytes], bytes]


def forget_fallback(hello: bytes) -> bytes:
    """A ClientHello with TLS_FALLBACK_SCSV (RFC 7507) made a suite nobody knows."""
    begin, end = _suites(hello)
    suites = [hello[at : at + 2] for at in range(begin, end, 2)]
    kept = [UNKNOWN_SUITE if suite == FALLBACK_SIGNAL else suite for suite in suites]
    return hello[:begin] + b"".join(kept) + hello[end:]


def agree_to_compression(hello: bytes, answer: bytes) -> bytes:
    """The ServerHello with DEFLATE chosen where the ClientHello offers it."""
    end = _suites(hello)[1]
    if DEFLATE not in hello[end + 1 : end + 1 + hello[end]] or answer[0] != HANDSHAKE:
        return answer
    at = SESSION_ID + 1 + answer[SESSION_ID] + 2
    return answer[:at] + bytes((DEFLATE,)) + answer[at + 1 :]


def _suites(hello: bytes) -> tuple[int, int]:
    at = SESSION_ID + 1 + hello[SESSION_ID]
    return at + 2, at + 2 + int.from_bytes(hello[at : at + 2], "big")


class Relay:
    """A service of the node that takes the place of one of its servers and passes connections on."""

    def __init__(
        self,
        node: "Node",
        name: str,
        to_server: ToServer = lambda hello: hello,
        to_client: ToClient = lambda _hello, answer: answer,
    ) -> None:
        """`name` is that of the server in `node.addresses`, which from the start on tell of the relay."""
        self.node = node
        self.name = name
        self.to_server = to_server
        self.to_client = to_client
        self._target = ("", 0)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._target = self.node.addresses[self.name]
        self._server = await asyncio.start_server(self._one, self._target[0], 0)
        self.node.addresses[self.name] = self._server.sockets[0].getsockname()[:2]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            inner_reader, inner_writer = await asyncio.open_connection(*self._target)
            try:
                hello = await _record(reader)
                inner_writer.write(self.to_server(hello))
                writer.write(self.to_client(hello, await _record(inner_reader)))
                await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))
            finally:
                inner_writer.close()
        writer.close()


async def _record(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(RECORD_HEAD)
    return head + await reader.readexactly(int.from_bytes(head[3:], "big"))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(CHUNK):
            writer.write(piece)
            await writer.drain()
    writer.close()
