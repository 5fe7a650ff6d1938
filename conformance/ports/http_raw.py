"""Octets over TLS that no HTTP library would write, and how many answers come back."""

import re
import socket
import time

from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.ports.dialling import NoConnection, dial, secure
from conformance.ports.http import CHUNK, Endpoint, Limits, tls_context

# A server that has answered and keeps the connection open for more says nothing further.
QUIET_SECONDS = 0.5
_STATUS = re.compile(rb"(?:^|(?<=[^\x20-\x7e])|(?<=[>\n}]))HTTP/1\.[01] (\d{3})")


def perform_raw(endpoint: Endpoint, octets: bytes, limits: Limits) -> Answer:
    """Send octets as they are, and return what came until the server closed or was quiet for half a second.

    Facts: `status` of each answer in its order. Never raises for what the other side does.
    """
    deadline = time.monotonic() + limits.seconds
    try:
        plain = dial(endpoint.host, endpoint.port, limits.seconds)
        left = max(0.1, deadline - time.monotonic())
        connection = secure(plain, tls_context(endpoint), endpoint.host, endpoint.place, left, endpoint.ca)
    except NoConnection as error:
        return Answer(failure=Failure(error.kind, error.text))
    with connection:
        came = _converse(connection, octets, deadline, limits.octets)
    if not came:
        return Answer(failure=Failure(FailureKind.CLOSED, f"{endpoint.place} closed the connection without an answer"))
    statuses = tuple(("status", found[1].decode()) for found in _STATUS.finditer(came))
    return Answer(Message("application/http", came), facts=statuses)


def _converse(connection: socket.socket, octets: bytes, deadline: float, most: int) -> bytes:
    came = bytearray()
    try:
        connection.settimeout(max(0.1, deadline - time.monotonic()))
        connection.sendall(octets)
        while len(came) < most and (left := deadline - time.monotonic()) > 0:
            connection.settimeout(min(left, QUIET_SECONDS) if came else left)
            more = connection.recv(CHUNK)
            if not more:
                break
            came += more
    except OSError:
        pass  # what came before the end is what there is
    return bytes(came)
