"""A partner that does nothing: 200 with an empty body to every request, 250 to every line of mail.

Whatever is green against it was green for want of trying.
"""

import asyncio
import ssl
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"


async def _http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        if b"content-length:" in lowered:
            await reader.readexactly(int(lowered.split(b"content-length:")[1].split(b"\r\n")[0]))
        writer.write(EMPTY)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def _smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        writer.write(b"220 null\r\n")
        while await reader.readline():
            writer.write(b"250 ok\r\n")
            await writer.drain()
    except (ConnectionError, ValueError):
        pass
    finally:
        writer.close()


class NullPartner:
    """The running servers; `https_port`, `http_port` (hooks) and `smtp_port` are bound on 127.0.0.1."""

    def __init__(self, certificate: Path, key: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._context = context
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the null partner did not start")

    def _serve(self) -> None:
        async def start() -> list[asyncio.Server]:
            return [
                await asyncio.start_server(_http, "127.0.0.1", 0, ssl=self._context),
                await asyncio.start_server(_http, "127.0.0.1", 0),
                await asyncio.start_server(_smtp, "127.0.0.1", 0),
            ]

        servers = self._loop.run_until_complete(start())
        self.https_port, self.http_port, self.smtp_port = (s.sockets[0].getsockname()[1] for s in servers)
        self._ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    def close(self) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


def initialise_node(folder: Path) -> Path:
    """Make a node folder with its own PKI, let the node write its partner.toml, stop it, and return that file."""
    subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    with subprocess.Popen(
        [sys.executable, "-m", "reference_impl", "serve", str(folder)], stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdout is not None
        ready = node.stdout.readline().strip()
        node.terminate()
    return Path(ready.removeprefix("ready "))


def point_at(partner_file: Path, *, https_port: int, smtp_port: int, hook_port: int) -> None:
    """Rewrite every address in a partner file."""
    data: dict[str, Any] = tomllib.loads(partner_file.read_text())
    data["ixit"]["pull"]["url"] = f"https://127.0.0.1:{https_port}/exchange"
    data["ixit"]["verification"]["url"] = f"https://127.0.0.1:{https_port}"
    data["ixit"]["push"]["host"] = "127.0.0.1"
    data["ixit"]["push"]["port"] = smtp_port
    for hook in data.get("hooks", {}).values():
        hook["url"] = f"http://127.0.0.1:{hook_port}/hook"
    partner_file.write_text(tomli_w.dumps(data))


@contextmanager
def null_partner(folder: Path) -> Iterator[Path]:
    """Serve a null partner for the length of a with block; gives the partner file that points at it."""
    partner_file = initialise_node(folder)
    settings = tomllib.loads((folder / "partner.toml").read_text())
    judge = settings["ixit"]["judge"]
    partner = NullPartner(folder / judge["certificate"], folder / judge["key"])
    try:
        point_at(partner_file, https_port=partner.https_port, smtp_port=partner.smtp_port, hook_port=partner.http_port)
        yield partner_file
    finally:
        partner.close()
