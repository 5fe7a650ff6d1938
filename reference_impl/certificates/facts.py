"""What a certificate says, before it is XML and after it was read back."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Party:
    """Somebody with an address; `country` is ISO 3166 alpha-2, `id` that of the importing country's register."""

    name: str
    street: str
    city: str
    country: str
    id: str = ""


@dataclass(frozen=True)
class Attachment:
    """A document that goes along: MIME type, file name, octets, and what kind it is (UNTDID 1001; 271 packing list)."""

    name: str
    mime: str
    content: bytes
    type_code: str = "271"


@dataclass(frozen=True)
class Line:
    """One kind of goods. `weight` and `packages` are numbers as text, `unit` a UN/ECE Recommendation 20 code."""

    sequence: str
    description: str
    scientific_name: str
    weight: str
    unit: str
    packages: str
    package_type: str
    origin: str
    origin_name: str


@dataclass(frozen=True)
class Translation:
    """The texts of a certificate in one more language: name, clause, and the description of each line."""

    language: str
    name: str
    clause: str
    descriptions: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """A whole certificate. Moments are ISO 8601 text with an offset, countries alpha-2 codes and English names.

    `replaces`: number of the certificate this one takes the place of; `replaced_issue`: its moment of issue.
    `original`: number of the phytosanitary certificate of origin a re-export rests on. `seal`: that of the container.
    """

    number: str
    name: str
    type_code: str
    status: str
    issued: str
    authority: str
    place: str
    officer: str
    consignor: Party
    consignee: Party
    export_country: tuple[str, str]
    import_country: tuple[str, str]
    transit: tuple[tuple[str, str], ...]
    transport: tuple[str, str]
    container: str
    lines: tuple[Line, ...]
    clause: str
    language: str = "en"
    attachment: Attachment | None = None
    replaces: str | None = None
    replacement_reason: str = ""
    replaced_issue: str = ""
    original: str | None = None
    notes: tuple[tuple[str, str], ...] = field(default=())
    seal: str = ""
    translations: tuple[Translation, ...] = ()
