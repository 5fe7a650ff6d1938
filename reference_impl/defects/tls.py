"""Defects of TLS and of who is who behind a client certificate."""

import ssl
import warnings
from typing import TYPE_CHECKING

from reference_impl.config import PartnerConfig
from reference_impl.defects.defect import Collection, patch
from reference_impl.setup.pki import Wanted, issue, load_issued, save
from reference_impl.soap.envelope import SECURITY, Message, Request

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


@defects.add("tls-1.0-accepted", "Still talks TLS 1.0 and 1.1, for one partner who never upgraded.", "TLS-001")
def _tls_1_0_accepted(node: "Node") -> None:
    def strengthen(context: ssl.SSLContext) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")

    patch(node.tls, strengthen=strengthen)


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
    authority = load_issued(node.tls.files.authority, node.tls.files.authority_key)
    wanted = Wanted(node.config.country, node.config.authority, "old.ecert.example", "server", ("old.ecert.example",))
    folder = node.tls.files.certificate.parent
    save(issue(wanted, authority), folder, "server-moved")
    certificate, key = folder / "server-moved.pem", folder / "server-moved.key"
    patch(node.tls, load_certificate=lambda context: context.load_cert_chain(certificate, key))


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
)
def _any_client_certificate_is_anyone(node: "Node") -> None:
    first = next(iter(node.partners.values()))
    patch(node.exchange.authenticator, by_certificate=lambda _der: first)
