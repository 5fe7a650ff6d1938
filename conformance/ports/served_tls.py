"""TLS settings of the judge's own servers."""

import socket
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from tlslite.constants import ExtensionType
from tlslite.errors import BaseTLSException
from tlslite.handshakesettings import HandshakeSettings
from tlslite.messages import ServerHello
from tlslite.tlsconnection import TLSConnection
from tlslite.utils.keyfactory import parsePEMKey
from tlslite.x509certchain import X509CertChain

from conformance.model.outcome import Inconclusive


class ServerSide(Protocol):
    """What makes an accepted connection a TLS session: Python's contexts, and ours that errs on purpose."""

    def wrap_socket(self, sock: socket.socket, server_side: bool = ...) -> socket.socket:
        """Shake hands. Raises `OSError` when the client breaks off."""
        ...


def server_context(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later; client certificates are asked for when `client_ca` is given. Raises `Inconclusive`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_OPTIONAL
    except (OSError, ssl.SSLError) as error:
        raise Inconclusive(f"The judge's TLS files in [ixit.judge] cannot be used: {error}.") from error
    return context


def legacy_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.1 at most, as of a machine that was forgotten. Raises `Inconclusive` where OpenSSL no longer can."""
    context = server_context(certificate, key, None)
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            # Python warns of old versions; offering them is the point here.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    except (ssl.SSLError, ValueError) as error:
        raise Inconclusive(f"The judge's OpenSSL can no longer serve TLS 1.1: {error}.") from error
    return context


class UnsafeServer:
    """TLS 1.2 without renegotiation_info (RFC 5746), which OpenSSL cannot be made to leave out."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """PEM files. Raises `Inconclusive` when the library cannot use them."""
        self._settings = HandshakeSettings()
        self._settings.minVersion = self._settings.maxVersion = (3, 3)
        try:
            self._chain = X509CertChain()
            self._chain.parsePemList(certificate.read_text(encoding="ascii"))
            self._key = parsePEMKey(key.read_text(encoding="ascii"), private=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise Inconclusive(f"The judge's TLS files in [ixit.judge] cannot be used here: {error}.") from error

    def wrap_socket(self, sock: socket.socket, server_side: bool = True) -> socket.socket:  # noqa: ARG002
        """Shake hands. Raises `OSError` when the client breaks off."""
        session = _WithoutRenegotiationInfo(sock)
        try:
            session.handshakeServer(certChain=self._chain, privateKey=self._key, settings=self._settings)
        except (BaseTLSException, SyntaxError, ValueError) as error:
            raise ConnectionAbortedError(f"the client broke off: {error}") from error
        return cast("socket.socket", session)


class _WithoutRenegotiationInfo(TLSConnection):  # type: ignore[misc]
    def _sendMsg(self, msg: Any, *more: Any, **named: Any) -> Iterator[int]:  # noqa: N802 - the library's name
        if isinstance(msg, ServerHello) and msg.extensions:
            msg.extensions = [one for one in msg.extensions if one.extType != ExtensionType.renegotiation_info]
        yield from super()._sendMsg(msg, *more, **named)
