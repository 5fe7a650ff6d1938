"""Signers below the registered test anchor, good and bad: what a certificate says is chosen field by field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from conformance.vectors.signing import Key, Signer

_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_ALGORITHMS = {("ec", "sha1"): "sha1_ecdsa", ("rsa", "sha1"): "sha1_rsa", ("ec", "sha256"): "sha256_ecdsa",
               ("rsa", "sha256"): "sha256_rsa", ("rsa", "md5"): "md5_rsa"}  # fmt: skip
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - weak on purpose, for a test
    "md5": hashes.MD5(),  # noqa: S303
    "sha256": hashes.SHA256(),
}
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


@lru_cache(maxsize=64)
def key_of(kind: str, owner: str) -> Key:  # noqa: ARG001 - each owner has one of his own
    """Return an owner's key, made once for a lane: rsa-2048, rsa-1024, rsa-cubic (exponent 3), P-256, P-224 ..."""
    curves: dict[str, ec.EllipticCurve] = {
        "P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "P-224": ec.SECP224R1(),
        "secp256k1": ec.SECP256K1(),
    }  # fmt: skip
    if kind in curves:
        return ec.generate_private_key(curves[kind])
    if kind == "rsa-cubic":
        return rsa.generate_private_key(3, 2048)
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa-")))


@dataclass(frozen=True)
class Wanted:
    """What a certificate shall say. `ca` None leaves basic constraints out, `usages` empty the key usage.

    `begins` and `ends` are counted from the time of the run; `extensions` are further ones, each with its criticality.
    """

    name: str = "Conformance test signer"
    kind: str = "P-256"
    ca: bool | None = False
    path_length: int | None = None
    usages: tuple[str, ...] | None = None
    begins: timedelta = timedelta(days=-1)
    ends: timedelta = timedelta(days=1)
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = field(default=())
    hash_name: str = "sha256"


AUTHORITY = Wanted("Conformance test authority", ca=True, path_length=0)


class Issuer:
    """Issues certificates of one country below an anchor, at one time."""

    def __init__(self, anchor: Signer, country: str, at: datetime) -> None:
        self.anchor = anchor
        self.country = country
        self.at = at.replace(microsecond=0)
        self._names = count(1)

    def signer(self, wanted: Wanted, *above: Wanted) -> Signer:
        """A signer below the anchor, or below the authorities `above`, the nearest to the anchor first.

        The certificates of `above` go along.
        """
        issuer, chain = self.anchor, list[x509.Certificate]()
        for one in above:
            # Authorities of one name with different keys would be taken for each other.
            issuer = self.issue(replace(one, name=f"{one.name} {next(self._names)}"), issuer)
            chain.insert(0, issuer.certificate)
        made = self.issue(wanted, issuer)
        return Signer(made.certificate, made.key, tuple(chain))

    def lone(self, wanted: Wanted) -> Signer:
        """A self-signed signer."""
        key = key_of(wanted.kind, wanted.name)
        return Signer(self._certificate(wanted, key, self._name(wanted.name), key), key)

    def namesake(self, certificate: x509.Certificate) -> Signer:
        """A self-signed one who bears the name of a certificate and has a key of his own."""
        key = key_of("P-256", f"namesake of {certificate.subject.rfc4514_string()}")
        return Signer(self._certificate(Wanted(ca=True), key, certificate.subject, key, certificate.subject), key)

    def below(self, wanted: Wanted, issuer: Signer) -> Signer:
        """As `issue`; what the issuer sends along goes along."""
        made = self.issue(wanted, issuer)
        return Signer(made.certificate, made.key, (issuer.certificate, *issuer.others))

    def issue(self, wanted: Wanted, issuer: Signer) -> Signer:
        """One certificate by one issuer."""
        key = key_of(wanted.kind, wanted.name)
        return Signer(self._certificate(wanted, key, issuer.certificate.subject, issuer.key), key)

    def with_exponent_1(self) -> Signer:
        """A certified RSA key whose exponent is 1; `key` is the key it was made from."""
        made = self.issue(Wanted(kind="rsa-2048"), self.anchor)

        def linear(read: asn1_x509.Certificate) -> None:
            parsed = read["tbs_certificate"]["subject_public_key_info"]["public_key"].parsed
            parsed["public_exponent"] = 1
            read["tbs_certificate"]["subject_public_key_info"]["public_key"] = parsed

        return Signer(_signed_again(made.certificate, self.anchor.key, "sha256", linear), made.key)

    def _name(self, common: str) -> x509.Name:
        return x509.Name([
            x509.NameAttribute(NameOID.COUNTRY_NAME, self.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Conformance Test Authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ])  # fmt: skip

    def _certificate(
        self, wanted: Wanted, key: Key, issuer: x509.Name, issuer_key: Key, subject: x509.Name | None = None
    ) -> x509.Certificate:
        public = key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject or self._name(wanted.name))
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.at + wanted.begins)
            .not_valid_after(self.at + wanted.ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        )
        if wanted.ca is not None:
            constraints = x509.BasicConstraints(ca=wanted.ca, path_length=wanted.path_length)
            builder = builder.add_extension(constraints, critical=True)
        usages = wanted.usages
        if usages is None:
            usages = ("key_cert_sign", "crl_sign") if wanted.ca else ("digital_signature", "content_commitment")
        if usages:
            usage = x509.KeyUsage(**{kind: kind in usages for kind in _USAGES})
            builder = builder.add_extension(usage, critical=True)
        for extension, critical in wanted.extensions:
            builder = builder.add_extension(extension, critical=critical)
        made = builder.sign(issuer_key, hashes.SHA256())
        return made if wanted.hash_name == "sha256" else _signed_again(made, issuer_key, wanted.hash_name)


def _signed_again(
    certificate: x509.Certificate,
    key: Key,
    hash_name: str,
    change: Callable[[asn1_x509.Certificate], None] | None = None,
) -> x509.Certificate:
    """The certificate changed and signed with a hash no builder would take."""
    read = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    if change is not None:
        change(read)
    kind = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ec"
    algorithm = {"algorithm": _ALGORITHMS[kind, hash_name]}
    read["tbs_certificate"]["signature"] = algorithm
    read["signature_algorithm"] = algorithm
    octets = read["tbs_certificate"].dump(force=True)
    if isinstance(key, rsa.RSAPrivateKey):
        read["signature_value"] = key.sign(octets, padding.PKCS1v15(), _HASHES[hash_name])
    else:
        read["signature_value"] = key.sign(octets, ec.ECDSA(_HASHES[hash_name]))
    return x509.load_der_x509_certificate(read.dump(force=True))
