"""From SPSCertificate 17A to a certificate of the 2009 format (profile 2.26)."""

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from conformance.legacy.source import Source
from conformance.legacy.to_sps import PHYTOSANITARY
from conformance.legacy.values import (
    STATUS_CODES,
    Addition,
    Amount,
    CannotMap,
    Certificate,
    Country,
    Loss,
    Party,
    Product,
    Text,
    Transport,
)

_DAY = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(T00:00:00(\.0+)?(Z|\+00:00))?\s*", re.ASCII)
_BEGINS = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_ADDRESS = ("PostcodeCode", "LineOne", "LineTwo", "LineThree", "LineFour", "LineFive", "CityName", "CountryName",
            "CountrySubDivisionName")  # fmt: skip
_OUTER = "4"
ENGLISH = "EN"


@dataclass(frozen=True, slots=True)
class MappedBack:
    """A certificate of the 2009 format, what of the SPSCertificate it has no place for, and what nobody said."""

    certificate: Certificate
    losses: tuple[Loss, ...]
    additions: tuple[Addition, ...]


def from_sps(root: etree._Element, *, type_code: str = PHYTOSANITARY) -> MappedBack:
    """Map a valid SPSCertificate 17A to the 2009 format. Every text and attribute that is not carried is a loss.

    `type_code` is the document type a reader of the result takes for granted. Raises `CannotMap` for a state the
    format has no word for, or a date of issue that names no day.
    """
    source = Source(root)
    head, goods = source.find(root, "rsm:SPSExchangedDocument"), source.find(root, "rsm:SPSConsignment")
    signed = source.find(head, "SignatorySPSAuthentication")
    authority = source.text(head, "IssuerSPSParty/Name") or source.peek(signed, "ProviderSPSParty/Name")
    if source.peek(signed, "ProviderSPSParty/Name") == authority:
        source.text(signed, "ProviderSPSParty/Name")
    if source.peek(head, "TypeCode") == type_code:
        source.text(head, "TypeCode")
    issued = _issued(source, head)
    actual = source.find(signed, "ActualDateTime/udt:DateTimeString")
    if actual is not None and source.peek(head, "IssueDateTime/udt:DateTimeString") == actual.text:
        source.own_text(actual)
    certificate = Certificate(
        number=source.text(head, "ID"),
        status=_status(source, head),
        exporting=_country(source, goods, "ExportSPSCountry"),
        authority=authority,
        importing=_country(source, goods, "ImportSPSCountry"),
        issued=issued,
        titles=_texts(source, head, "Name"),
        exporter=_party(source, goods, "ConsignorSPSParty"),
        importer=_party(source, goods, "ConsigneeSPSParty"),
        transport=_transport(source, goods),
        products=_products(source, goods),
        declarations=_declarations(source, signed),
        place=source.text(signed, "IssueSPSLocation/Name"),
        officer=source.text(signed, "ProviderSPSParty/SpecifiedSPSPerson/Name"),
    )
    return MappedBack(certificate, tuple(source.losses()), tuple(source.additions))


def _status(source: Source, head: etree._Element | None) -> str:
    element = source.find(head, "StatusCode")
    code = source.own_text(element).strip()
    if element is not None and STATUS_CODES.get(element.get("name", "")) == code:
        return source.attribute(element, "name")
    for word, one in STATUS_CODES.items():
        if one == code:
            return word
    known = ", ".join(dict.fromkeys(STATUS_CODES.values()))
    raise CannotMap(f"The format of 2009 has no word for the status {code}; it has words for {known}.")


def _issued(source: Source, head: etree._Element | None) -> tuple[int, int, int]:
    element = source.find(head, "IssueDateTime/udt:DateTimeString")
    if element is None:
        element = source.find(head, "IssueDateTime/udt:DateTime")
    text = "" if element is None else element.text or ""
    begins = _BEGINS.match(text)
    try:
        day = date(*map(int, begins.groups())) if begins else None
    except ValueError:
        day = None
    if day is None:
        raise CannotMap(f"The time of issue {text.strip()!r} does not begin with a day such as 2009-03-17.")
    if _DAY.fullmatch(text):
        source.own_text(element)
    else:
        source.explain(element, "the format of 2009 has a day and no time: the day is carried as it is written here")
    return day.year, day.month, day.day


