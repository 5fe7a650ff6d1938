"""What a TLS client learns of revocation: a stapled OCSP answer (RFC 6066 section 8), or a short life."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509 import ocsp

SHORT_LIVED_DAYS = 7  # profile 1.14
_SKEW = timedelta(minutes=5)


def lifetime(certificate: bytes) -> timedelta:
    """How long a certificate (DER) is valid in all."""
    read = x509.load_der_x509_certificate(certificate)
    return read.not_valid_after_utc - read.not_valid_before_utc


def read_staple(staple: bytes, certificate: bytes, now: datetime) -> str:
    """Say what is wrong with a stapled OCSP answer (DER) for a certificate (DER) at `now`; "" when it is good.

    Whether the right responder signed it is the client's to check along its path to the anchor.
    """
    try:
        answer = ocsp.load_der_ocsp_response(staple)
    except ValueError:
        return "a stapled answer that cannot be read"
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return f"a stapled answer of status {answer.response_status.name.lower()}"
    if answer.serial_number != x509.load_der_x509_certificate(certificate).serial_number:
        return "a stapled answer about another certificate"
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        return f"a stapled answer that says {answer.certificate_status.name.lower()}"
    until = answer.next_update_utc
    if answer.this_update_utc > now + _SKEW or (until is not None and until < now - _SKEW):
        return "a stapled answer that is out of date"
    return ""
