"""Answers of OCSP (RFC 6960) by who may give them and by who may not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from conformance.vectors.signing import Signer

_LONGEST_AGE = timedelta(hours=1)
LATER = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)
"""What a responder that is too busy says (RFC 6960 clause 4.2.1)."""


@dataclass(frozen=True)
class Said:
    """What is answered about `about`, a certificate of `issuer`, at the time `at`.

    `by` signs the answer; where its certificate is not the issuer's, it is sent along. `ends` after `at` the answer is
    over.
    """

    about: x509.Certificate
    issuer: x509.Certificate
    by: Signer
    at: datetime
    revoked: bool = False
    ends: timedelta = timedelta(hours=1)

    @property
    def _naming(self) -> ocsp.OCSPResponderEncoding:
        """Who answers is named by his key, but where he means to be taken for the authority by his name."""
        same = self.by.certificate.subject == self.issuer.subject
        return ocsp.OCSPResponderEncoding.NAME if same else ocsp.OCSPResponderEncoding.HASH

    def octets(self, nonce: bytes | None = None) -> bytes:
        """The answer in DER; `nonce` is that of the question."""
        begins = (self.at + min(timedelta(), self.ends) - _LONGEST_AGE).replace(microsecond=0)
        state = ocsp.OCSPCertStatus.REVOKED if self.revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            self.about, self.issuer, SHA1(),  # noqa: S303 - RFC 5019 clause 2.1.1: the name of a certificate, no more
            state, begins, (self.at + self.ends).replace(microsecond=0), begins if self.revoked else None, None,
        ).responder_id(self._naming, self.by.certificate)  # fmt: skip
        if self.by.certificate != self.issuer:
            builder = builder.certificates([self.by.certificate, *self.by.others])
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        return builder.sign(self.by.key, SHA256()).public_bytes(Encoding.DER)
