"""The service description the partner's neighbours program against."""

from urllib.parse import urljoin, urlsplit

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.checks.wsdl import read_wsdl
from conformance.model.words import Role
from conformance.ports import soap_raw
from conformance.ports.soap import PullPort


@case("WSDL-001", roles=Role.EXPORTER, also=["WSDL-008"], defects=["wsdl-localhost-http"])
def test_description_is_usable(pull: PullPort, judge: Judge) -> None:
    """The WSDL can be fetched, names the registered https address, and a client made from it is understood.

    A description with the programmer's own machine as address is the first hour of every integration lost.
    """
    address = pull.settings.url
    data = _get(pull, judge, f"{address}?wsdl")
    description, findings = read_wsdl(data, address, lambda url: _get(pull, judge, urljoin(f"{address}?wsdl", url)))
    judge.report(findings)
    if description is None:
        return
    request = description.request("Echo", Text="made from the description")
    if pull.by == "mutual-tls":  # a token would have to go into zeep's envelope, which tells nothing of the WSDL
        pull.outcome(pull.raw(request, soap_raw.headers("Echo"), action="Echo"), "Echo")


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
