"""S/MIME of the push access (profile 4.15 to 4.18): signing and encrypting what goes out, opening what comes in."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from asn1crypto.cms import ContentInfo
from cryptography import x509

from reference_impl.mail.message import Refused
from reference_impl.openssl import Ran, cms

LINE = 76
MICALG = {"sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}
SIGNED, ENCRYPTED = "signed", "encrypted"
AEAD = "authenticated_enveloped_data"
_CONTENT_HEADER = re.compile(rb"(?im)^(?:content-[a-z-]+|mime-version):.*\r\n(?:[ \t].*\r\n)*")
# What OpenSSL says of a path, and what the sender is told.
PATH_FAULTS = (("revoked", "signer-revoked"), ("expired", "signer-expired"), ("not yet valid", "signer-expired"))


class Unsafe(Refused):
    """An S/MIME message that is not taken: `word` is of the table in profile 4.17, the text says more."""

    def __init__(self, word: str, text: str) -> None:
        super().__init__(f"smime {word}: {text}")


@dataclass(frozen=True)
class MailSigner:
    """PEM files of the node's own mail signer and of its decryption key."""

    certificate: Path
    key: Path
    decryption_certificate: Path
    decryption_key: Path


@dataclass(frozen=True)
class MailTrust:
    """Who may sign for a partner: PEM of its root and revocation list, and the address the signer must have."""

    anchor: Path
    address: str


class Smime:
    """Seals and opens messages. Blocking: each step is a program of its own for some hundredths of a second."""

    def __init__(self, own: MailSigner) -> None:
        self.own = own
        self.digest = "sha256"
        self.cipher = "-aes-256-gcm"

    # -- going out

    def seal(self, message: bytes, recipient: Path | None = None) -> bytes:
        """The message signed and, for a `recipient` (PEM certificate), encrypted around the signature."""
        headers, entity = split(message)
        sealed = self.sign(entity)
        if recipient is not None:
            sealed = self.encrypt(sealed, recipient)
        return headers + b"MIME-Version: 1.0\r\n" + sealed

    def sign(self, entity: bytes) -> bytes:
        """An entity as multipart/signed (RFC 8551 clause 3.5.3)."""
        own = ["-signer", str(self.own.certificate), "-inkey", str(self.own.key), "-md", self.digest]
        signature = _done(
            cms(["-sign", "-binary", "-in", "@in", "-outform", "DER", "-out", "@out", *own], {"in": entity})
        )
        boundary = b"signed-" + base64.b16encode(signature[-12:])
        return (
            b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
            b" micalg=" + self.micalg().encode() + b'; boundary="' + boundary + b'"\r\n\r\n'
            b"--" + boundary + b"\r\n" + entity + b"\r\n--" + boundary + b"\r\n"
            b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
            b"Content-Transfer-Encoding: base64\r\n"
            b'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n'
            + folded(signature)
            + b"\r\n--"
            + boundary
            + b"--\r\n"
        )

    def micalg(self) -> str:
        """What the header says of the digest."""
        return MICALG[self.digest]

    def encrypt(self, entity: bytes, recipient: Path) -> bytes:
        """An entity encrypted to a certificate with AES-GCM (RFC 8551 clauses 2.7 and 3.4)."""
        encrypted = _done(
            cms(
                ["-encrypt", "-binary", self.cipher, "-in", "@in", "-outform", "DER", "-out", "@out", str(recipient)],
                {"in": entity},
            )
        )
        kind = b"authEnveloped-data" if "gcm" in self.cipher else b"enveloped-data"
        return (
            b"Content-Type: application/pkcs7-mime; smime-type=" + kind + b'; name="smime.p7m"\r\n'
            b"Content-Transfer-Encoding: base64\r\n"
            b'Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n' + folded(encrypted)
        )

    # -- coming in

    def open(self, message: bytes, trust: MailTrust) -> bytes:
        """The message with what was signed in the place of what signed it. Raises `Unsafe`."""
        headers, entity = split(message)
        kind = media_type(entity)
        if kind == "application/pkcs7-mime":
            entity = self.decrypt(entity)
            kind = media_type(entity)
        if kind != "multipart/signed":
            return self.not_signed(headers, entity, kind)
        return headers + b"MIME-Version: 1.0\r\n" + self.verify(entity, trust)

    def not_signed(self, headers: bytes, entity: bytes, kind: str) -> bytes:  # noqa: ARG002 - a seam
        """What carries no signature is not taken, encrypted or not: anybody can encrypt."""
        raise Unsafe("not-signed", f"the content is {kind}, not multipart/signed")

    def decrypt(self, entity: bytes) -> bytes:
        """What is inside of an AuthEnvelopedData; without an AEAD the content may be half forged (EFAIL)."""
        encrypted = transfer_decoded(entity)
        self.check_content_type(content_type(encrypted))
        ran = cms(
            ["-decrypt", "-binary", "-in", "@in", "-inform", "DER", "-out", "@out",
             "-recip", str(self.own.decryption_certificate), "-inkey", str(self.own.decryption_key)],
            {"in": encrypted},
        )  # fmt: skip
        if not ran.good:
            raise Unsafe("decryption", "it cannot be decrypted, or was changed on the way")
        return ran.output

    def check_content_type(self, kind: str) -> None:
        """Raise `Unsafe` for a kind of encryption that does not protect against change."""
        if kind != AEAD:
            raise Unsafe("algorithm", "the encryption does not protect against change; use AES-GCM")

    def verify(self, entity: bytes, trust: MailTrust) -> bytes:
        """The signed entity of a multipart/signed. Raises `Unsafe` with the word for what is wrong."""
        content, signature, micalg = signed_parts(entity)
        self.check_algorithm(signature, micalg)
        files = {"content": content, "signature": signature}
        self.check_signature(files)
        self.check_signer(files, trust)
        return content

    def check_algorithm(self, signature: bytes, micalg: str) -> None:
        """SHA-256 or better, and the one the header names (RFC 8551 clauses 2.1 and 3.5.3.2)."""
        try:
            digests = {
                one["digest_algorithm"]["algorithm"].native
                for one in ContentInfo.load(signature)["content"]["signer_infos"]
            }
        except (ValueError, TypeError, KeyError) as error:
            raise Unsafe("signature-invalid", "the signature cannot be read") from error
        if len(digests) != 1 or not digests <= set(MICALG):
            raise Unsafe("algorithm", f"the digest is {', '.join(sorted(digests)) or 'missing'}")
        if MICALG[digests.pop()] != micalg.lower():
            raise Unsafe("algorithm", "micalg names another digest than the signature")

    def check_signature(self, files: dict[str, bytes]) -> None:
        """Whether the value fits the content, whoever signed it."""
        if not self.fits(files["content"], files["signature"]):
            raise Unsafe("signature-invalid", "the signature does not fit the content")

    def fits(self, content: bytes, signature: bytes) -> bool:
        """Verify over exactly these octets."""
        return cms([*VERIFY, "-noverify"], {"content": content, "signature": signature}).good

    def check_signer(self, files: dict[str, bytes], trust: MailTrust) -> None:
        """Whether the signer may speak for the partner: path, revocation, address (RFC 8550 clauses 3 and 4)."""
        # What "-signer" writes is the certificate the value was verified with, not just one that came along.
        ran = cms([*VERIFY, *self.path_options(trust), "-signer", "@out"], files)
        if not ran.good:
            fault = next((word for text, word in PATH_FAULTS if text in ran.said), "signer-unknown")
            raise Unsafe(fault, "the path of the signer's certificate does not hold")
        self.check_address(x509.load_pem_x509_certificates(ran.output), trust.address)

    def path_options(self, trust: MailTrust) -> list[str]:
        """How OpenSSL looks at the path; the anchor file holds the revocation list too."""
        return ["-CAfile", str(trust.anchor), "-no-CApath", "-no-CAstore", "-crl_check", "-purpose", "smimesign"]

    def check_address(self, signers: Sequence[x509.Certificate], address: str) -> None:
        """The signer's certificate names the sender's address (RFC 8550 clause 3)."""
        if all(address.lower() in (name.lower() for name in addresses(one)) for one in signers):
            return
        raise Unsafe("signer-address", "the signer's certificate does not name the sender's address")


