"""Defects of TLS and of who is who behind a client certificate."""

import _ssl
import ctypes
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reference_impl.config import PartnerConfig
from reference_impl.defects.defect import Collection, patch
from reference_impl.defects.relay import Relay, agree_to_compression, forget_fallback
from reference_impl.setup.pki import Wanted, issue, load_issued, save
from reference_impl.setup.renewal import server_wanted
from reference_impl.soap.envelope import SECURITY, Message, Request

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()
# Of OpenSSL, without a name in Python.
ALLOW_CLIENT_RENEGOTIATION, ALLOW_UNSAFE_LEGACY_RENEGOTIATION = 1 << 8, 1 << 18
NO_CHECK_TIME, LEGACY_SERVER_CONNECT = 0x200000, 1 << 2


@defects.add("tls-1.0-accepted", "Still talks TLS 1.0 and 1.1, for one partner who never upgraded.", "TLS-001")
def _tls_1_0_accepted(node: "Node") -> None:
    clean = node.tls.limit

    def limit(context: ssl.SSLContext) -> None:  # the servers' only: what the node's clients agree to is TLS-006
        clean(context)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:!aNULL:!kRSA:!PSK:!SRP:@SECLEVEL=0")

    patch(node.tls, limit=limit)


@defects.add("static-rsa", "Offers key exchange by static RSA, so recorded traffic can be read later.", "TLS-003")
def _static_rsa(node: "Node") -> None:
    def strengthen(context: ssl.SSLContext) -> None:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE+AESGCM:kRSA+AESGCM:kRSA+AES")

    files = node.tls.files
    patch(
        node.tls,
        strengthen=strengthen,
        load_certificate=lambda context: context.load_cert_chain(files.rsa_certificate, files.rsa_key),
    )


@defects.add("wrong-host-certificate", "Serves the certificate of the machine it was moved from.", "TLS-004")
def _wrong_host_certificate(node: "Node") -> None:
    wanted = server_wanted(node.config.country, node.config.authority, ("old.ecert.example",))
    certificate, key = _issued(node, wanted, "server-moved")
    patch(node.tls, load_certificate=lambda context: context.load_cert_chain(certificate, key))


@defects.add("long-lived-certificate", "Serves a certificate for two years and no word on revocation.", "TLS-011")
def _long_lived_certificate(node: "Node") -> None:
    wanted = Wanted(node.config.country, node.config.authority, "localhost", "server")
    certificate, key = _issued(node, wanted, "server-long-lived")
    patch(node.tls, load_certificate=lambda context: context.load_cert_chain(certificate, key))


@defects.add(
    "revoked-client-accepted", "Knows the authority's clients and never asks which of them were revoked.", "TLS-008"
)
def _revoked_client_accepted(node: "Node") -> None:
    patch(node.tls, trust_clients=lambda context: context.load_verify_locations(node.tls.files.authority))


@defects.add("expired-client-accepted", "Takes client certificates long after they have expired.", "TLS-008")
def _expired_client_accepted(node: "Node") -> None:
    clean = node.tls.trust_clients

    def trust_clients(context: ssl.SSLContext) -> None:
        clean(context)
        context.verify_flags |= NO_CHECK_TIME

    patch(node.tls, trust_clients=trust_clients)


@defects.add(
    "client-ignores-expiry", "The node's clients take server certificates that have expired.", "TLS-005", "TLS-018"
)
def _client_ignores_expiry(node: "Node") -> None:
    def loosen(context: ssl.SSLContext) -> None:
        context.verify_flags |= NO_CHECK_TIME

    _client(node, loosen)


@defects.add(
    "client-ignores-revocation",
    "The node's clients never look at the authority's revocation list.",
    "TLS-005",
    "TLS-018",
)
def _client_ignores_revocation(node: "Node") -> None:
    def loosen(context: ssl.SSLContext) -> None:
        context.verify_flags &= ~ssl.VERIFY_CRL_CHECK_LEAF

    _client(node, loosen)


@defects.add(
    "client-speaks-old-versions", "The node's clients agree to TLS 1.0 where a server wants it.", "TLS-006", "TLS-019"
)
def _client_speaks_old_versions(node: "Node") -> None:
    def loosen(context: ssl.SSLContext) -> None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1

    _client(node, loosen)


@defects.add("client-takes-unsafe-renegotiation", "The node's clients talk to servers from before RFC 5746.", "TLS-006")
def _client_takes_unsafe_renegotiation(node: "Node") -> None:
    def loosen(context: ssl.SSLContext) -> None:
        context.options |= LEGACY_SERVER_CONNECT

    _client(node, loosen)


def _client(node: "Node", loosen: Callable[[ssl.SSLContext], None]) -> None:
    clean = node.tls.client

    def client() -> ssl.SSLContext:
        context = clean()
        loosen(context)
        return context

    patch(node.tls, client=client)


@defects.add("tls-1.3-only", "Talks TLS 1.3 and nothing else, whoever may still need TLS 1.2.", "TLS-001")
def _tls_1_3_only(node: "Node") -> None:
    clean = node.tls.limit

    def limit(context: ssl.SSLContext) -> None:
        clean(context)
        context.minimum_version = ssl.TLSVersion.TLSv1_3

    patch(node.tls, limit=limit)


