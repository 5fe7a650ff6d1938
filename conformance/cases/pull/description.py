"""The service description the partner's neighbours program against."""

from datetime import datetime
from urllib.parse import urljoin, urlsplit

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.refusals import UNKNOWN
from conformance.cases.helpers.stock import Stock
from conformance.checks.wsdl import Description, read_wsdl
from conformance.model.finding import Finding, Where
from conformance.model.outcome import Inconclusive, Nonconformity
from conformance.model.words import Role
from conformance.ports.soap import PullPort
from conformance.ports.stock_client import StockClient

ANSWER = Where("SOAP answer")


@case("WSDL-001", roles=Role.EXPORTER, also=["WSDL-008"], defects=["wsdl-localhost-http"])
def test_description_is_usable(pull: PullPort, judge: Judge) -> None:
    """The WSDL can be fetched, names the registered https address, and a client can be made from it.

    A description with the programmer's own machine as address is the first hour of every integration lost.
    """
    _, findings = _described(pull, judge)
    judge.report(findings)


@case("WSDL-005", roles=Role.EXPORTER, defects=["wsdl-unqualified-elements", "wsdl-renamed-faults"])
def test_a_stock_client_is_understood(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A client made from the WSDL by a stock SOAP library calls Echo and GetCertificate and gets typed answers.

    Nobody writes envelopes by hand. Where the service is not as described, every neighbour finds out for itself, late.
    """
    try:
        description, _ = _described(pull, judge)
    except Nonconformity as broken:
        raise Inconclusive(f"The WSDL cannot be had: {broken}") from broken
    if description is None:
        raise Inconclusive("No client can be made from the WSDL; see WSDL-001.")
    client = StockClient(pull, description.client)
    echoed = client.call("Echo", Text="made from the description")
    judge.expect(
        echoed.Text == "made from the description" and isinstance(echoed.Time, datetime),
        expected="the text, and the time as a date-time",
        actual=f"{echoed.Text!r}, {echoed.Time!r}",
        message="The answer to Echo does not come out as the WSDL describes it.",
        where=ANSWER,
    )
    held = stock.issued()
    fetched = client.call("GetCertificate", Number=held.number)
    judge.expect(
        isinstance(fetched.Number, str) and isinstance(fetched.Document, bytes),
        expected="Number as text, Document as octets",
        actual=f"{fetched.Number!r}, Document as {type(fetched.Document).__name__}",
        message="The answer to GetCertificate does not come out as the WSDL describes it.",
        where=ANSWER,
    )
    fault = client.refusal("GetCertificate", Number=UNKNOWN)
    judge.expect(
        getattr(fault.detail, "Number", None) == UNKNOWN,
        expected=f"a fault with Number {UNKNOWN}",
        actual=f"{fault.name} with {fault.detail}",
        message="The fault does not come out as the WSDL describes it.",
        where=ANSWER,
    )


def _described(pull: PullPort, judge: Judge) -> tuple[Description | None, list[Finding]]:
    address = pull.settings.url
    data = _get(pull, judge, f"{address}?wsdl")
    return read_wsdl(data, address, lambda url: _get(pull, judge, urljoin(f"{address}?wsdl", url)))


def _get(pull: PullPort, judge: Judge, url: str) -> bytes:
    registered, wanted = urlsplit(pull.settings.url), urlsplit(url)
    judge.require(
        wanted.netloc == registered.netloc and wanted.scheme == "https",
        expected=f"parts of the description at https://{registered.netloc}",
        actual=url,
        message="The description imports something from another place.",
        requirement="WSDL-001",
    )
    path = f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path
    exchange = pull.raw(b"", (), method="GET", path=path, action=f"GET {wanted.query or wanted.path}")
    response = exchange.answer.response
    judge.require(
        response is not None and exchange.answer.fact("status") == "200",
        expected="HTTP 200 with the description",
        actual=f"HTTP {exchange.answer.fact('status') or 'no answer'}",
        message=f"{path} cannot be fetched.",
        requirement="WSDL-001",
    )
    return response.body if response else b""