def _texts(source: Source, parent: etree._Element | None, name: str) -> tuple[Text, ...]:
    found = []
    for element in source.find_all(parent, name):
        text, language = source.own_text(element), source.attribute(element, "languageID").upper()
        if not text and not language:
            continue
        if not language:
            source.add(element, ENGLISH, "the format of 2009 demands a language, and none is given")
        found.append(Text(language or ENGLISH, text))
    return tuple(found)


def _country(source: Source, parent: etree._Element | None, name: str) -> Country:
    return Country(source.text(parent, f"{name}/ID"), source.text(parent, f"{name}/Name"))


def _party(source: Source, goods: etree._Element | None, name: str) -> Party | None:
    party = source.find(goods, name)
    address = source.find(party, "SpecifiedSPSAddress")
    parts = {part: text for part in _ADDRESS if (text := source.peek(address, part))}
    if set(parts) <= {"LineOne"}:
        joined = source.text(address, "LineOne")
    else:
        joined = ", ".join(parts.values())
        for part in parts:
            source.explain(source.find(address, part), "carried as a part of the one text of the address only")
    read = Party(source.text(party, "Name"), joined, source.text(party, "ID"))
    return read if read != Party("") else None


def _transport(source: Source, goods: etree._Element | None) -> Transport | None:
    movement = source.find(goods, "MainCarriageSPSTransportMovement")
    if movement is None:
        return None
    return Transport(source.text(movement, "ModeCode").strip(), source.text(movement, "UsedSPSTransportMeans/Name"))


def _products(source: Source, goods: etree._Element | None) -> tuple[Product, ...]:
    lines = source.find_all(goods, "IncludedSPSConsignmentItem/IncludedSPSTradeLineItem")
    for item in source.find_all(goods, "IncludedSPSConsignmentItem")[1:]:
        source.lose(item, "the format of 2009 has one list of products: which item a line belongs to is not carried")
    products = tuple(_product(source, number, line) for number, line in enumerate(lines, 1))
    return () if products == (Product(()),) else products


def _product(source: Source, number: int, line: etree._Element) -> Product:
    if source.peek(line, "SequenceNumeric").strip() == str(number):
        source.text(line, "SequenceNumeric")
    origin = source.find(line, "OriginSPSCountry")
    return Product(
        descriptions=_texts(source, line, "Description"),
        scientific_name=source.text(line, "ScientificName"),
        net_weight=_weight(source, line),
        packages=_packages(source, line),
        origin=None if origin is None else _country(source, line, "OriginSPSCountry"),
    )


def _weight(source: Source, line: etree._Element) -> Amount | None:
    element = source.find(line, "NetWeightMeasure")
    if element is None:
        return None
    return Amount(source.own_text(element).strip(), source.attribute(element, "unitCode"))


def _packages(source: Source, line: etree._Element) -> Amount | None:
    package = source.find(line, "PhysicalSPSPackage")
    if package is None:
        return None
    if source.peek(package, "LevelCode").strip() == _OUTER:
        source.text(package, "LevelCode")
    return Amount(source.text(package, "ItemQuantity").strip(), source.text(package, "TypeCode").strip())


def _declarations(source: Source, signed: etree._Element | None) -> tuple[tuple[Text, ...], ...]:
    found = []
    for clause in source.find_all(signed, "IncludedSPSClause"):
        texts = _texts(source, clause, "Content")
        if not texts:
            continue
        found.append(texts)
        if source.peek(clause, "ID").strip() == str(len(found)):
            source.text(clause, "ID")
    return tuple(found)
