"""Mail signed and encrypted with S/MIME, as agreed and, on purpose, not as agreed.

`cryptography` signs. It does not write AuthEnvelopedData, so what is encrypted is encrypted by the program openssl.
"""

import base64
import re
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conformance.model.outcome import Inconclusive
from conformance.vectors.signing import Signer, begun, load_signer

SECONDS = 10.0
LINE = 76
BOUNDARY = b"judge-signed-7c4f1d"
_CONTENT_HEADER = re.compile(rb"(?im)^(?:content-[a-z-]+|mime-version):.*\r\n(?:[ \t].*\r\n)*")


@dataclass(frozen=True)
class Entity:
    """A message in two: headers that stay outside, and the part that is signed or encrypted."""

    outside: bytes
    inside: bytes

    def message(self) -> bytes:
        """The octets to send."""
        return self.outside + b"MIME-Version: 1.0\r\n" + self.inside


def apart(message: bytes) -> Entity:
    """Split a plain message into what stays outside and what S/MIME takes in."""
    top, _, body = message.partition(b"\r\n\r\n")
    top += b"\r\n"
    moved = [one.group() for one in _CONTENT_HEADER.finditer(top) if not one.group().lower().startswith(b"mime")]
    return Entity(_CONTENT_HEADER.sub(b"", top), b"".join(moved) + b"\r\n" + body)


def signed(
    entity: Entity,
    signer: Signer,
    *,
    micalg: str = "sha-256",
    over: bytes | None = None,
    along: tuple[x509.Certificate, ...] = (),
) -> Entity:
    """The entity as multipart/signed; `over` is signed in its place, certificates `along` only come along."""
    builder = PKCS7SignatureBuilder().set_data(entity.inside if over is None else over)
    builder = builder.add_signer(signer.certificate, signer.key, hashes.SHA256())
    for certificate in along:
        builder = builder.add_certificate(certificate)
    signature = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    inside = (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=' + micalg.encode() + b";\r\n"
        b' boundary="' + BOUNDARY + b'"\r\n\r\nThis is a signed message.\r\n--' + BOUNDARY + b"\r\n"
        + entity.inside
        + b"\r\n--" + BOUNDARY + b'\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + _folded(signature) + b"\r\n--" + BOUNDARY + b"--\r\n"
    )  # fmt: skip
    return Entity(entity.outside, inside)


def encrypted(entity: Entity, recipient: Path, *, cipher: str = "aes-256-gcm", changed: bool = False) -> Entity:
    """The entity encrypted to a certificate (PEM), with one octet `changed` afterwards where that is the point.

    Raises `Inconclusive` where there is no openssl.
    """
    octets = bytearray(openssl(["-encrypt", "-binary", f"-{cipher}", "-outform", "DER", str(recipient)], entity.inside))
    if changed:
        octets[len(octets) // 2] ^= 1
    kind = b"authEnveloped-data" if cipher.endswith("gcm") else b"enveloped-data"
    inside = (
        b"Content-Type: application/pkcs7-mime; smime-type=" + kind + b'; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + _folded(bytes(octets))
    )
    return Entity(entity.outside, inside)


def decrypted(der: bytes, pair: tuple[Path, Path]) -> bytes:
    """What is inside of an encrypted CMS message; `pair` are certificate and key. Empty when it cannot be decrypted."""
    certificate, key = pair
    try:
        return openssl(["-decrypt", "-binary", "-inform", "DER", "-recip", str(certificate), "-inkey", str(key)], der)
    except ValueError:
        return b""


def openssl(arguments: list[str], octets: bytes) -> bytes:
    """Run `openssl cms` on octets. Raises `ValueError` when it says no, `Inconclusive` when it is not there."""
    with tempfile.TemporaryDirectory(prefix="judge-smime-") as folder:
        source, target = Path(folder) / "in", Path(folder) / "out"
        source.write_bytes(octets)
        command = ["openssl", "cms", *arguments[:1], "-in", str(source), "-out", str(target), *arguments[1:]]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Inconclusive(f"The judge needs the program openssl for encrypted mail: {error}.") from error
        if done.returncode != 0:
            raise ValueError(done.stderr.decode("utf-8", "replace")[:300])
        return target.read_bytes()


def mail_signer(ca: tuple[Path, Path], address: str, at: datetime, *, expired: bool = False) -> Signer:
    """A signer for `address` under the registered anchor `ca` (certificate and key)."""
    anchor = load_signer(*ca)
    begin = at.replace(microsecond=0) - timedelta(days=10)
    return _minted(anchor, address, begin, begin + timedelta(days=5 if expired else 20))


def stranger(address: str, at: datetime) -> Signer:
    """A signer for `address` under an anchor nobody has registered."""
    key = ec.generate_private_key(ec.SECP256R1())
    begin = at.replace(microsecond=0) - timedelta(days=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Conformance test: unknown mail authority")])
    certificate = (
        begun(name, name, key, begin, begin + timedelta(days=5))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _minted(Signer(certificate, key), address, begin, begin + timedelta(days=5))


def _minted(anchor: Signer, address: str, begin: datetime, end: datetime) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Conformance test mail signer")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        begun(name, anchor.certificate.subject, key, begin, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    )
    return Signer(builder.sign(anchor.key, hashes.SHA256()), key)


def _folded(octets: bytes) -> bytes:
    text = base64.b64encode(octets)
    return b"\r\n".join(text[at : at + LINE] for at in range(0, len(text), LINE))
