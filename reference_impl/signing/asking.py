"""Asking an authority about revocation, at the addresses in certificates (profile 2.41).

An address comes from a document of somebody else, so it is asked only when its host is on the list agreed for that
country: in clear or by TLS, once, without redirections, bounded in time and octets.
"""

import contextlib
import http.client
import logging
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from reference_impl.signing.answers import nonce_in, question

SECONDS, MAX_OCTETS, MAX_ADDRESSES = 3.0, 2_000_000, 2  # of one address; and how many of one certificate
_NONCE_OCTETS = 32  # RFC 9654 clause 2.1
_OK = 200
log = logging.getLogger(__name__)


class Authorities:
    """Asks. `hosts` in its methods are those agreed, each `host` or `host:port`."""

    def lists(self, certificate: x509.Certificate, hosts: Sequence[str]) -> list[x509.CertificateRevocationList]:
        """The revocation lists at the addresses in a certificate, as far as they can be had."""
        found = []
        for url in self.allowed(_points(certificate), hosts):
            octets = self.fetch("GET", url, b"", {"Accept": "application/pkix-crl"})
            try:
                found += [x509.load_der_x509_crl(octets)] if octets else []
            except ValueError as error:
                log.warning("%s: no revocation list can be read there (%s)", url, error)
        return found

    def answers(self, certificate: x509.Certificate, issuer: x509.Certificate, hosts: Sequence[str]) -> list[bytes]:
        """The answers of OCSP at the addresses in a certificate of `issuer`, in DER, as far as they can be had."""
        found = []
        for url in self.allowed(_responders(certificate), hosts):
            nonce = secrets.token_bytes(_NONCE_OCTETS)
            asked = question(certificate, issuer, nonce)
            octets = self.fetch("POST", url, asked, {"Content-Type": "application/ocsp-request"})
            if octets and nonce_in(octets) in (None, nonce):
                found.append(octets)
        return found

    def allowed(self, urls: Iterator[str], hosts: Sequence[str]) -> list[str]:
        """Those addresses that may be asked."""
        known = {host.lower() for host in hosts}
        return [url for url in urls if known & set(_names(url))][:MAX_ADDRESSES]

    def fetch(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        """What an address answers, empty when it does not answer with it. What happened is in the log."""
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection = _connection(parts.scheme, parts.hostname or "", parts.port)
            # The time of a socket is for one read; whoever sends a little at a time must not hold us longer.
            cut = threading.Timer(SECONDS, _cut, (connection,))
            cut.daemon = True
            cut.start()
            try:
                connection.request(method, target, body or None, {**headers, "Connection": "close"})
                return self.read(connection.getresponse(), url)
            finally:
                cut.cancel()
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            log.warning("%s could not be asked about revocation: %s", url, error)
            return b""

    def read(self, answer: http.client.HTTPResponse, url: str) -> bytes:
        """The octets of an answer with status 200 that is not too long, else none."""
        octets = answer.read(MAX_OCTETS + 1)
        # `length` is what is still to come: too much, or cut off.
        if answer.status != _OK or len(octets) > MAX_OCTETS or answer.length:
            log.warning("%s answered about revocation with status %s, %s octets", url, answer.status, len(octets))
            return b""
        log.info("%s was asked about revocation: %s octets", url, len(octets))
        return octets


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=SECONDS)


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _names(url: str) -> tuple[str, ...]:
    """How the list may name the host of an address; nothing fits what is no address of the web."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ()
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return ()
    return host, f"{host}:{port or (443 if parts.scheme == 'https' else 80)}"


def _responders(certificate: x509.Certificate) -> Iterator[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return
    for one in found:
        if one.access_method == AuthorityInformationAccessOID.OCSP:
            yield from _web(one.access_location)


def _points(certificate: x509.Certificate) -> Iterator[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return
    for point in found:
        for name in point.full_name or ():
            yield from _web(name)


def _web(name: x509.GeneralName) -> Iterator[str]:
    if isinstance(name, x509.UniformResourceIdentifier):
        yield name.value
