"""Goods that are re-exported: what a certificate of origin certifies, and what was re-exported under it before."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from reference_impl.certificates.facts import Line
from reference_impl.certificates.names import RAM, ram
from reference_impl.certificates.parsing import NotReadable, parse


@dataclass(frozen=True)
class Origin:
    """A certificate of origin: its number and its goods."""

    number: str
    lines: tuple[Line, ...]


def read_origin(document: bytes) -> Origin:
    """Return what a certificate of origin says of its goods. Raises `ValueError` when it says too little."""
    try:
        root = parse(document)
    except NotReadable as error:
        raise ValueError(f"the certificate of origin cannot be read: {error}") from None
    number = root.findtext(f"*/{ram('ID')}") or ""
    lines = tuple(
        _line(str(at), one) for at, one in enumerate(root.iter(f"{{{RAM}}}IncludedSPSTradeLineItem"), start=1)
    )
    if not number or not lines:
        raise ValueError("the certificate of origin has no number or no goods")
    return Origin(number, lines)


def left(origin: Origin, re_exports: Iterable[bytes]) -> dict[tuple[str, str], Decimal]:
    """Return how much of each plant, by scientific name and unit, was not re-exported yet.

    `re_exports` are the documents in force; those that rest on other certificates of origin do not count.
    """
    rest = _sums(origin.lines)
    for document in re_exports:
        root = parse(document)
        if origin.number in (one.text for one in root.iterfind(f"*/{ram('ReferenceSPSReferencedDocument/ID')}")):
            for kind, weight in _sums(read_origin(document).lines).items():
                rest[kind] = rest.get(kind, Decimal(0)) - weight
    return rest


def suffices(rest: dict[tuple[str, str], Decimal], lines: tuple[Line, ...]) -> bool:
    """Whether so much is left of each plant."""
    return all(rest.get(kind, Decimal(0)) >= weight for kind, weight in _sums(lines).items())


def _sums(lines: tuple[Line, ...]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        kind = line.scientific_name, line.unit
        sums[kind] = sums.get(kind, Decimal(0)) + Decimal(line.weight)
    return sums


def _line(sequence: str, element: etree._Element) -> Line:
    measure = element.find(ram("NetWeightMeasure"))
    try:
        weight = Decimal((measure.text or "") if measure is not None else "")
    except InvalidOperation:
        raise ValueError(f"line {sequence} of the certificate of origin has no weight") from None
    return Line(
        sequence,
        element.findtext(ram("Description")) or "",
        element.findtext(ram("ScientificName")) or "",
        f"{weight:f}",
        "" if measure is None else measure.get("unitCode", ""),
        element.findtext(ram("PhysicalSPSPackage/ItemQuantity")) or "1",
        element.findtext(ram("PhysicalSPSPackage/TypeCode")) or "CT",
        element.findtext(ram("OriginSPSCountry/ID")) or "",
        element.findtext(ram("OriginSPSCountry/Name")) or "",
    )
