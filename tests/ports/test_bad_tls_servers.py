"""The judge's own bad TLS servers: an ordinary client breaks off, and one told to be careless goes on."""

import socket
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_for_mail_page_tls import serving

from conformance.model.outcome import Inconclusive
from conformance.ports.served_tls import ServerSide, UnsafeServer, legacy_context
from conformance.ports.stranger import stranger_pem

LEGACY_SERVER_CONNECT = 1 << 2


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    certificate.write_bytes(stranger_pem()[0])
    key.write_bytes(stranger_pem()[1])
    return certificate, key


def call(side: ServerSide, change: Callable[[ssl.SSLContext], object] = lambda _context: None) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    change(context)
    with (
        serving(lambda connection: serve(side, connection)) as address,
        context.wrap_socket(socket.create_connection(address, 5), server_hostname="localhost") as secured,
    ):
        return secured.recv(100)


def serve(side: ServerSide, connection: socket.socket) -> None:
    secured = side.wrap_socket(connection, server_side=True)
    secured.sendall(b"served")
    secured.close()


def careless(context: ssl.SSLContext) -> None:
    context.options |= LEGACY_SERVER_CONNECT
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1


def test_without_renegotiation_info_only_a_careless_client_goes_on(files: tuple[Path, Path]) -> None:
    side = UnsafeServer(*files)
    with pytest.raises(ssl.SSLError, match="unsafe legacy renegotiation disabled"):
        call(side)
    assert call(side, careless) == b"served"


def test_at_an_old_version_only_a_careless_client_goes_on(files: tuple[Path, Path]) -> None:
    side = legacy_context(*files)
    with pytest.raises(ssl.SSLError):
        call(side)
    assert call(side, careless) == b"served"


def test_files_that_cannot_be_used_are_said_to_be_so(files: tuple[Path, Path]) -> None:
    files[1].write_text("no key", encoding="ascii")
    with pytest.raises(Inconclusive, match="cannot be used here"):
        UnsafeServer(*files)
