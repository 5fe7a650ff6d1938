"""The judge answers about revocation as an authority's server does, and what was asked stands on the tape."""

import base64
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from conformance.cases.helpers.asking import Asking
from conformance.model.exchange import Answer, Exchange, Message
from conformance.model.outcome import Inconclusive
from conformance.model.words import Revocation
from conformance.partner import JudgeRevocation, Listen
from conformance.ports.served_revocation import RevocationService
from conformance.vectors.forgery.answers import Said
from conformance.vectors.forgery.issuing import AUTHORITY, Issuer, Wanted
from conformance.vectors.signing import Signer

NOW = datetime.now(UTC)
NONCE = bytes(range(32))


class Tape:
    """Carries out, or gives back what an earlier one carried out."""

    def __init__(self, told: list[Answer] | None = None) -> None:
        self.told: list[Answer] = []
        self._before = told

    def exchange(
        self, port: str, action: str, request: Message | None, perform: Callable[[], Answer], **_more: Any
    ) -> Exchange:
        answer = perform() if self._before is None else self._before.pop(0)
        self.told.append(answer)
        return Exchange(port, action, request, answer)


def partner(revocation: JudgeRevocation | None) -> Any:
    return SimpleNamespace(name="Test node", judge=SimpleNamespace(revocation=revocation))


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def service(tape: Tape) -> Iterator[RevocationService]:
    made = RevocationService(partner(JudgeRevocation(Listen("127.0.0.1", 0), "127.0.0.1")))
    made.attach(tape)  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture(scope="module")
def signer() -> tuple[Signer, Signer]:
    """A signer and its authority."""
    nobody: Any = None
    issuer = Issuer(nobody, "NZ", NOW)
    authority = issuer.lone(AUTHORITY)
    return issuer.issue(Wanted(), authority), authority


def got(url: str, body: bytes | None = None) -> bytes:
    with urllib.request.urlopen(url, body, timeout=5) as answer:
        return bytes(answer.read())


def test_a_question_is_answered_by_post_and_by_get_with_its_nonce(
    service: RevocationService, signer: tuple[Signer, Signer]
) -> None:
    lost, authority = signer
    said = Said(lost.certificate, authority.certificate, authority, NOW, revoked=True)
    service.answers("lost", said.octets)
    address = service.answer_address("lost")
    builder = ocsp.OCSPRequestBuilder().add_certificate(lost.certificate, authority.certificate, hashes.SHA256())
    question = builder.add_extension(x509.OCSPNonce(NONCE), critical=False).build().public_bytes(Encoding.DER)
    in_path = quote(base64.b64encode(question).decode(), safe="")
    for octets in (got(address, question), got(f"{address}/{in_path}")):
        answer = ocsp.load_der_ocsp_response(octets)
        assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
        assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == NONCE
    for _ in range(2):
        assert service.wait_for(address, 0.5) is not None
    assert service.wait_for(address, 0) is None


def test_what_is_no_question_is_told_so_and_what_is_not_there_is_missing(
    service: RevocationService, signer: tuple[Signer, Signer]
) -> None:
    service.answers("one", Said(signer[0].certificate, signer[1].certificate, signer[1], NOW).octets)
    for answer in (got(service.answer_address("one"), b"hello"), got(f"{service.answer_address('one')}/%25%25")):
        assert ocsp.load_der_ocsp_response(answer).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    for address, body in ((service.answer_address("other"), b"x"), (service.answer_address("one"), bytes(70_000))):
        with pytest.raises(urllib.error.HTTPError):
            got(address, body)
    with pytest.raises(urllib.error.URLError):
        got(service.deaf_address)


def test_a_case_begins_with_nothing(service: RevocationService, tape: Tape) -> None:
    service.lists("one", b"list")
    assert got(service.list_address("one")) == b"list"
    service.attach(tape)  # type: ignore[arg-type]
    assert service.wait_for(service.list_address("one"), 0) is None
    with pytest.raises(urllib.error.HTTPError):
        got(service.list_address("one"))


def test_a_record_is_judged_again_without_a_server(service: RevocationService, tape: Tape) -> None:
    service.lists("one", b"list")
    got(service.list_address("one"))
    assert service.wait_for(service.list_address("one"), 0.5) is not None
    again = RevocationService(partner(JudgeRevocation(Listen("192.0.2.1", 1), "nowhere.invalid")))
    again.attach(Tape(tape.told.copy()))  # type: ignore[arg-type]
    again.lists("one", b"list")
    assert again.list_address("one") == service.list_address("one")
    assert again.wait_for(again.list_address("one"), 0) is not None


@pytest.mark.parametrize("told", [None, JudgeRevocation(Listen("192.0.2.1", 0), "judge.example")])
def test_where_the_judge_cannot_serve_nothing_is_proved(told: JudgeRevocation | None, tape: Tape) -> None:
    service = RevocationService(partner(told))
    service.attach(tape)  # type: ignore[arg-type]
    with pytest.raises(Inconclusive):
        _ = service.address


def test_what_a_partner_cannot_be_told_to_demand_is_not_judged() -> None:
    told = JudgeRevocation(Listen("127.0.0.1", 0), "127.0.0.1", demand="if-available")
    importing: Any = SimpleNamespace(partner=partner(told), hooks=SimpleNamespace(has=lambda _name: False))
    asking = Asking(importing, RevocationService(partner(told)))
    with asking.demanding(Revocation.IF_AVAILABLE):
        pass
    with pytest.raises(Inconclusive, match="under require cannot be seen"), asking.demanding(Revocation.REQUIRE):
        pass


def test_stale_answers_were_in_force_once(signer: tuple[Signer, Signer]) -> None:
    lost, authority = signer
    said = Said(lost.certificate, authority.certificate, authority, NOW, ends=-timedelta(minutes=50))
    one = ocsp.load_der_ocsp_response(said.octets())
    assert one.next_update_utc is not None
    assert one.this_update_utc < one.next_update_utc < NOW