@defects.add("no-tls-1.3", "Has never been told of TLS 1.3.", "TLS-016")
def _no_tls_1_3(node: "Node") -> None:
    clean = node.tls.limit

    def limit(context: ssl.SSLContext) -> None:
        clean(context)
        context.maximum_version = ssl.TLSVersion.TLSv1_2

    patch(node.tls, limit=limit)


@defects.add("weak-suites", "Offers every cipher suite the library still has, those without encryption too.", "TLS-002")
def _weak_suites(node: "Node") -> None:
    _with_suites(node, "ALL:COMPLEMENTOFALL:@SECLEVEL=0")


@defects.add("prefers-cbc", "Puts suites of CBC mode first, as years ago when they were the strongest.", "TLS-002")
def _prefers_cbc(node: "Node") -> None:
    _with_suites(node, "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE+AESGCM")


def _with_suites(node: "Node", suites: str) -> None:
    def strengthen(context: ssl.SSLContext) -> None:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(suites)

    patch(node.tls, strengthen=strengthen)


@defects.add("client-renegotiation", "Begins anew inside a session as often as the client wishes.", "TLS-017")
def _client_renegotiation(node: "Node") -> None:
    _renegotiates(node, ALLOW_CLIENT_RENEGOTIATION)


@defects.add(
    "unsafe-renegotiation",
    "Begins anew inside a session for clients that do not bind it to the first handshake.",
    "TLS-015",
    "TLS-017",
)
def _unsafe_renegotiation(node: "Node") -> None:
    _renegotiates(node, ALLOW_CLIENT_RENEGOTIATION | ALLOW_UNSAFE_LEGACY_RENEGOTIATION)


def _renegotiates(node: "Node", options: int) -> None:
    clean = node.tls.limit

    def limit(context: ssl.SSLContext) -> None:
        clean(context)
        context.options &= ~ssl.OP_NO_RENEGOTIATION
        context.options |= options

    patch(node.tls, limit=limit)


@defects.add("early-data", "Hands out session tickets that invite early data, for a faster start.", "TLS-012")
def _early_data(node: "Node") -> None:
    clean = node.tls.limit
    # Python has no door to this setting; a context begins with a pointer to OpenSSL's.
    set_max_early_data = ctypes.CDLL(_ssl.__file__).SSL_CTX_set_max_early_data
    set_max_early_data.argtypes = [ctypes.c_void_p, ctypes.c_uint32]

    def limit(context: ssl.SSLContext) -> None:
        clean(context)
        set_max_early_data(ctypes.c_void_p.from_address(id(context) + object.__basicsize__), 16384)

    patch(node.tls, limit=limit)


@defects.add("default-site", "Answers a server name it does not know with whatever site comes first.", "TLS-014")
def _default_site(node: "Node") -> None:
    wanted = server_wanted(node.config.country, "Example Customs Office", ("customs.example",))
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    other.load_cert_chain(*_issued(node, wanted, "server-customs"))
    clean = node.tls.named

    def named(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        if clean(connection, name, context) is not None:
            connection.context = other

    patch(node.tls, named=named)


@defects.add("alpn-not-spoken", "Agrees to HTTP/2 for a balancer that was taken away.", "TLS-014")
def _alpn_not_spoken(node: "Node") -> None:
    patch(node.tls, protocols=lambda: ["h2"])


@defects.add("compresses", "Stands behind a TLS accelerator that agrees to compression.", "TLS-007")
def _compresses(node: "Node") -> None:
    node.services.insert(0, Relay(node, "pull", to_client=agree_to_compression))


@defects.add(
    "ignores-fallback-signal", "Stands behind a balancer that takes the fallback signal out of handshakes.", "TLS-013"
)
def _ignores_fallback_signal(node: "Node") -> None:
    node.services.insert(0, Relay(node, "pull", to_server=forget_fallback))


def _issued(node: "Node", wanted: Wanted, name: str) -> tuple[Path, Path]:
    authority = load_issued(node.tls.files.authority, node.tls.files.authority_key)
    folder = node.tls.files.certificate.parent
    save(issue(wanted, authority), folder, name)
    return folder / f"{name}.pem", folder / f"{name}.key"


@defects.add(
    "client-certificate-unchecked",
    "Serves callers without a registered certificate, as behind a careless proxy.",
    "TLS-008",
    "PULL-021",
)
def _client_certificate_unchecked(node: "Node") -> None:
    partner = node.exchange.authenticator.partner
    known = node.exchange.authenticator.by_fingerprint
    first = next(iter(node.partners.values()))

    def by_certificate(der: bytes) -> PartnerConfig:
        return next((p for p in known.values() if _der(p) == der), first)

    def changed(request: Request, message: Message) -> PartnerConfig:
        named = request.certificate or any(block.tag == SECURITY for block in message.headers)
        return partner(request, message) if named else first

    patch(node.exchange.authenticator, partner=changed, by_certificate=by_certificate)


def _der(partner: PartnerConfig) -> bytes:
    return ssl.PEM_cert_to_DER_cert(partner.client_certificate.read_text(encoding="ascii"))


@defects.add(
    "any-client-certificate-is-anyone",
    "Takes any certificate of the common authority for the first partner's, limits and all.",
    "PKI-012",
    "LOAD-002",
    "INQ-007",
)
def _any_client_certificate_is_anyone(node: "Node") -> None:
    first = next(iter(node.partners.values()))
    patch(node.exchange.authenticator, by_certificate=lambda _der: first)
