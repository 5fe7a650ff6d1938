"""What the partner's accesses agree to in a handshake: versions, cipher suites, compression, and no way down."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.ports.tls import Hello, Offer, TlsPort, where
from conformance.ports.tls_suites import CBC, GOOD, LEGACY, STATIC, TLS13, WEAK, is_aead, suite_name

MODERN = Hello("TLS 1.2", GOOD)
NEWEST = Hello("TLS 1.3", TLS13, "TLSv1.3")
OLD = tuple(Hello(f"{version} at most", LEGACY, version) for version in ("TLSv1.1", "TLSv1", "SSLv3"))


@case("TLS-001", roles=Role.EXPORTER, defects=["tls-1.0-accepted", "tls-1.3-only"])
def test_versions(tls: TlsPort, judge: Judge) -> None:
    """Every access agrees to TLS 1.2 and refuses TLS 1.1, TLS 1.0 and SSL 3.

    The old versions can be broken, and an attacker on the way can talk both sides into using them.
    """
    for address in tls.addresses():
        made = tls.accepted(address, Offer(verify=False))
        judge.step(f"{address.access}: {made.version}, {made.cipher}")
        new, *old = tls.survey(address, MODERN, *OLD)
        judge.expect(
            new.version == "TLSv1.2",
            expected="TLS 1.2",
            actual=new.version or new.refusal,
            message=f"TLS 1.2 is not agreed to at the {address.access} access.",
            where=where(address),
        )
        for hello, heard in zip(OLD, old, strict=True):
            judge.expect(
                not heard.agreed,
                expected="a refusal",
                actual=f"agreement to {heard.version}",
                message=f"{hello.version} is accepted at the {address.access} access.",
                where=where(address),
            )


@case("TLS-016", roles=Role.EXPORTER, defects=["no-tls-1.3"])
def test_newest_version(tls: TlsPort, judge: Judge) -> None:
    """Every access agrees to TLS 1.3.

    TLS 1.3 leaves out what could be set wrongly in TLS 1.2, and hides more of the handshake.
    """
    for address in tls.addresses():
        (heard,) = tls.survey(address, NEWEST)
        judge.expect(
            heard.version == "TLSv1.3",
            expected="TLS 1.3",
            actual=heard.version or heard.refusal,
            message=f"TLS 1.3 is not agreed to at the {address.access} access.",
            where=where(address),
        )


@case("TLS-002", roles=Role.EXPORTER, defects=["weak-suites", "prefers-cbc"])
def test_cipher_suites(tls: TlsPort, judge: Judge) -> None:
    """Suites without encryption or authentication, export suites, DES, RC4 and 3DES are refused, and an AEAD is chosen.

    With such a suite the traffic can be read or changed by whoever sits in between, and the padlock is still shown.
    """
    kinds = tuple(Hello(f"only suites: {kind}", suites) for kind, suites in WEAK.items())
    for address in tls.addresses():
        tls.accepted(address, Offer(verify=False))
        chosen, *weak = tls.survey(address, Hello("CBC mode named before AEAD", (*CBC, *GOOD)), *kinds)
        for kind, heard in zip(WEAK, weak, strict=True):
            judge.expect(
                not heard.agreed,
                expected="a refusal",
                actual=f"agreement to {suite_name(heard.suite)}",
                message=f"A suite of the kind {kind} is accepted at the {address.access} access.",
                where=where(address),
            )
        judge.expect(
            not chosen.agreed or is_aead(chosen.suite),
            expected="a suite with GCM, CCM or ChaCha20-Poly1305",
            actual=suite_name(chosen.suite),
            message=f"The {address.access} access chooses a suite of CBC mode where it was offered better ones.",
            where=where(address),
        )


@case("TLS-003", roles=Role.EXPORTER, defects=["static-rsa"])
def test_forward_secrecy(tls: TlsPort, judge: Judge) -> None:
    """No access agrees to a key exchange without forward secrecy (static RSA, static Diffie-Hellman).

    Otherwise who records the traffic today and gets the server's key in ten years reads all of it.
    """
    for address in tls.addresses():
        tls.accepted(address, Offer(verify=False))
        (static,) = tls.survey(address, Hello("only suites without forward secrecy", STATIC))
        judge.expect(
            not static.agreed,
            expected="a refusal",
            actual=f"agreement to {suite_name(static.suite)}",
            message=f"A key exchange without forward secrecy is accepted at the {address.access} access.",
            where=where(address),
        )


@case("TLS-007", roles=Role.EXPORTER, defects=["compresses"])
def test_no_compression(tls: TlsPort, judge: Judge) -> None:
    """No access agrees to TLS compression.

    The length of what is compressed betrays what is in it: session secrets were read that way.
    """
    for address in tls.addresses():
        tls.accepted(address, Offer(verify=False))
        (heard,) = tls.survey(address, Hello("compression", GOOD, deflate=True))
        judge.expect(
            not heard.deflate,
            expected="no compression",
            actual="DEFLATE",
            message=f"Compression is agreed to at the {address.access} access.",
            where=where(address),
        )


@case("TLS-013", roles=Role.EXPORTER, defects=["ignores-fallback-signal"])
def test_no_way_down(tls: TlsPort, judge: Judge) -> None:
    """A client that was talked down to an older version is told so, by an alert or by the server's random value.

    Whoever sits in between can break off handshakes until client and server try an older version. The fallback signal
    (RFC 7507) and the end of the random value (RFC 8446, 4.1.3) let the two notice.
    """
    fallback = Hello("TLS 1.2 with the fallback signal", GOOD, fallback=True)
    for address in tls.addresses():
        newest, plain, signalled = tls.survey(address, NEWEST, MODERN, fallback)
        judge.precondition(plain.agreed or newest.agreed, f"No TLS at {address.access}: {plain.refusal}")
        if not (newest.agreed and plain.agreed):
            judge.step(f"{address.access}: only one version is spoken, so there is no way down.")
            continue
        judge.expect(
            not signalled.agreed,
            expected="the alert inappropriate_fallback",
            actual=f"agreement to {signalled.version}",
            message=f"The fallback signal is not looked at at the {address.access} access, though TLS 1.3 is spoken.",
            where=where(address),
        )
        judge.expect(
            plain.sentinel == "TLSv1.2",
            expected="a random value that ends in DOWNGRD and the octet 1",
            actual="another end",
            message=f"The {address.access} access speaks TLS 1.3 and agrees to TLS 1.2 without marking it.",
            where=where(address),
        )
