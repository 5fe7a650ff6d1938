"""Is a signer's certificate good: chain to the registered anchor, purposes, strength, revocation, names.

Profile 2.21, 2.22, 2.32 and 2.33. The chain is judged by OpenSSL.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import crypto

from reference_impl.signing.answers import AnswerCheck, Told
from reference_impl.signing.asking import Authorities

MAX_PATH = 5
RSA_BITS, EC_BITS = 2048, 256
IF_AVAILABLE, REQUIRE = "if-available", "require"
_BROKEN = {"md5", "sha1"}
_OTHER_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
}
_FLAGS = crypto.X509StoreFlags
# Indirect lists and deltas (x509_vfy.h of OpenSSL: X509_V_FLAG_EXTENDED_CRL_SUPPORT, X509_V_FLAG_USE_DELTAS); the
# binding has no names for them.
_MORE_LISTS = 0x1000 | 0x2000
# x509_vfy.h: X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CERT_REVOKED.
_LIST_OVER, _REVOKED = 12, 23


class UntrustedSigner(Exception):
    """The signer's certificate is refused; the text says why."""


class RevocationOver(UntrustedSigner):
    """All there is to know a certificate's revocation by is over."""


class PathCheck:
    """Judges signers. What it does may be replaced attribute by attribute.

    `overlooked` are OpenSSL's numbers of errors (X509_V_ERR_) that are passed over: none. `authorities` asks about
    revocation, `answers` judges what is answered.
    """

    overlooked: frozenset[int] = frozenset()

    def __init__(self) -> None:
        self.authorities = Authorities()
        self.answers = AnswerCheck()

    def check(
        self,
        signer: x509.Certificate,
        others: Sequence[x509.Certificate],
        anchors: Sequence[x509.Certificate],
        crls: Sequence[x509.CertificateRevocationList],
        country: str,
        at: datetime,
        revocation: str = IF_AVAILABLE,
        ask_at: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Raise `UntrustedSigner` unless `signer` may sign documents of `country` at the time `at`.

        `revocation` says how much must be known: `require` or `if-available` (profile 2.33); `ask_at` are the hosts
        that may be asked where certificates name them. Returned are remarks: what is not known of the revocation of
        the signer's path and did not have to be.
        """
        names = [a.value for a in signer.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)]
        if names != [country]:
            raise UntrustedSigner(f"the signer's certificate names country {', '.join(map(str, names)) or 'none'}")
        self.check_purpose(signer)
        refusals: list[UntrustedSigner] = []
        for chain in self.chains(signer, others, anchors, at, refusals):
            try:
                remarks = self.judged(chain, others, crls, at, ask_at)
            except UntrustedSigner as error:
                refusals.append(error)
                continue
            if not remarks or revocation != REQUIRE:
                return remarks
            refusals.append(UntrustedSigner(remarks[0]))
        raise refusals[-1]

    def judged(
        self,
        chain: Sequence[x509.Certificate],
        others: Sequence[x509.Certificate],
        crls: Sequence[x509.CertificateRevocationList],
        at: datetime,
        ask_at: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Judge what OpenSSL leaves open of one chain; return the remarks about its revocation."""
        below = chain[:-1]
        for certificate in chain:
            self.check_key(certificate)
        for certificate in below:
            self.check_hash(certificate)
        above = [*chain[1:-1], *others]
        remarks = [
            self.known(certificate, issuer, above, chain[-1], crls, at, ask_at)
            for certificate, issuer in pairwise(chain)
        ]
        return tuple(filter(None, remarks))

    def known(
        self,
        certificate: x509.Certificate,
        issuer: x509.Certificate,
        above: Sequence[x509.Certificate],
        anchor: x509.Certificate,
        crls: Sequence[x509.CertificateRevocationList],
        at: datetime,
        ask_at: Sequence[str],
    ) -> str:
        """Return "" when the certificate is known not to be revoked, or else what is not known.

        Revoked by one source wins over good by another, good over what is over (profile 2.33).
        """
        told = self.told(certificate, issuer, at, ask_at)
        name = certificate.subject.rfc4514_string()
        if Told.REVOKED in told:
            raise UntrustedSigner(f"a certificate of the signer's path is revoked by its responder: {name}")
        try:
            lists = (*crls, *self.authorities.lists(certificate, ask_at))
            remark = self.check_revocation(certificate, above, anchor, lists, at)
        except RevocationOver:
            if Told.GOOD not in told:
                raise
            return ""
        if remark and Told.GOOD not in told and Told.OVER in told:
            raise RevocationOver(f"the answer that would tell whether {name} is revoked is over")
        return "" if Told.GOOD in told else remark

    def told(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime, ask_at: Sequence[str]
    ) -> set[Told]:
        """What the responders named in the certificate tell of it."""
        answers = self.authorities.answers(certificate, issuer, ask_at)
        return {self.answers.told(one, certificate, issuer, at) for one in answers}

    def check_purpose(self, signer: x509.Certificate) -> None:
        """The certificate's usages, where it names any, are for signing documents."""
        check_purpose(signer)

    def chains(
        self,
        signer: x509.Certificate,
        others: Sequence[x509.Certificate],
        anchors: Sequence[x509.Certificate],
        at: datetime,
        refusals: list[UntrustedSigner],
    ) -> Iterator[list[x509.Certificate]]:
        """Yield chains that are good, signer first, anchor last; why others are not is added to `refusals`."""
        nothing = "the signer's certificate does not chain to the registered anchor"
        if not anchors:
            refusals.append(UntrustedSigner(f"{nothing}: none is registered"))
        # OpenSSL goes one way only, so each anchor is tried by itself, and so is each certificate of one name.
        for anchor in anchors:
            for carried in _choices(others):
                try:
                    chain = _verified(signer, carried, anchor, at)
                except crypto.X509StoreContextError as error:
                    if error.errors[0] not in self.overlooked:
                        refusals.append(UntrustedSigner(f"{nothing}: {error}"))
                        continue
                    chain = [signer, *carried, anchor]
                if len(chain) > MAX_PATH + 1:
                    refusals.append(UntrustedSigner(f"the signer's path is longer than {MAX_PATH} certificates"))
                else:
                    yield chain

    def check_key(self, certificate: x509.Certificate) -> None:
        """The certificate's key is long enough."""
        key = certificate.public_key()
        if (isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS) or (
            isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < EC_BITS
        ):
            raise UntrustedSigner("a key of the signer's path is too weak")

    def check_hash(self, certificate: x509.Certificate) -> None:
        """The certificate is not signed by a broken hash; the anchor's own signature is not asked about."""
        try:
            name = getattr(certificate.signature_hash_algorithm, "name", "")
        except UnsupportedAlgorithm as error:
            raise UntrustedSigner("a certificate of the signer's path is signed by an unknown algorithm") from error
        if name in _BROKEN:
            raise UntrustedSigner(f"a certificate of the signer's path is signed with {name.upper()}")

    def check_revocation(
        self,
        certificate: x509.Certificate,
        above: Sequence[x509.Certificate],
        anchor: x509.Certificate,
        crls: Sequence[x509.CertificateRevocationList],
        at: datetime,
    ) -> str:
        """Return "" when the certificate is known not to be revoked, or else what is not known."""
        return _check_revocation(certificate, above, anchor, crls, at)


def check_path(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    crls: Sequence[x509.CertificateRevocationList],
    country: str,
    at: datetime,
    revocation: str = IF_AVAILABLE,
) -> tuple[str, ...]:
    """As `PathCheck.check`."""
    return PathCheck().check(signer, others, anchors, crls, country, at, revocation)


def check_purpose(certificate: x509.Certificate) -> None:
    """The certificate's usages, where it names any, are for signing documents."""
    try:
        usages = {type(one.value): one.value for one in certificate.extensions}
    except (ValueError, x509.DuplicateExtension) as error:
        raise UntrustedSigner("the extensions of the signer's certificate cannot be read") from error
    usage = usages.get(x509.KeyUsage)
    if isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        raise UntrustedSigner("the signer's certificate is not for signing documents")
    extended = usages.get(x509.ExtendedKeyUsage)
    if isinstance(extended, x509.ExtendedKeyUsage) and set(extended) <= _OTHER_PURPOSES:
        raise UntrustedSigner(
            "the signer's certificate is for TLS, time stamps or revocation, not for signing documents"
        )


def _choices(others: Sequence[x509.Certificate]) -> list[Sequence[x509.Certificate]]:
    """All of them; and, where two bear one name, without each of those."""
    names = [one.subject for one in others]
    doubled = [one for one in dict.fromkeys(others) if names.count(one.subject) > 1]
    return [others, *([other for other in others if other != one] for one in doubled[:MAX_PATH])]


def _verified(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchor: x509.Certificate,
    at: datetime,
    crls: Sequence[x509.CertificateRevocationList] = (),
    flags: int = 0,
) -> list[x509.Certificate]:
    store = crypto.X509Store()
    store.add_cert(crypto.X509.from_cryptography(anchor))
    for crl in crls:
        # RFC 5280 clause 5.1.2.5: every list says when the next one comes; OpenSSL would use it for ever.
        if crl.next_update_utc is not None:
            store.add_crl(crl)
    # An anchor that another authority issued ends the chain only so; the flag makes OpenSSL ask a root for policies.
    partial = 0 if anchor.issuer == anchor.subject else _FLAGS.PARTIAL_CHAIN
    store.set_flags(partial | _FLAGS.POLICY_CHECK | flags)
    store.set_time(at)
    carried = [crypto.X509.from_cryptography(one) for one in others]
    context = crypto.X509StoreContext(store, crypto.X509.from_cryptography(certificate), carried)
    return [one.to_cryptography() for one in context.get_verified_chain()]


def _check_revocation(
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate],
    anchor: x509.Certificate,
    crls: Sequence[x509.CertificateRevocationList],
    at: datetime,
) -> str:
    """Return "" when the certificate is known not to be revoked, or else what is not known."""
    name = certificate.subject.rfc4514_string()
    if not crls:
        return f"whether {name} is revoked is not known: no list is registered"
    try:
        _verified(certificate, above, anchor, at, crls, _FLAGS.CRL_CHECK | _MORE_LISTS)
    except crypto.X509StoreContextError as error:
        code = error.errors[0]
        if code == _REVOKED:
            raise UntrustedSigner(f"a certificate of the signer's path is revoked: {name}") from error
        if code == _LIST_OVER:
            raise RevocationOver(f"the list that would tell whether {name} is revoked is over") from error
        return f"whether {name} is revoked is not known: {error}"
    return ""
