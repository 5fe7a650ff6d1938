"""What a row of the tables is made from, and what comes out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.checks.xmldsig.form import XADES
from conformance.vectors.forgery.issuing import Issuer, Wanted
from conformance.vectors.forgery.plan import PLACE, Plan, seal
from conformance.vectors.signing import Signer
from conformance.vectors.stamping import Authority

Edit = Callable[[str], str]
END = "</rsm:SPSCertificate>"
WEIGHT = ">1200.5<"
HEAVIER = ">91200.5<"


@dataclass(frozen=True)
class Sealed:
    """The octets of a document, and of its detached signature where that is agreed."""

    document: bytes
    signature: bytes | None = None


@dataclass(frozen=True)
class Material:
    """One certificate not yet signed, and everybody who might sign it.

    `plain` is its text, `signer` the registered signer, `issuer` issues others below the registered anchor (None: the
    judge has no such anchor). Nobody has a reason to ask at `address`. `time` is when XAdES says it was signed, and
    `authority` who stamps it.
    """

    plain: str
    signer: Signer
    placement: str = "enveloped"
    issuer: Issuer | None = None
    address: str = ""
    time: datetime | None = None
    authority: Authority | None = None

    @property
    def text(self) -> str:
        """The certificate with the place of its signature marked."""
        return self.plain.replace(END, PLACE + END)

    @property
    def forged(self) -> str:
        """The certificate with another weight, its place of the signature marked."""
        return put(self.text, WEIGHT, HEAVIER)

    @property
    def issuing(self) -> Issuer:
        """The issuer; rows that need one are in tables for a judge that has it."""
        if self.issuer is None:
            raise ValueError("the judge has no test anchor to issue below")
        return self.issuer

    @property
    def rsa(self) -> Signer:
        """A signer with an RSA key of 2048 bits below the registered anchor."""
        return self.issuing.signer(Wanted(kind="rsa-2048"))

    @property
    def ec(self) -> Signer:
        """A signer with a key on P-256 below the registered anchor."""
        return self.issuing.signer(Wanted())

    def plan(self, **fields: Any) -> Plan:
        """A plan with the registered signer unless another is named."""
        advanced = {"time": self.time} if self.placement in XADES else {}
        stamped = {"authority": self.authority} if self.placement == "xades-t" else {}
        return Plan(**({"signer": self.signer} | advanced | stamped | fields))

    def sealed(self, edit: Edit | None = None, /, **fields: Any) -> Sealed:
        """The certificate signed at the agreed place, by a plan with these fields; `edit` changes the signature."""
        change = edit or (lambda text: text)
        if self.placement == "detached":
            octets = self.plain.encode()
            beside = {"uri": "certificate.xml", "transforms": "", "octets": lambda _root, _signature: octets}
            return Sealed(octets, change(seal(PLACE, self.plan(**(fields | beside)))).encode())
        return Sealed(change(seal(self.text, self.plan(**fields))).encode())

    def signed(self, text: str = "", /, **fields: Any) -> str:
        """The certificate, or another text with the place marked, with an enveloped signature, as text."""
        return seal(text or self.text, self.plan(**fields))


@dataclass(frozen=True)
class Row:
    """One document: its name is that of its kind in the published vectors, `what` says what is wrong, or right."""

    name: str
    what: str
    make: Callable[[Material], "Sealed | str | bytes"]

    def sealed(self, material: Material) -> Sealed:
        """Make it."""
        made = self.make(material)
        if isinstance(made, str):
            made = made.encode()
        return Sealed(made) if isinstance(made, bytes) else made


def put(text: str, old: str, new: str) -> str:
    """Replace the first occurrence. Raises `ValueError` where there is none."""
    if old not in text:
        raise ValueError(f"{old!r} is not in the document")
    return text.replace(old, new, 1)


def signature_of(text: str) -> str:
    """Return the ds:Signature of a signed document."""
    found = re.search(r"<ds:Signature .*</ds:Signature>", text, re.DOTALL)
    if found is None:
        raise ValueError("the document has no ds:Signature")
    return found[0]


def declared(text: str) -> tuple[str, str]:
    """Return the XML declaration with its line end, and the rest."""
    head, _, rest = text.partition("?>\n")
    return f"{head}?>\n", rest
