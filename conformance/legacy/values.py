"""What a certificate of the 2009 format says, as frozen values; and what a mapping could not carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ROOT = "certificates"

# The words of `status` and the code of data element 4405 each stands for (profile 2.26);
# back from a code leads its first word.
STATUS_CODES: Mapping[str, str] = MappingProxyType({
    "Approved": "39", "Printed": "70", "Replaced": "44", "Revoked": "40", "Cancelled": "64", "Raised": "47",
    "To be Amended": "42", "Amended": "42", "Resubmit": "42",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language; `language` is a tag as the document writes it ("EN")."""

    language: str
    content: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country: two letters of ISO 3166-1, and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Party:
    """Exporter or importer; `address` is one text, `id` the number in the exporting country's register."""

    name: str
    address: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Transport:
    """A means of transport by name, and its mode (UN/ECE Recommendation 19)."""

    mode: str
    name: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A decimal number as written, and its unit or kind of package (Recommendation 20 or 21)."""

    value: str
    code: str


@dataclass(frozen=True, slots=True)
class Product:
    """One kind of goods."""

    descriptions: tuple[Text, ...]
    scientific_name: str = ""
    net_weight: Amount | None = None
    packages: Amount | None = None
    origin: Country | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. `issued` is (year, month, day); a declaration is one statement in one or more languages."""

    number: str
    status: str
    exporting: Country
    authority: str
    importing: Country
    issued: tuple[int, int, int]
    titles: tuple[Text, ...]
    exporter: Party | None = None
    importer: Party | None = None
    transport: Transport | None = None
    products: tuple[Product, ...] = ()
    declarations: tuple[tuple[Text, ...], ...] = ()
    place: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What was not carried: where it stood in the document read, what stood there, and why it has no place."""

    path: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What the target demands and the source does not say: where, what was put there ("" is left empty), why."""

    path: str
    value: str
    why: str


class CannotMap(Exception):
    """A certificate that cannot be mapped at all; the text says why and what to do."""
