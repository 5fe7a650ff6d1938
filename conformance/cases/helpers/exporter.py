"""The judge as exporter: certificates addressed to the partner, signed, and checked before they leave (law 6)."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from conformance.cases.helpers.agreed import examine_agreed
from conformance.checks.document import check_document
from conformance.checks.signature_second import why_refused
from conformance.model.outcome import Inconclusive, JudgeFault
from conformance.partner import JudgeSigning, Partner
from conformance.ports.tape import Tape
from conformance.vectors.certificate import CertificateData, certificate, exported
from conformance.vectors.forgery.issuing import Issuer
from conformance.vectors.forgery.material import Material
from conformance.vectors.measured import with_lines, with_octets
from conformance.vectors.signing import Minter, Signer, load_signer, sign, sign_detached
from conformance.vectors.stamping import Authority


@dataclass(frozen=True)
class Made:
    """A certificate of the judge's: number, octets, the data it was written from, and its detached signature if any."""

    number: str
    document: bytes
    data: CertificateData
    signature: bytes | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the octets, lower-case hexadecimal."""
        return sha256(self.document).hexdigest()


class Exporter:
    """Makes certificates of the judge's country for the partner's."""

    def __init__(self, partner: Partner, tape: Tape) -> None:
        """Nothing is read before it is needed."""
        self._partner = partner
        self._tape = tape

    @property
    def signing(self) -> JudgeSigning:
        """The judge's signing files; `Inconclusive` when partner.toml has none."""
        if self._partner.judge.signing is None:
            raise Inconclusive("partner.toml has no [ixit.judge.signing]: the judge cannot sign certificates.")
        return self._partner.judge.signing

    @property
    def signer(self) -> Signer:
        """The judge's registered signer."""
        return load_signer(self.signing.certificate, self.signing.key)

    @property
    def anchor(self) -> Signer:
        """The registered test anchor; `Inconclusive` when the judge does not have its key."""
        signing = self.signing
        if signing.ca_certificate is None or signing.ca_key is None:
            raise Inconclusive("partner.toml has no [ixit.judge.signing] ca_certificate and ca_key.")
        return load_signer(signing.ca_certificate, signing.ca_key)

    @property
    def issuer(self) -> Issuer:
        """Certifies signers below the anchor for this moment; `Inconclusive` as `anchor`."""
        return Issuer(self.anchor, self._partner.judge.country, self._tape.now())

    @property
    def minter(self) -> Minter:
        """Makes signers that must be refused."""
        return Minter(self.signing, self._tape.now())

    def new_number(self) -> str:
        """A number no other run uses."""
        mark = sha256(self._tape.run_id.encode() + self._tape.random.randbytes(12)).hexdigest()[:12].upper()
        return f"{self._partner.judge.country}-{self._tape.now():%Y}-{mark}"

    def data(self, number: str = "", **changes: object) -> CertificateData:
        """Data of a certificate issued a minute ago; `changes` are fields of `CertificateData`."""
        fields: dict[str, object] = {"issued": (self._tape.now() - timedelta(minutes=1)).replace(microsecond=0)}
        return exported(
            number or self.new_number(), self._partner.judge.country, self._partner.country, **(fields | changes)
        )

    def certificate(self, number: str = "", **changes: object) -> Made:
        """A certificate that must be accepted. Raises `JudgeFault` when the judge's own checks find fault with it."""
        data = self.data(number, **changes)
        plain = certificate(data)
        made = self.seal(plain, data)
        self._check(plain, made)
        return made

    def of_lines(self, count: int) -> Made:
        """A certificate of that many trade lines, good but for that when they are too many."""
        data = self.data()
        made = self.seal(with_lines(data, count), data)
        self._check(made.document, made)
        return made

    def of_octets(self, count: int) -> Made:
        """A certificate of exactly that many octets as delivered, good but for that when they are too many."""
        data = self.data()
        sealed: list[Made] = []

        def seal(plain: bytes) -> bytes:
            sealed.append(self.seal(plain, data))
            return sealed[-1].document

        try:
            with_octets(data, count, seal)
        except ValueError as error:
            raise JudgeFault(str(error)) from error
        self._check(sealed[-1].document, sealed[-1])
        return sealed[-1]

    def seal(
        self, plain: bytes, data: CertificateData, signer: Signer | None = None, hash_name: str = "sha256"
    ) -> Made:
        """These octets signed at the agreed place, by the registered signer unless another is given."""
        if self._partner.signature == "none":
            return Made(data.number, plain, data)
        by = signer or self.signer
        if self._partner.signature == "detached":
            return Made(data.number, plain, data, sign_detached(plain, by, hash_name=hash_name))
        if "xades" in self._partner.ics:
            return Made(data.number, self.material(plain.decode(), by).sealed().document, data)
        return Made(data.number, sign(plain, by, hash_name=hash_name), data)

    def material(self, plain: str, signer: Signer | None = None, address: str = "") -> Material:
        """What is needed to sign the text of a certificate in other ways; see `Material`."""
        signing, now = self.signing, self._tape.now()
        issuer = authority = None
        if signing.ca_certificate is not None and signing.ca_key is not None:
            issuer = self.issuer
        if signing.tsa_certificate is not None and signing.tsa_key is not None:
            stamping = load_signer(signing.tsa_certificate, signing.tsa_key)
            authority = Authority(stamping.certificate, stamping.key, stamping.others)
        placement = self._partner.signature
        return Material(plain, signer or self.signer, placement, issuer, address, now, authority)

    def _check(self, plain: bytes, made: Made) -> None:
        at = self._tape.now()
        found = check_document(plain, at=at, placement=self._partner.signature).findings
        findings = [one for one in found if one.requirement != "DOC-046"]  # agreed limits are the case's own matter
        if self._partner.signature != "none":
            findings += examine_agreed(
                self._partner,
                made.document,
                made.signature,
                at=at,
                anchors=[self.signing.ca_certificate] if self.signing.ca_certificate else (),
                country=self._partner.judge.country,
            ).findings
            references = 2 if "xades" in self._partner.ics else 1
            refused = why_refused(made.document, self.signer.certificate, made.signature, references)
            if refused:
                raise JudgeFault(f"a second library refuses the signature of the judge's own certificate: {refused}")
        binding = [one for one in findings if one.level.binding]
        if binding:
            first = binding[0]
            raise JudgeFault(
                f"the judge's own certificate breaks {first.requirement}: {first.message} ({first.actual})"
            )
