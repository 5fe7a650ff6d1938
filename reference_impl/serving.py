"""Runs a node: binds its ports, writes partner.toml with the real addresses, and ends when told to."""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from reference_impl import importer, mail
from reference_impl.admin import admin_application
from reference_impl.config import ConfigError, NodeConfig
from reference_impl.defects import DEFECTS
from reference_impl.node import Node
from reference_impl.setup.accounts import add_accounts
from reference_impl.setup.partner_file import write_partner_file
from reference_impl.setup.renewal import Renewal, renew
from reference_impl.setup.samples import add_samples

PEER = "ecert.client_certificate"
log = logging.getLogger("reference_impl")


class PeerProtocol(HttpToolsProtocol):
    """Shows the client's certificate (DER, empty without one) to the application as `scope["ecert..."]`."""

    peer = b""
    leniencies: Mapping[str, bool] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called when the TLS handshake is done: the certificate is that of the connection."""
        tls = transport.get_extra_info("ssl_object")
        self.peer = (tls.getpeercert(binary_form=True) if tls is not None else None) or b""
        super().connection_made(transport)
        if self.leniencies:
            self.parser.set_dangerous_leniencies(**self.leniencies)

    def on_headers_complete(self) -> None:
        """Called when a request's headers are there, before the application runs."""
        self.scope[PEER] = self.peer  # type: ignore[literal-required]
        super().on_headers_complete()


class QuietServer(uvicorn.Server):
    """One of several servers in one loop: signals are not its business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`."""
        yield


def serve(config: NodeConfig, defects: list[str], ready: Callable[[str], None]) -> None:
    """Run the node until SIGTERM or SIGINT, or until the process that started it has ended.

    `ready` is told the path of partner.toml when everything listens. Raises `ConfigError`.
    """
    unknown = [name for name in defects if name not in DEFECTS]
    if unknown:
        raise ConfigError(f"no such defect: {', '.join(unknown)}. The list: python -m reference_impl defects")
    _follow_parent()
    _log_to(config.log)
    renew(config.tls, config.country, config.authority, datetime.now(UTC))
    node = Node(_fresh(config) if defects else config)
    try:
        node.services.append(Renewal(node))
        mail.install(node)
        importer.install(node)
        for name in defects:
            DEFECTS[name].apply(node)
        if defects:
            add_samples(node)
            add_accounts(node)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_run(node, ready))
    finally:
        node.close()


def _fresh(config: NodeConfig) -> NodeConfig:
    # A node with a defect has always had it: it begins with certificates of its own making, and leaves those of the
    # clean node alone.
    path = config.folder / "defective.sqlite"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return replace(config, database=path)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    import uvloop  # noqa: PLC0415 - only this command pays for it

    return uvloop.new_event_loop


async def _run(node: Node, ready: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listen = node.config.listen
    plan: list[tuple[str, int, ASGIApp, ssl.SSLContext | None]] = [
        ("pull", listen.pull_port, _by_path(node), node.tls.pull()),
        ("page", listen.page_port, node.site, node.tls.page()),
        ("page-http", listen.page_http_port, node.in_clear, None),
        ("admin", listen.admin_port, admin_application(node), None),
    ]
    sockets = [_bind(node, name, listen.host, port) for name, port, _, _ in plan]
    protocol = type("NodeProtocol", (PeerProtocol,), {"leniencies": node.leniencies})
    servers = [QuietServer(_settings(application, context, protocol)) for _, _, application, context in plan]
    tasks = [asyncio.create_task(s.serve([sock])) for s, sock in zip(servers, sockets, strict=True)]
    try:
        for service in node.services:
            await service.start()
        await _started(servers, tasks)
        ready(str(write_partner_file(node)))
        await stop.wait()
    finally:
        for server in servers:
            server.should_exit = True
            server.force_exit = True
        for service in reversed(node.services):
            await service.stop()
        await asyncio.wait(tasks, timeout=1.5)


def _by_path(node: Node) -> ASGIApp:
    """Pull and inquiry share a port; whatever is neither is the pull service's to refuse."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        service = node.inquiry_service if scope["path"] == node.inquiry_service.path else node.exchange
        await service(scope, receive, send)

    return application


async def _started(servers: list[QuietServer], tasks: list[asyncio.Task[None]]) -> None:
    # The sockets listen already; this waits for the loop to accept from them.
    while not all(server.started for server in servers):
        done, _ = await asyncio.wait(tasks, timeout=0.005, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


def _settings(application: ASGIApp, context: ssl.SSLContext | None, protocol: type[PeerProtocol]) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        limit_concurrency=500,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )


def _bind(node: Node, name: str, host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ConfigError(
            f"{node.config.folder / 'node.toml'}: listen.{name.replace('-', '_')}_port {port} on {host} cannot be used "
            f"({error.strerror}). Choose another, or 0 for any free port"
        ) from error
    sock.listen(256)
    node.addresses[name] = (host, sock.getsockname()[1])
    return sock


def _log_to(path: Path) -> None:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def _follow_parent() -> None:
    # PR_SET_PDEATHSIG = 1: a node started by a test or a demonstration must not outlive it.
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)
