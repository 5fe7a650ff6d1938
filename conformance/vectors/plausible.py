"""Content a certificate would have: codes from the lists, dates in order, countries that agree, words in one language.

It looks at the local names of the published messages, so that it serves every release and national schemas built on
them; an element it does not know gets whatever the schema allows.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from xmlschema.validators import XsdSimpleType

from conformance.vectors.chooser import Chooser, chance, pick
from conformance.vectors.content import Content, Frame, fits
from conformance.vectors.grammar import Attribute, Declared, Occurs
from conformance.vectors.plausible_tables import (
    ATTACHMENTS,
    BOUNDS,
    CODES,
    COUNTRIES,
    DAYS,
    HEAD_NOTES,
    HEALTH,
    LINE_NOTES,
    RE_EXPORT,
    TOPICS,
    UNITS,
)
from conformance.vectors.ways import PLAIN, Ways
from conformance.vectors.words import COUNTRIES_OF, LANGUAGES, PRODUCTS, country_name, words

_EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_SHORT = 1000


Says = Callable[["Plausible", Frame], str]
FALLBACK = {"company": "valley", "street": "lotus", "city": "east"}


class Plausible(Content):
    """What certificates say, in one language or two of those given (codes of `words.LANGUAGES`).

    `ways` are those of a document profile.
    """

    def __init__(
        self, chooser: Chooser, languages: tuple[str, ...] = ("en",), richness: int = 30, ways: Ways = PLAIN
    ) -> None:
        """Settle what the whole document shares: countries, languages, number, time and type."""
        super().__init__(richness)
        self._ways = ways
        first = pick(chooser, languages)
        # A bilingual certificate is in English and another language, as the official forms are.
        others = [other for other in languages if other != "en"] if first == "en" else ["en"]
        self.languages = (first, pick(chooser, others)) if len(languages) > 1 and chance(chooser, 40) else (first,)
        self.exporter = pick(chooser, COUNTRIES_OF.get(first, COUNTRIES_OF["en"]))
        foreign = [code for language in LANGUAGES for code in COUNTRIES_OF[language] if code != self.exporter]
        self.importer = pick(chooser, foreign)
        self.transit = pick(chooser, [code for code in foreign if code != self.importer])
        self.number = ways.number.format(country=self.exporter, serial=chooser.integer(1, 999_999))
        self.issued = _EPOCH + timedelta(minutes=chooser.integer(0, 400_000))
        self.offset = timedelta(hours=chooser.integer(0, 12))
        self.type_code = pick(chooser, ways.types)
        self.lines = 0

    def enter(self, name: str, parent: Frame | None, index: int, chooser: Chooser) -> Frame:
        """Begin an element; settle the country of a party, the product of a line, the subject of a note."""
        frame = super().enter(name, parent, index, chooser)
        settled = frame.settled
        if name.endswith(("SPSCountry", "SPSParty", "SPSLocation")):
            settled["country"] = self._country(name, frame)
            if name.endswith("SPSParty"):
                settled["company"] = pick(chooser, ("company-orchard", "company-harbour", "company-valley"))
                settled["street"] = pick(chooser, ("street-blossom", "street-lotus"))
                settled["city"] = pick(chooser, ("city-east", "city-hill"))
        elif name == "IncludedSPSTradeLineItem":
            settled["product"] = pick(chooser, tuple(PRODUCTS))
        elif name == "IncludedSPSNote":
            # The note on financial liability is the mapping's for phytosanitary certificates.
            subjects = tuple(HEAD_NOTES) if self.type_code in ("851", "657") else tuple(set(HEAD_NOTES) - {"SPSFL"})
            settled["subject"] = (
                self._ways.first_note if index == 0 and self._ways.first_note else pick(chooser, sorted(subjects))
            )
        elif name == "AdditionalInformationSPSNote":
            settled["subject"] = (
                RE_EXPORT[index % len(RE_EXPORT)][0] if self.is_re_export else pick(chooser, tuple(LINE_NOTES))
            )
        elif name == "ApplicableSPSClassification":
            settled["system"] = "HS" if index == 0 else "IPPCPCC"
        elif name == "ReferenceSPSReferencedDocument":
            settled["attached"] = pick(chooser, tuple(ATTACHMENTS))
        return frame

    @property
    def is_re_export(self) -> bool:
        """Whether the goods come from a third country."""
        return self.type_code == "657"

    def _country(self, name: str, frame: Frame) -> str:
        side = "transit" if self.is_re_export and name == "OriginSPSCountry" else COUNTRIES.get(name, "")
        inherited = frame.parent.find("country") if frame.parent is not None else ""
        if not side:
            return inherited or self.exporter
        return {"importer": self.importer, "transit": self.transit}.get(side, self.exporter)

    def occurrences(self, frame: Frame, particle: Declared, chooser: Chooser) -> int:
        """Return how often to write an element: as the rules ask, texts once for each language."""
        low, high = self._bounds(frame, particle)
        if self.type_code not in ("851", "657") and (high := HEALTH.get(particle.name.rpartition("}")[2], high)) == 0:
            return particle.minimum
        if particle.name.endswith("}ClassCode") and frame.find("system") not in ("", "HS"):
            high = low  # the classes of the IPPC are written by name
        return low if high is not None and high <= low else self.usual(frame, low, high, chooser)

    def least(self, frame: Frame, particle: Declared) -> int:
        """Return how often an element must be written at least."""
        return self._bounds(frame, particle)[0]

    def _bounds(self, frame: Frame, particle: Declared) -> tuple[int, Occurs]:
        """Return the bounds of the rules within those of the schema."""
        child = particle.name.rpartition("}")[2]
        low, high = BOUNDS.get((frame.name, child)) or BOUNDS.get(("", child)) or (0, None)
        if child == "AdditionalInformationSPSNote" and self.is_re_export:
            low = high = len(RE_EXPORT)
        elif child == "IncludedSPSNote" and self._ways.first_note:
            low = 1
        if particle.maximum is None and high is None and (frame.name, child) in TOPICS:  # once for each language
            high = len(self.languages)
            low = high if particle.minimum else low
        high = particle.maximum if high is None else high if particle.maximum is None else min(high, particle.maximum)
        low = max(particle.minimum, low if high is None else min(low, high))
        return low, high if high is None else max(high, low)

    def text(self, frame: Frame, kind: XsdSimpleType, chooser: Chooser) -> str:
        """Return what a certificate would say here, or what the schema allows when it would not take that."""
        for _ in range(3):
            text = self._said(frame, chooser)
            if text is not None and fits(kind, text):
                return text
        return super().text(frame, kind, chooser)

    def _said(self, frame: Frame, chooser: Chooser) -> str | None:
        """Return what a certificate would say, None where nothing is known of the element."""
        name = frame.name
        place = (frame.parent.name if frame.parent is not None else "", name)
        codes = CODES.get(place) or CODES.get(("", name))
        if place in OWN:
            return OWN[place](self, frame)
        if place in TOPICS:
            said = SAID.get(TOPICS[place])
            return said(self, frame) if said else words(TOPICS[place], self.language(frame))
        if codes:
            return pick(chooser, codes)
        return self._typed(place[0], frame, chooser)

    def _typed(self, parent: str, frame: Frame, chooser: Chooser) -> str | None:
        name = frame.name
        if name in ("DateTimeString", "DateTime"):
            return self._moment(parent, chooser)
        if name.endswith("DateTime"):
            return (self.issued - timedelta(days=chooser.integer(1, 60))).date().isoformat()
        if name.endswith(("Measure", "Quantity", "Numeric")):
            return self._quantity(parent, name, chooser)
        return self._identifier(parent, frame, chooser) if name.endswith("ID") else None

    def language(self, frame: Frame) -> str:
        """Return the language of an element: of repetitions, each has its own."""
        return self.languages[min(frame.index, len(self.languages) - 1)]

    def day(self) -> str:
        """Return the day of issue as a note tells it."""
        return f"{self.issued:%Y-%m-%dT%H:%M:%SZ}" if self._ways.timed else self.issued.date().isoformat()

    def _moment(self, holder: str, chooser: Chooser) -> str:
        low, high = DAYS.get(holder, (0, 0))
        when = self.issued + timedelta(days=chooser.integer(low, high))
        if holder == "ActualDateTime":
            when -= timedelta(minutes=chooser.integer(1, 30))
        local = when + self.offset
        hours = int(self.offset.total_seconds()) // 3600
        return f"{local:%Y-%m-%dT%H:%M:%S}" + (f"+{hours:02d}:00" if hours else "Z")

    def _quantity(self, parent: str, name: str, chooser: Chooser) -> str:
        if name == "SequenceNumeric":
            self.lines += 1
            return str(self.lines)
        if parent == "SettingSPSTemperature":
            return str({"MinimumValueMeasure": -1, "MaximumValueMeasure": 4}.get(name, 1))
        if name == "NetWeightMeasure":
            return f"{chooser.integer(1, _SHORT)}.5"
        return str(chooser.integer(1, _SHORT) + (_SHORT if name.startswith(("Gross", "Nominal")) else 0))

    def _identifier(self, parent: str, frame: Frame, chooser: Chooser) -> str:
        country = frame.find("country") or self.exporter
        if frame.name == "CountryID" or parent.endswith("SPSCountry"):
            return country
        if parent.endswith("SPSLocation") or frame.name == "CityID":
            return f"{country}AAA"
        if parent.endswith("SubDivision") or frame.name == "CountrySubDivisionID":
            return f"{country}-{chooser.integer(1, 20):02d}"
        if parent.endswith("SPSTransportEquipment"):
            number = f"CSQU{chooser.integer(100_000, 999_999)}"
            return f"{number}{_check_digit(number)}"
        return f"{frame.name.removesuffix('ID') or 'N'}{chooser.integer(1, 99_999):05d}".upper()

    def attribute(self, frame: Frame, attribute: Attribute, chooser: Chooser) -> str | None:
        """Return a language for texts, a unit for measures, name and kind for attachments; list attributes at times."""
        name, parent = attribute.name, frame.parent.name if frame.parent is not None else ""
        value: str | None = None
        if name == "languageID":
            spoken = (parent, frame.name) in TOPICS and frame.name not in ("Subject", "ScientificName", "SystemName")
            if spoken and parent != "ApplicableSPSProcessCharacteristic":
                english = "en" if self.languages[0] == "en" else None
                value = english if TOPICS[parent, frame.name] == "country" else self.language(frame)
        elif name == "unitCode":
            value = UNITS.get((parent, frame.name)) or UNITS.get(("", frame.name))
        elif frame.name == "AttachmentBinaryObject" and name in ("filename", "mimeCode"):
            kind = frame.find("attached")
            value = kind if name == "mimeCode" else f"annex-{frame.index + 1}.{ATTACHMENTS[kind][0]}"
        elif attribute.fixed is not None and chance(chooser, 10):
            value = attribute.fixed
        if value is not None and fits(attribute.kind, value):
            return value
        return super().attribute(frame, attribute, chooser) if attribute.use == "required" else None


def _settled(topic: str) -> Says:
    """Say what was settled for the element around."""
    return lambda content, frame: words(frame.find(topic) or f"{topic}-{FALLBACK[topic]}", content.language(frame))


def _note(content: Plausible, frame: Frame) -> str:
    """Say what belongs to the subject of the note."""
    subject = frame.find("subject")
    if subject in dict(RE_EXPORT):
        return dict(RE_EXPORT)[subject]
    topic = {**HEAD_NOTES, **LINE_NOTES}.get(subject, "marking")
    if topic.startswith("="):
        return topic[1:]
    return content.day() if topic == "date" else words(topic, content.language(frame))


def _treatment(content: Plausible, frame: Frame) -> str:
    """The first description of a characteristic is its label, the second the text."""
    label = "TTFT" if frame.parent is not None and frame.parent.index else "TTL1"
    return label if frame.index == 0 else words("treatment", content.languages[0])


def _clause(content: Plausible, frame: Frame) -> str:
    return words(f"clause-{_repetition(frame)}", content.language(frame))


def _repetition(frame: Frame) -> int:
    """Return which repetition the parent is, from 1, at most 2."""
    return 1 + min(1, frame.parent.index if frame.parent is not None else 0)


def _product(frame: Frame) -> str:
    return frame.find("product") or "apples"


# What is said of topics that depend on the document; every other topic is looked up in words.tsv.
SAID: dict[str, Says] = {
    "company": _settled("company"),
    "street": _settled("street"),
    "city": _settled("city"),
    "subject": lambda _, frame: frame.find("subject"),
    "note": _note,
    "country": lambda content, frame: country_name(frame.find("country") or content.exporter),
    "title": lambda content, frame: words(f"title-{content.type_code}", content.language(frame)),
    "clause": _clause,
    "product": lambda content, frame: words(_product(frame), content.language(frame)),
    "common": lambda content, frame: words(f"{_product(frame)}-common", content.language(frame)),
    "scientific": lambda _, frame: PRODUCTS[_product(frame)][0],
    "system": lambda _, frame: frame.find("system"),
    "treatment": _treatment,
}
OWN: dict[tuple[str, str], Says] = {
    ("SPSExchangedDocument", "ID"): lambda content, _: content.number,
    ("SPSExchangedDocument", "TypeCode"): lambda content, _: content.type_code,
    ("IncludedSPSClause", "ID"): lambda _, frame: str(_repetition(frame)),
    ("ApplicableSPSClassification", "ClassCode"): lambda _, frame: PRODUCTS[_product(frame)][1],
    ("ReferenceSPSReferencedDocument", "AttachmentBinaryObject"): lambda _, frame: ATTACHMENTS[frame.find("attached")][
        1
    ],
}


def _check_digit(number: str) -> int:
    """Return the check digit of ISO 6346 for owner, category and serial number; computed apart from the rule."""
    letters = {chr(65 + place): value for place, value in enumerate(v for v in range(10, 39) if v % 11)}
    total = sum((letters.get(one) or int(one)) << place for place, one in enumerate(number))
    return total % 11 % 10
