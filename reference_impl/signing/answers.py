"""What an answer of OCSP tells of a certificate (RFC 6960 clause 3.2), and whether who gave it may (clause 4.2.2.2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

_STRONG = {"sha256", "sha384", "sha512"}
_WITHOUT_END = timedelta(minutes=30)  # profile 2.33


class Told(Enum):
    """What is known of a certificate by an answer."""

    GOOD = "good"
    REVOKED = "revoked"
    OVER = "over"
    UNKNOWN = "unknown"


class AnswerCheck:
    """Judges answers. What it does may be replaced method by method."""

    def told(self, octets: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Told:
        """Return what an answer (DER) tells of a certificate of `issuer` at the time `at`.

        What cannot be read, speaks of another certificate, or is signed by somebody who may not, tells nothing.
        """
        try:
            answer = ocsp.load_der_ocsp_response(octets)
            if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                return Told.UNKNOWN
            one = next((one for one in answer.responses if self.speaks_of(one, certificate, issuer)), None)
            if one is None or not self.may_answer(answer, issuer, at):
                return Told.UNKNOWN
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
            return Told.UNKNOWN
        if one.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            revoked = one.revocation_time_utc
            return Told.REVOKED if revoked is None or revoked <= at else Told.GOOD
        if one.certificate_status is not ocsp.OCSPCertStatus.GOOD:
            return Told.UNKNOWN
        return Told.GOOD if self.in_force(one, at) else Told.OVER

    def speaks_of(self, one: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Tell whether the answer is about this certificate of this issuer."""
        return one.serial_number == certificate.serial_number and self.is_of(one, issuer)

    def is_of(self, one: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
        """Tell whether the answer names this issuer, by the digests of its name and of its key."""
        digests = []
        for octets in (issuer.subject.public_bytes(), _key_octets(issuer)):
            digest = Hash(one.hash_algorithm)
            digest.update(octets)
            digests.append(digest.finalize())
        return [one.issuer_name_hash, one.issuer_key_hash] == digests

    def in_force(self, one: ocsp.OCSPSingleResponse, at: datetime) -> bool:
        """Tell whether the answer is not over yet; one of a later day counts (profile 2.33)."""
        return at <= (one.next_update_utc or one.this_update_utc + _WITHOUT_END)

    def may_answer(self, answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> bool:
        """Tell whether the authority itself has signed the answer, or one whom it certified for that."""
        return any(_signed(answer, one) for one in self.responders(answer, issuer, at))

    def responders(
        self, answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime
    ) -> Iterator[x509.Certificate]:
        """Yield who may have signed: the issuer, then its delegates among the certificates in the answer."""
        yield issuer
        for one in answer.certificates:
            if self.is_delegate(one) and _issued_by(one, issuer) and _valid(one, at):
                yield one

    def is_delegate(self, certificate: x509.Certificate) -> bool:
        """Tell whether the certificate is for answers about revocation (OCSPSigning)."""
        try:
            found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except x509.ExtensionNotFound:
            return False
        return ExtendedKeyUsageOID.OCSP_SIGNING in found


def question(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> bytes:
    """The question about a certificate, in DER."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303 - RFC 5019 clause 2.1.1
    return builder.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)


def nonce_in(octets: bytes) -> bytes | None:
    """The nonce of an answer, if it has one and can be read."""
    try:
        answer = ocsp.load_der_ocsp_response(octets)
        if answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
            return next((one.value.nonce for one in answer.extensions if isinstance(one.value, x509.OCSPNonce)), None)
    except (ValueError, x509.DuplicateExtension):
        return None
    return None


def _key_octets(certificate: x509.Certificate) -> bytes:
    """The octets of the subject's public key without the head that names its algorithm (RFC 6960 clause 4.1.1)."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise UnsupportedAlgorithm("the issuer's key is neither RSA nor on a curve")


def _signed(answer: ocsp.OCSPResponse, by: x509.Certificate) -> bool:
    algorithm, key = answer.signature_hash_algorithm, by.public_key()
    if algorithm is None or algorithm.name not in _STRONG:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
