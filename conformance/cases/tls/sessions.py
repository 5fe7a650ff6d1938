"""What happens around a TLS session: a second handshake inside it, early data, names and protocols asked for."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.ports.tls import Hello, Offer, TlsPort, where
from conformance.ports.tls_suites import GOOD

UNKNOWN_HOST = "another-site.judge.invalid"
OFFERED = ("h2", "http/1.1")


@case("TLS-015", roles=Role.EXPORTER, defects=["unsafe-renegotiation"])
def test_no_unsafe_renegotiation(tls: TlsPort, judge: Judge) -> None:
    """Servers know renegotiation_info, and refuse a second handshake without it.

    Without it, somebody in between can put words of his own before the client's first, in the client's name.
    """
    for address in tls.addresses():
        (heard,) = tls.survey(address, Hello("TLS 1.2", GOOD))
        judge.expect(
            heard.secure_renegotiation or not heard.agreed,
            expected="renegotiation_info in the ServerHello",
            actual="no such extension",
            message=f"Secure renegotiation is not known at the {address.access} access.",
            where=where(address),
        )
        again = tls.renegotiate(address, secure=False)
        judge.step(f"{address.access}: {again.first or 'no session at TLS 1.2'}, then {again.said}")
        judge.expect(
            not again.accepted,
            expected="no_renegotiation or the end of the connection",
            actual=again.said,
            message=f"A second handshake without renegotiation_info is accepted at the {address.access} access.",
            where=where(address),
        )


@case("TLS-017", roles=Role.EXPORTER, defects=["client-renegotiation", "unsafe-renegotiation"])
def test_no_renegotiation_by_the_client(tls: TlsPort, judge: Judge) -> None:
    """A second handshake that the client begins is refused.

    Nothing in the exchange needs one, and it costs the server far more than the client: a cheap way to stop it.
    """
    for address in tls.addresses():
        again = tls.renegotiate(address, secure=True)
        judge.step(f"{address.access}: {again.first or 'no session at TLS 1.2'}, then {again.said}")
        judge.expect(
            not again.accepted,
            expected="no_renegotiation or the end of the connection",
            actual=again.said,
            message=f"A second handshake begun by the client is accepted at the {address.access} access.",
            where=where(address),
        )


@case("TLS-012", roles=Role.EXPORTER, defects=["early-data"])
def test_no_early_data(tls: TlsPort, judge: Judge) -> None:
    """No session ticket of the pull access or the mail intake allows early data (0-RTT).

    Early data can be recorded and sent again by anybody. An acknowledgement or a message would be taken twice.
    """
    for address in (one for one in tls.addresses() if one.access != "verification"):
        given = tls.tickets(address)
        judge.step(f"{address.access}: {given.count} session tickets" if given.version else f"{given.said}")
        judge.expect(
            given.early_data == 0,
            expected="tickets without early_data",
            actual=f"{given.early_data} octets of early data are allowed",
            message=f"The session tickets of the {address.access} access invite early data.",
            where=where(address),
        )


@case("TLS-014", roles=Role.EXPORTER, defects=["default-site", "alpn-not-spoken"])
def test_names_and_protocols(tls: TlsPort, judge: Judge) -> None:
    """An unknown server name is refused, or at least not answered as another site; a protocol agreed to is spoken.

    A server that answers for any name lets an attacker bring a client of one site to another one behind the same
    address.
    """
    for address in tls.addresses():
        own = tls.accepted(address, Offer(verify=False))
        other = tls.handshake(address, Offer(verify=False, host=UNKNOWN_HOST))
        judge.expect(
            not other.done,
            expected="the alert unrecognized_name",
            actual="the certificate of this access" if other.certificate == own.certificate else "another certificate",
            message=f"The {address.access} access answers to a server name that is not its own.",
            where=where(address),
        )
        if address.starttls:
            continue
        agreed = tls.handshake(address, Offer(verify=False, alpn=OFFERED))
        judge.expect(
            agreed.done and agreed.alpn in ("", *OFFERED) and agreed.spoken,
            expected="a protocol that was offered and is spoken, or none",
            actual=agreed.refusal or f"{agreed.alpn}, which is not spoken",
            message=f"The {address.access} access agrees to a protocol (ALPN) it does not speak.",
            where=where(address),
        )
