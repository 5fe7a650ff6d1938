"""What only shows when documents are looked at together: numbers borne twice, forks, quantities re-exported.

Every document is read once and remembered by a few facts, so that memory grows by the number of documents and not by
their size.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from lxml import etree

from conformance.checks.schema import release_of
from conformance.checks.schema_paths import where
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer
from conformance.parsing import Unreadable, parse

_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000), "LBR": Decimal("0.45359237")}
_RE_EXPORT = "657"
_REPLACES, _ORIGINAL = "ACW", "AWR"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is remembered of a certificate. `weights` are kilograms by scientific name, where all are known.

    `replaces` are the numbers of certificates it takes the place of, `origins` those of the certificates of origin.
    """

    file: str
    number: str
    digest: str
    type_code: str
    replaces: frozenset[str]
    origins: frozenset[str]
    weights: Mapping[str, Decimal]
    place: Where


def facts_of(file: str, data: bytes) -> Facts | None:
    """Return the facts of a certificate, None when the octets are not one."""
    try:
        root = parse(data, blanks=False)
    except Unreadable:
        return None
    release = release_of(root)
    head = root[0] if len(root) else None
    if release is None or release.message != "SPSCertificate" or head is None or not isinstance(head.tag, str):
        return None
    number = head.find("{*}ID")
    lines = root.findall(".//{*}IncludedSPSTradeLineItem")
    return Facts(
        file=file,
        number=_text(head, "ID"),
        digest=sha256(data).hexdigest(),
        type_code=_text(head, "TypeCode"),
        replaces=_related(head, _REPLACES) | _noted([head], "IncludedSPSNote", "ADRPN"),
        origins=_related(head, _ORIGINAL) | _noted(lines, "AdditionalInformationSPSNote", "RPCRF"),
        weights=_weights(lines),
        place=where(number if number is not None else head),
    )


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{{*}}{name}") or "").strip()


def _related(head: etree._Element, relation: str) -> frozenset[str]:
    references = head.findall("{*}ReferenceSPSReferencedDocument")
    return frozenset(_text(one, "ID") for one in references if _text(one, "RelationshipTypeCode") == relation)


def _noted(parents: Iterable[etree._Element], name: str, subject: str) -> frozenset[str]:
    notes = (note for parent in parents for note in parent.findall(f"{{*}}{name}"))
    return frozenset(_text(note, "Content") for note in notes if _text(note, "Subject") == subject)


def _weights(lines: Iterable[etree._Element]) -> Mapping[str, Decimal]:
    """Return the net kilograms of each plant; nothing when the weight of a line is not known."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        measure = line.find("{*}NetWeightMeasure")
        factor = None if measure is None else _KILOGRAMS.get(measure.get("unitCode") or "")
        try:
            weight = Decimal((measure.text or "") if measure is not None else "")
        except InvalidOperation:
            return {}
        if factor is None or not weight.is_finite():
            return {}
        plant = _text(line, "ScientificName") or _text(line, "Description")
        sums[plant] = sums.get(plant, Decimal(0)) + weight * factor
    return sums


def findings_together(known: Iterable[Facts]) -> dict[str, tuple[Finding, ...]]:
    """Return what is wrong with certificates as a set, by the file the finding is about."""
    certificates = list(known)
    found: dict[str, list[Finding]] = {}
    for fact, finding in (*_borne_twice(certificates), *_forks(certificates), *_quantities(certificates)):
        found.setdefault(fact.file, []).append(finding)
    return {file: tuple(findings) for file, findings in found.items()}


def _finding(requirement: str, fact: Facts, message: str, expected: str, actual: str) -> tuple[Facts, Finding]:
    return fact, Finding(requirement, message, expected, actual, fact.place, layer=Layer.RULES)


def _borne_twice(certificates: list[Facts]) -> Iterable[tuple[Facts, Finding]]:
    """DOC-005: one number is that of one certificate for ever."""
    first: dict[str, Facts] = {}
    for fact in certificates:
        earlier = first.setdefault(fact.number, fact)
        if fact.number and earlier.digest != fact.digest:
            message = "another certificate bears the same number"
            yield _finding("DOC-005", fact, message, "a number of its own", f"{fact.number}, as in {earlier.file}")


def _forks(certificates: list[Facts]) -> Iterable[tuple[Facts, Finding]]:
    """LIFE-006: a certificate is replaced by one other at most, and never by way of others by itself."""
    successor: dict[str, Facts] = {}
    for fact in certificates:
        for old in sorted(fact.replaces - {""}):
            earlier = successor.setdefault(old, fact)
            if earlier.number != fact.number:
                message = f"the certificate {old} is replaced a second time"
                yield _finding("LIFE-006", fact, message, "one replacement", f"also replaced by {earlier.number}")
    for fact in certificates:
        seen, number = {fact.number}, fact.number
        while number in successor:
            number = successor[number].number
            if number == fact.number and len(seen) > 1:
                message = "replacements lead back to the certificate itself"
                yield _finding("LIFE-006", fact, message, "a chain with an end", " -> ".join(sorted(seen)))
            if number in seen:
                break
            seen.add(number)


def _quantities(certificates: list[Facts]) -> Iterable[tuple[Facts, Finding]]:
    """LIFE-014: what is re-exported under one certificate of origin is not more than it certifies.

    Certificates that were replaced do not count, nor those whose goods come from several certificates of origin or
    whose weights are not all known.
    """
    current = {fact.number: fact for fact in certificates}
    replaced = {old for fact in certificates for old in fact.replaces}
    sums: dict[tuple[str, str], Decimal] = {}
    for fact in current.values():
        if fact.type_code != _RE_EXPORT or fact.number in replaced or len(fact.origins) != 1:
            continue
        (origin,) = fact.origins
        for plant, weight in fact.weights.items():
            sums[origin, plant] = total = sums.get((origin, plant), Decimal(0)) + weight
            whole = current[origin].weights.get(plant) if origin in current else None
            if whole is not None and total > whole:
                message = f"more {plant} is re-exported than the certificate of origin {origin} certifies"
                yield _finding("LIFE-014", fact, message, f"at most {whole:g} kg", f"{total:g} kg")
