"""Servers that accept connections and then do not do what a server is there for."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket, threading.Event], None]


def hang(connection: socket.socket, over: threading.Event) -> None:
    """Take everything and say nothing."""
    connection.settimeout(0.2)
    while not over.is_set():
        try:
            if not connection.recv(65536):
                return
        except TimeoutError:
            continue


def drip(connection: socket.socket, over: threading.Event) -> None:
    """Say one octet a second, so that no time-out between two octets is ever reached."""
    while not over.wait(1.0):
        connection.sendall(b"2")


def flood(connection: socket.socket, over: threading.Event) -> None:
    """Send without end."""
    while not over.is_set():
        connection.sendall(b"x" * 4096)


def reset(connection: socket.socket, over: threading.Event) -> None:  # noqa: ARG001 - as the others
    """Answer with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close(connection: socket.socket, over: threading.Event) -> None:
    """Hang up at once."""


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[int]:
    """Listen on loopback and treat every connection so; gives the port."""
    over = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                behaviour(connection, over)
            except OSError:
                return  # the judge has gone, as it should

    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.settimeout(0.2)

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            over.set()
            thread.join()
