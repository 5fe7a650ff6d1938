"""Certificates at the partner's accesses: the server's, and the client's where it is the account."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.server_certificate import SHORT_LIVED_DAYS, lifetime, read_staple
from conformance.checks.soap import read_answer
from conformance.model.exchange import Exchange
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports import soap_raw
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape
from conformance.ports.tls import Hello, Offer, TlsPort, where
from conformance.ports.tls_suites import GOOD


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


@case("TLS-011", roles=Role.EXPORTER, defects=["long-lived-certificate"])
def test_revocation_reaches_the_client(tls: TlsPort, tape: Tape, judge: Judge) -> None:
    """Every access staples an OCSP answer, or its certificate is valid for seven days at most.

    Few clients ask the authority whether a certificate was revoked. A stolen key is of use until it expires.
    """
    for address in tls.addresses():
        made = tls.accepted(address, Offer(verify=False))
        (heard,) = tls.survey(address, Hello("TLS 1.2, asking for a stapled answer", GOOD, staple=True))
        told = read_staple(heard.staple, made.certificate, tape.now()) if heard.staple else "no stapled answer"
        days = lifetime(made.certificate).total_seconds() / 86_400
        judge.expect(
            not told or days <= SHORT_LIVED_DAYS,
            expected=f"a stapled OCSP answer, or a certificate for {SHORT_LIVED_DAYS} days at most",
            actual=f"{told}, and a certificate for {days:.0f} days",
            message=f"A client of the {address.access} access cannot know that its certificate was revoked.",
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


@case("TLS-008.revoked", roles=Role.EXPORTER, needs=["access:pull", "identity:mutual-tls", "account:revoked"],
      defects=["revoked-client-accepted"])  # fmt: skip
def test_a_revoked_client_certificate_is_refused(pull: PullPort, judge: Judge) -> None:
    """A client certificate that was registered, and that its authority has revoked since, opens nothing.

    A key is revoked because somebody else may have it. Until the server looks, that somebody is the partner.
    """
    _opens_nothing(pull, judge, "revoked")


@case("TLS-008.expired", roles=Role.EXPORTER, needs=["access:pull", "identity:mutual-tls", "account:expired"],
      defects=["expired-client-accepted"])  # fmt: skip
def test_an_expired_client_certificate_is_refused(pull: PullPort, judge: Judge) -> None:
    """A client certificate that was registered, and that has expired since, opens nothing.

    The authority no longer tells of the revocation of what has expired, so nobody can know whose key it is.
    """
    _opens_nothing(pull, judge, "expired")


def _opens_nothing(pull: PullPort, judge: Judge, identity: str) -> None:
    by_certificate = pull.as_("own", "mutual-tls")
    by_certificate.echo()  # the twin: the certificate in force
    exchange = by_certificate.as_(identity, "mutual-tls").send("Echo", soap_raw.echo("judge"), header="")
    judge.expect(
        _refused(exchange),
        expected="a TLS alert or the fault Unauthenticated",
        actual=_shown(exchange),
        message=f"Echo is answered to a client certificate that is {identity}.",
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
