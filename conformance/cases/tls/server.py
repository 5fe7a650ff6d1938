"""TLS at the partner's accesses: versions, key exchange, certificates, client certificates."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.soap import read_answer
from conformance.model.exchange import Exchange
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports import soap_raw
from conformance.ports.soap import PullPort
from conformance.ports.tls import STATIC_RSA, Offer, TlsPort, where


@case("TLS-001", roles=Role.EXPORTER, defects=["tls-1.0-accepted"])
def test_versions(tls: TlsPort, judge: Judge) -> None:
    """Every access agrees to TLS 1.2 or newer and refuses TLS 1.1 and TLS 1.0.

    The old versions can be broken, and an attacker on the way can talk both sides into using them.
    """
    for address in tls.addresses():
        new = tls.accepted(address, Offer(verify=False))
        judge.step(f"{address.access}: {new.version}, {new.cipher}")
        for version in ("TLSv1.1", "TLSv1"):
            old = tls.handshake(address, Offer(version, verify=False))
            judge.expect(
                not old.done,
                expected="a refusal",
                actual=f"a session with {old.version}",
                message=f"{version} is accepted at the {address.access} access.",
                where=where(address),
            )


@case("TLS-003", roles=Role.EXPORTER, defects=["static-rsa"])
def test_forward_secrecy(tls: TlsPort, judge: Judge) -> None:
    """No access agrees to a key exchange without forward secrecy (static RSA).

    Otherwise who records the traffic today and gets the server's key in ten years reads all of it.
    """
    for address in tls.addresses():
        tls.accepted(address, Offer(verify=False))
        static = tls.handshake(address, Offer("TLSv1.2", STATIC_RSA, verify=False))
        judge.expect(
            not static.done,
            expected="a refusal",
            actual=f"a session with {static.cipher}",
            message=f"Static RSA is accepted at the {address.access} access.",
            where=where(address),
        )


@case("TLS-004", roles=Role.EXPORTER, defects=["wrong-host-certificate"])
def test_server_certificates(tls: TlsPort, judge: Judge) -> None:
    """The certificate at every access names the host, is valid, and chains to the registered authority.

    Without that a client cannot tell the partner from anybody who sits in between.
    """
    for address in tls.addresses():
        tls.accepted(address, Offer(verify=False))  # what is left to go wrong is the certificate
        made = tls.handshake(address)
        judge.expect(
            made.done,
            expected=f"a certificate for {address.host} from the registered authority",
            actual=made.refusal,
            message=f"The certificate at the {address.access} access cannot be trusted.",
            where=where(address),
        )


@case("TLS-008", roles=Role.EXPORTER, needs=["access:pull", "identity:mutual-tls"],
      defects=["client-certificate-unchecked", "open-echo"])  # fmt: skip
def test_client_certificate_is_needed(pull: PullPort, tls: TlsPort, judge: Judge) -> None:
    """Without a client certificate, or with one of an unknown authority, no operation is open.

    With mutual TLS the certificate is the account. A server that does not look at it is open to everybody.
    """
    by_certificate = pull.as_("own", "mutual-tls")
    by_certificate.echo()
    without = by_certificate.as_("own", "none")
    exchange = without.send("Echo", soap_raw.echo("judge"), header="")
    judge.expect(
        _refused(exchange),
        expected="a TLS alert or the fault Unauthenticated",
        actual=_shown(exchange),
        message="Echo is answered without a client certificate.",
        where=Where("pull access"),
    )
    address = next(one for one in tls.addresses() if one.access == "pull")
    body = soap_raw.envelope(soap_raw.echo("judge"), version="1.1", header="")
    stranger = tls.post(address, pull.settings.url, soap_raw.headers("Echo", version="1.1"), body, client="stranger")
    judge.expect(
        _refused(stranger),
        expected="a TLS alert or the fault Unauthenticated",
        actual=_shown(stranger),
        message="Echo is answered to a client certificate nobody issued.",
        where=Where("pull access"),
    )


@case("PKI-012", roles=Role.EXPORTER, needs=["access:pull", "identity:mutual-tls", "account:other"],
      defects=["any-client-certificate-is-anyone"])  # fmt: skip
def test_a_certificate_opens_its_own_account_only(pull: PullPort, stock: Stock) -> None:
    """The client certificate of another registered partner opens that partner's account and no other.

    All of them come from the same authority; which account it is must not be decided by the authority alone.
    """
    own = stock.issued()
    by_own, by_other = pull.as_("own", "mutual-tls"), pull.as_("other", "mutual-tls")
    by_own.get(own.number)
    foreign = stock.issued(by_other.account.country)
    by_other.get(foreign.number)
    with by_other.refused("PermissionDenied", "NotFound"):
        by_other.get(own.number)


def _refused(exchange: Exchange) -> bool:
    if exchange.answer.response is None:
        return exchange.answer.failure is not None
    reading = read_answer(exchange.answer.response, int(exchange.answer.fact("status") or 0), version="1.1")
    fault = reading.answer.fault if reading.answer else None
    return fault is not None and fault.name in ("Unauthenticated", "")  # the typed detail is SOAP-028's


def _shown(exchange: Exchange) -> str:
    if exchange.answer.failure is not None:
        return exchange.answer.failure.text
    return f"HTTP {exchange.answer.fact('status')}"
