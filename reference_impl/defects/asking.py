"""Defects of asking about revocation: at which addresses, and whom the importing side believes."""

import http.client
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from reference_impl.defects.defect import Collection, patch
from reference_impl.node import Node

defects = Collection()


@defects.add("ignores-ocsp", "Responders named in certificates are not asked.", "PKI-019")
def _ignores_ocsp(node: Node) -> None:
    def answers(_certificate: x509.Certificate, _issuer: x509.Certificate, _hosts: Sequence[str]) -> list[bytes]:
        return []

    patch(node.verifier.path.authorities, answers=answers)


@defects.add("ignores-distribution-points", "Lists at the addresses in certificates are not fetched.", "PKI-019")
def _ignores_distribution_points(node: Node) -> None:
    def lists(_certificate: x509.Certificate, _hosts: Sequence[str]) -> list[x509.CertificateRevocationList]:
        return []

    patch(node.verifier.path.authorities, lists=lists)


@defects.add("takes-stale-answers", "An answer of OCSP is used whenever it ended.", "PKI-020")
def _takes_stale_answers(node: Node) -> None:
    patch(node.verifier.path.answers, in_force=lambda _one, _at: True)


@defects.add("believes-any-responder", "Who has signed an answer of OCSP is not looked at.", "PKI-022")
def _believes_any_responder(node: Node) -> None:
    patch(node.verifier.path.answers, may_answer=lambda _answer, _issuer, _at: True)


@defects.add("any-certificate-answers", "Whoever the authority has certified may answer for it.", "PKI-022")
def _any_certificate_answers(node: Node) -> None:
    patch(node.verifier.path.answers, is_delegate=lambda _certificate: True)


@defects.add("direct-answers-only", "Only answers that the authority itself has signed are believed.", "PKI-022")
def _direct_answers_only(node: Node) -> None:
    patch(node.verifier.path.answers, is_delegate=lambda _certificate: False)


@defects.add("asks-strangers", "A signer's responder is asked before anything is known of the signer.", "PKI-023")
def _asks_strangers(node: Node) -> None:
    clean = node.verifier.check_signer

    def check(certificates: Sequence[x509.Certificate], country: str, at: datetime) -> None:
        anchor = node.verifier.anchors.get(country)
        if anchor is not None:
            node.verifier.path.authorities.answers(certificates[0], certificates[-1], anchor.ask_at)
        clean(certificates, country, at)

    patch(node.verifier, check_signer=check)


@defects.add("follows-redirects", "Who is asked about revocation may name another address to ask at.", "PKI-023")
def _follows_redirects(node: Node) -> None:
    authorities = node.verifier.path.authorities
    clean = authorities.read

    def read(answer: http.client.HTTPResponse, url: str) -> bytes:
        elsewhere = answer.getheader("Location")
        return authorities.fetch("GET", elsewhere, b"", {}) if elsewhere else clean(answer, url)

    patch(authorities, read=read)
