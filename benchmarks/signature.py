"""How fast the judge checks a signature beside xmlsec's own verification of the same octets.

Usage: python -m benchmarks.signature    Exit code 1 when the ratio is below the budget.

A certificate of about 31 KB, signed by RSA with SHA-256, the signer under an authority under the anchor. Both sides
read the octets, verify the signature and build the path, as for many documents of one authority: xmlsec with a key
manager that knows the anchor, the judge with the time of checking given, so that it need not judge the same path twice.
They are measured in turn in one run, and the smallest times are compared. How long it takes when the path is judged
anew each time is told without a budget.
"""

import sys
import timeit
from datetime import UTC, datetime, timedelta
from itertools import count

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

from benchmarks.figure import Figure, Told
from conformance.checks.signature import check_signature
from conformance.vectors.certificate import CertificateData, certificate, sized
from conformance.vectors.sealing import Seal, seal

BUDGET = 0.6
OCTETS = 31_000
ROUNDS = 400
NOW = datetime.now(UTC).replace(microsecond=0)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "NZ"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _issue(
    common: str, key: rsa.RSAPrivateKey, issuer: str, issuer_key: rsa.RSAPrivateKey, *, ca: bool
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not ca, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, SHA256())
    )


def measure() -> tuple[float, float, float]:
    """Return seconds for xmlsec's own verification, for ours, and for ours with a new path, the least of all rounds."""
    root_key, middle_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    root = _issue("Root", root_key, "Root", root_key, ca=True)
    middle = _issue("Authority", middle_key, "Root", root_key, ca=True)
    signer = _issue("Signer", key, "Authority", middle_key, ca=False)
    document = certificate(sized(CertificateData(), OCTETS))
    data = seal(document, Seal(signer, key, "rsa-sha256", (middle,)), "enveloped")
    anchors = root.public_bytes(Encoding.PEM)
    manager = xmlsec.KeysManager()
    manager.load_cert_from_memory(anchors, xmlsec.constants.KeyDataFormatPem, xmlsec.constants.KeyDataTypeTrusted)

    def own() -> None:
        node = etree.fromstring(data)[-1]
        xmlsec.SignatureContext(manager).verify(node)  # type: ignore[call-arg]  # the stub knows no manager

    def ours() -> None:
        assert not check_signature(data, anchors=anchors, at=NOW)

    moments = count()

    def anew() -> None:
        assert not check_signature(data, anchors=anchors, at=NOW + timedelta(seconds=next(moments)))

    own()
    ours()
    rounds = [tuple(timeit.timeit(one, number=1) for one in (own, ours, anew)) for _ in range(ROUNDS)]
    return min(one[0] for one in rounds), min(one[1] for one in rounds), min(one[2] for one in rounds)


def main() -> int:
    """Print both times and the ratio of the rates."""
    own, ours, anew = measure()
    print(f"xmlsec {own * 1e6:.0f} us, check_signature {ours * 1e6:.0f} us, with a new path {anew * 1e6:.0f} us")
    name = "checking a signed 31 KB certificate: rate beside xmlsec's own"
    told = Figure(f"{name}, path judged anew", own / anew, "", None, most=False)
    return Told((Figure(name, own / ours, "", BUDGET, most=False), told)).say()


if __name__ == "__main__":
    sys.exit(main())
