"""The judge's own service and its own client understand each other, and refusals count only beside an accepted twin."""

import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.checks.wsdl import read_wsdl
from conformance.model.exchange import Answer, Exchange, Message
from conformance.model.outcome import Inconclusive, JudgeFault, Nonconformity
from conformance.partner import Listen, Secret
from conformance.ports.faults import FaultReceived
from conformance.ports.served_pull import PullService
from conformance.ports.soap import PullPort
from conformance.ports.stock_client import StockClient
from conformance.ports.throwaway import self_made_server


class LooseTape:
    """Carries out and keeps what was done."""

    case_id = "PULL-010"
    run_id = "test"
    random = Random(1)

    def __init__(self) -> None:
        self.actions: list[str] = []

    def exchange(
        self,
        port: str,
        action: str,
        request: Message | None,
        perform: Callable[[], Answer],
        *,
        at: tuple[str, ...] = (),  # noqa: ARG002 - nothing is given up here
    ) -> Exchange:
        self.actions.append(f"{port} {action}")
        return Exchange(port, action, request, perform())

    def now(self) -> datetime:
        return datetime.now(UTC)

    def note(self, text: str) -> None:
        self.actions.append(text)


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PullService, PullPort]]:
    files = (tmp_path / "server.pem", tmp_path / "server.key")
    for path, octets in zip(files, self_made_server("127.0.0.1"), strict=True):
        path.write_bytes(octets)
    judge = SimpleNamespace(
        certificate=files[0], key=files[1], client_ca=None, public_host="127.0.0.1", pull_listen=Listen("127.0.0.1", 0)
    )
    partner: Any = SimpleNamespace(judge=judge, ics=frozenset({"identity:username-token"}))
    service = PullService(partner)
    tape = LooseTape()
    service.attach(tape)
    own = SimpleNamespace(
        name="own", country="CN", username="cn", password=Secret("password", tmp_path / "partner.toml", plain="word")
    )
    partner.pull = SimpleNamespace(
        url=service.url, ca=None, timeout=5.0, max_answer_bytes=100_000, identities=SimpleNamespace(all=lambda: (own,))
    )

    def unverified(_: object) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
        return made

    monkeypatch.setattr("conformance.ports.http.tls_context", unverified)
    yield service, PullPort(partner, tape, requirement="PULL-010")
    service.close()


def stock_client(pull: PullPort, change: Callable[[bytes], bytes] = bytes) -> StockClient:
    folder = Path(__file__).parents[2] / "schemas" / "ecert"
    description, _ = read_wsdl(
        (folder / "exchange-1.wsdl").read_bytes(),
        "https://node.example/exchange",
        lambda url: change((folder / url.rpartition("/")[2]).read_bytes()),
    )
    assert description is not None
    return StockClient(pull, description.client)


def test_offered_is_listed_fetched_and_acknowledged(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    service.offer("NZ-1", b"<document/>")
    assert [item.number for item in pull.list_all()] == ["NZ-1"]
    assert pull.get("NZ-1").document == b"<document/>"
    assert pull.acknowledge("NZ-1", "NotReadable", "not XML").delivery_state == "DeliveredNotReadable"
    receipt = service.wait_for("AcknowledgeReceipt", "NZ-1", 2)
    assert receipt is not None
    assert (receipt.field("Receipt"), receipt.field("Text")) == ("NotReadable", "not XML")
    assert receipt.message.header("SOAPAction") == '"urn:ecert:exchange:1/AcknowledgeReceipt"'


def test_waiting_for_what_does_not_come_ends(pair: tuple[PullService, PullPort]) -> None:
    service, _ = pair
    started = time.monotonic()
    assert service.wait_for("GetCertificate", "NZ-1", 0.2) is None
    assert time.monotonic() - started < 20


def test_each_request_is_given_out_once(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    pull.echo()
    assert service.wait_for("Echo", None, 2) is not None
    assert service.wait_for("Echo", None, 0.1) is None


def test_a_refusal_alone_is_the_judges_fault(pair: tuple[PullService, PullPort]) -> None:
    _, pull = pair
    with pytest.raises(JudgeFault, match="never accepted"), pull.refused("NotFound"):
        pull.get("NZ-1")


def test_a_refusal_beside_its_twin_counts(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    service.offer("NZ-1", b"<document/>")
    pull.get("NZ-1")
    with pull.refused("NotFound"):
        pull.get("NZ-2")
    with pytest.raises(Nonconformity, match="another than agreed"), pull.refused("PermissionDenied"):
        pull.get("NZ-2")
    with pytest.raises(Nonconformity, match="was accepted"), pull.refused("NotFound"):
        pull.get("NZ-1")


def test_a_fault_with_the_wrong_status_is_no_proper_refusal(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    service.offer("NZ-1", b"<document/>")
    pull.get("NZ-1")
    service.answer_with_fault("GetCertificate", "NotFound", number="NZ-1", status=200)
    with pytest.raises(Nonconformity) as raised, pull.refused("NotFound"):
        pull.get("NZ-1")
    assert {finding.requirement for finding in raised.value.findings} == {"SOAP-018"}


def test_a_stock_client_made_from_the_wsdl_is_understood(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    service.offer("NZ-1", b"<document/>")
    client = stock_client(pull)
    assert client.call("Echo", Text="hello").Text == "hello"
    assert client.call("GetCertificate", Number="NZ-1").Document == b"<document/>"
    fault = client.refusal("GetCertificate", Number="NZ-2")
    assert (fault.name, fault.detail.Number) == ("NotFound", "NZ-2")


def test_a_stock_client_tells_what_does_not_go_with_the_wsdl(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    service.offer("NZ-1", b"<document/>")
    client = stock_client(pull, lambda octets: octets.replace(b'elementFormDefault="qualified"', b""))
    with pytest.raises(Nonconformity, match="cannot use GetCertificate"):
        client.call("GetCertificate", Number="NZ-1")
    with pytest.raises(Inconclusive, match="no fault to look at"):
        stock_client(pull).refusal("Echo", Text="hello")


def test_nobody_is_served_without_an_identity(pair: tuple[PullService, PullPort]) -> None:
    _, pull = pair
    with pytest.raises(FaultReceived, match="Echo was answered with a fault") as raised:
        pull.as_("own", by="none").echo()
    assert raised.value.fault.name == "Unauthenticated"


def test_a_new_case_starts_with_an_empty_stock(pair: tuple[PullService, PullPort]) -> None:
    service, pull = pair
    service.offer("NZ-1", b"<document/>")
    service.attach(LooseTape())
    assert pull.list_all() == ()


def test_the_canary_is_heard(pair: tuple[PullService, PullPort]) -> None:
    import urllib.request  # noqa: PLC0415 - only here, to play an importer that resolves entities

    service, _ = pair
    with urllib.request.urlopen(service.canary_url, timeout=2) as answer:
        answer.read()
    assert service.wait_for("(canary)", None, 2) is not None