VERIFY = ["-verify", "-binary", "-in", "@signature", "-inform", "DER", "-content", "@content", "-out", "@plain"]


def addresses(certificate: x509.Certificate) -> list[str]:
    """The mail addresses a certificate names."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.RFC822Name)


def split(message: bytes) -> tuple[bytes, bytes]:
    """The headers that stay outside, and the entity: Content-Type and its like with the body."""
    head, gap, body = message.partition(b"\r\n\r\n")
    head += b"\r\n"
    kept = _CONTENT_HEADER.sub(b"", head)
    moved = b"".join(
        one.group() for one in _CONTENT_HEADER.finditer(head) if not one.group().lower().startswith(b"mime")
    )
    return kept, moved + b"\r\n" + body if gap else head


def media_type(entity: bytes) -> str:
    """The media type an entity declares."""
    return BytesHeaderParser(policy=compat32).parsebytes(entity).get_content_type()


def signed_parts(entity: bytes) -> tuple[bytes, bytes, str]:
    """Octets of the signed part as they were signed, the signature (DER), and micalg. Raises `Unsafe`."""
    head = BytesHeaderParser(policy=compat32).parsebytes(entity)
    boundary = str(head.get_param("boundary") or "").encode()
    pieces = (b"\r\n" + entity.partition(b"\r\n\r\n")[2]).split(b"\r\n--" + boundary)
    if not boundary or len(pieces) != 4 or not pieces[3].startswith(b"--"):  # noqa: PLR2004 - before, two parts, after
        raise Unsafe("signature-invalid", "multipart/signed does not hold exactly two parts")
    content, signature = (piece.partition(b"\r\n")[2] for piece in pieces[1:3])
    return content, transfer_decoded(signature), str(head.get_param("micalg") or "")


def transfer_decoded(entity: bytes) -> bytes:
    """The octets of a base64 entity. Raises `Unsafe`."""
    try:
        return base64.b64decode(b"".join(entity.partition(b"\r\n\r\n")[2].split()), validate=True)
    except ValueError as error:
        raise Unsafe("signature-invalid", "the base64 of the S/MIME part is broken") from error


def content_type(der: bytes) -> str:
    """The kind of a CMS message, empty when it is none."""
    try:
        return str(ContentInfo.load(der)["content_type"].native)
    except (ValueError, TypeError):
        return ""


def folded(octets: bytes) -> bytes:
    """Base64 in lines."""
    text = base64.b64encode(octets)
    return b"\r\n".join(text[at : at + LINE] for at in range(0, len(text), LINE)) + b"\r\n"


def _done(ran: Ran) -> bytes:
    if not ran.good:
        raise RuntimeError(f"openssl cms could not seal a message: {ran.said[:200]}")
    return ran.output
