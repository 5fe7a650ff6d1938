"""What a certificate says, as frozen data with invented defaults."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

ISSUED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Country:
    """A country by ISO 3166-1 alpha-2 code and English name."""

    code: str
    name: str


CHINA = Country("CN", "China")
NEW_ZEALAND = Country("NZ", "New Zealand")
AUSTRALIA = Country("AU", "Australia")
FIJI = Country("FJ", "Fiji")
KNOWN = {country.code: country for country in (CHINA, NEW_ZEALAND, AUSTRALIA, FIJI)}


@dataclass(frozen=True, slots=True)
class Party:
    """A party with an address."""

    name: str
    street: str
    city: str
    country: Country


@dataclass(frozen=True, slots=True)
class Note:
    """A labelled remark; `language` empty leaves the attribute out."""

    subject: str
    content: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document; `content` is base64 text and needs `filename` and `mime`."""

    number: str
    type_code: str = "851"
    relation: str = "ZZZ"
    issued: str = "2026-02-20"
    information: str = ""
    filename: str = ""
    mime: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One product. Weights are kilograms as decimal text."""

    description: str = "Fresh apples"
    common: str = "Apple"
    scientific: str = "Malus domestica"
    use: str = "Consumption"
    net: str = "1200.5"
    gross: str = "1310"
    packages: int = 60
    notes: tuple[Note, ...] = ()
    references: tuple[Reference, ...] = ()


def _consignor() -> Party:
    return Party("Southern Orchard Trading", "14 Blossom Road", "Nelson", NEW_ZEALAND)


def _consignee() -> Party:
    return Party("Harbour Fruit Import", "88 Lotus Street", "Dalian", CHINA)


@dataclass(frozen=True, slots=True)
class CertificateData:
    """What a certificate says. The defaults are a phytosanitary certificate (851), issued (70), NZ to CN."""

    number: str = "NZ-2026-000001"
    type_code: str = "851"
    status_code: str = "70"
    name: str = "Phytosanitary Certificate"
    issued: datetime = ISSUED
    exporter: Country = NEW_ZEALAND
    importer: Country = CHINA
    transit: tuple[Country, ...] = ()
    authority: str = "Office of Plant Health"
    officer: str = "Rowan Hartley"
    place: str = "Nelson"
    consignor: Party = field(default_factory=_consignor)
    consignee: Party = field(default_factory=_consignee)
    lines: tuple[Line, ...] = (Line(),)
    notes: tuple[Note, ...] = (Note("ADEDL", "The consignment was inspected and found free of regulated pests.", "en"),)
    references: tuple[Reference, ...] = ()
    transport_mode: str = "1"
    transport_name: str = "Vessel Kotuku Star"
    container: str = "CSQU3054383"
    clause: str = "The plants described herein have been inspected according to appropriate official procedures."
