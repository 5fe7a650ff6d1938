"""Single named mutations: each makes a good document wrong in one point and says which requirement that breaks.

They work on the octets that `conformance.vectors.certificate` writes. A mutation that finds nothing to change raises
`ValueError`, so that a vector is never sent unmutated.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from conformance.model.words import Layer


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: its name, the requirement a mutated document breaks, the layer that finds it, what was done."""

    name: str
    requirement: str
    layer: Layer
    what: str
    apply: Callable[[bytes], bytes]

    def __call__(self, data: bytes) -> bytes:
        """Return the mutated document. Raises `ValueError` when there is nothing to mutate."""
        changed = self.apply(data)
        if changed == data:
            raise ValueError(f"mutation {self.name} found nothing to change")
        return changed


def _swap(pattern: str, put: str) -> Callable[[bytes], bytes]:
    """Replace the first match of a pattern over the UTF-8 text."""
    compiled = re.compile(pattern.encode(), re.DOTALL)
    return lambda data: compiled.sub(put.encode(), data, count=1)


def _lines(data: bytes) -> bytes:
    """Give the document one line more than the profile allows."""
    match = re.search(rb"<ram:IncludedSPSTradeLineItem>.*?</ram:IncludedSPSTradeLineItem>", data, re.DOTALL)
    if match is None:
        return data
    line = match.group()
    many = b"\n".join(re.sub(rb"(<ram:SequenceNumeric>)[^<]*", rb"\g<1>%d" % number, line) for number in range(1, 1001))
    start = data.index(b"<ram:IncludedSPSTradeLineItem>")
    end = data.rindex(b"</ram:IncludedSPSTradeLineItem>") + len(b"</ram:IncludedSPSTradeLineItem>")
    return data[:start] + many + data[end:]


_DOCUMENT_ID = r"(<rsm:SPSExchangedDocument>.*?<ram:ID>)([^<]*)"
_SCHEMA, _RULES = Layer.SCHEMA, Layer.RULES

MUTATIONS: tuple[Mutation, ...] = (
    Mutation("unknown-release", "DOC-001", _SCHEMA, "root namespace of no release",
             lambda data: data.replace(b"SPSCertificate:17", b"SPSCertificate:99")),
    Mutation("wrong-root", "DOC-001", _SCHEMA, "root element renamed",
             lambda data: data.replace(b"rsm:SPSCertificate>", b"rsm:SPSCert>")
             .replace(b"rsm:SPSCertificate ", b"rsm:SPSCert ")),
    Mutation("no-packing-level", "DOC-002", _SCHEMA, "a package without its level",
             _swap(r"<ram:LevelCode>\d+</ram:LevelCode>\s*", "")),
    Mutation("no-issue-time", "DOC-004", _SCHEMA, "mandatory IssueDateTime left out",
             _swap(r"<ram:IssueDateTime>.*?</ram:IssueDateTime>\s*", "")),
    Mutation("namespace-case", "DOC-003", _SCHEMA, "entity namespace with another capital",
             lambda data: data.replace(b"standard:ReusableAggregate", b"Standard:ReusableAggregate")),
    Mutation("two-numbers", "DOC-004", _SCHEMA, "the number given twice",
             _swap(_DOCUMENT_ID + "</ram:ID>", r"\1\2</ram:ID><ram:ID>\2</ram:ID>")),
    Mutation("blank-number", "DOC-005", _RULES, "trailing space in the number", _swap(_DOCUMENT_ID, r"\1\2 ")),
    Mutation("hidden-character", "DOC-005", _RULES, "zero width space in the number",
             _swap(_DOCUMENT_ID, "\\1\\2\u200b")),
    Mutation("invoice", "DOC-006", _RULES, "type 380, an invoice",
             _swap(r"<ram:TypeCode>\d+", "<ram:TypeCode>380")),
    Mutation("unknown-status", "DOC-007", _SCHEMA, "status 9999",
             _swap(r"<ram:StatusCode>\d+", "<ram:StatusCode>9999")),
    Mutation("wrong-country", "DOC-012", _RULES, "UK instead of a code of ISO 3166-1",
             _swap(r"(<ram:ImportSPSCountry>\s*<ram:ID>)\w+", r"\1UK")),
    Mutation("no-offset", "DOC-013", _RULES, "issue time without an offset",
             _swap(r"(<udt:DateTimeString>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)[^<]*", r"\1")),
    Mutation("no-such-day", "DOC-013", _RULES, "30 February",
             _swap(r"(<udt:DateTimeString>\d{4})-\d\d-\d\d", r"\1-02-30")),
    Mutation("placeholder", "DOC-018", _RULES, "NULL as the officer's name",
             _swap(r"(<ram:SpecifiedSPSPerson>\s*<ram:Name>)[^<]*", r"\1NULL")),
    Mutation("empty-name", "DOC-018", _RULES, "empty name of the exporting country",
             _swap(r"(<ram:ExportSPSCountry>.*?<ram:Name[^>]*>)[^<]*", r"\1")),
    Mutation("line-zero", "DOC-021", _RULES, "line number 0",
             _swap(r"<ram:SequenceNumeric>\d+", "<ram:SequenceNumeric>0")),
    Mutation("no-unit", "DOC-023", _RULES, "weight without a unit",
             _swap(r'(<ram:NetWeightMeasure) unitCode="KGM"', r"\1")),
    Mutation("odd-unit", "DOC-023", _RULES, "unit KILO", _swap(r'unitCode="KGM"', 'unitCode="KILO"')),
    Mutation("negative-weight", "DOC-023", _RULES, "weight below zero", _swap(r'(unitCode="KGM">)', r"\1-")),
    Mutation("negative-packages", "DOC-024", _RULES, "minus one package",
             _swap(r"<ram:ItemQuantity>\d+", "<ram:ItemQuantity>-1")),
    Mutation("odd-mode", "DOC-025", _SCHEMA, "mode of transport 99", _swap(r"<ram:ModeCode>\d+", "<ram:ModeCode>99")),
    Mutation("odd-language", "DOC-030", _RULES, "languageID EN1", _swap(r'languageID="en"', 'languageID="EN1"')),
    Mutation("not-nfc", "DOC-032", _RULES, "a decomposed letter",
             _swap(r"(<ram:ConsignorSPSParty>\s*<ram:Name>)", "\\1e\u0301 ")),
    Mutation("processing-instruction", "DOC-033", _RULES, "a processing instruction before the root",
             _swap(r"\?>", "?><?xml-stylesheet href='a.css'?>")),
    Mutation("doctype", "DOC-033", Layer.READING, "a document type declaration",
             _swap(r"\?>", "?><!DOCTYPE SPSCertificate>")),
    Mutation("no-address", "DOC-034", _RULES, "consignee without an address",
             _swap(r"(<ram:ConsigneeSPSParty>.*?)<ram:SpecifiedSPSAddress>.*?</ram:SpecifiedSPSAddress>", r"\1")),
    Mutation("no-origin", "DOC-035", _RULES, "line without a country of origin",
             _swap(r"<ram:OriginSPSCountry>.*?</ram:OriginSPSCountry>", "")),
    Mutation("to-itself", "DOC-036", _RULES, "importing country is the exporting country",
             _swap(r"(<ram:ExportSPSCountry>\s*<ram:ID>)(\w+)(.*?<ram:ImportSPSCountry>\s*<ram:ID>)\w+", r"\1\2\3\2")),
    Mutation("untyped-reference", "DOC-039", _RULES, "a referenced document without its type",
             _swap(r"(<ram:SignatorySPSAuthentication>)",
                   r"<ram:ReferenceSPSReferencedDocument>\n<ram:RelationshipTypeCode>ACE</ram:RelationshipTypeCode>"
                   r"\n<ram:ID>NZ-2026-000002</ram:ID></ram:ReferenceSPSReferencedDocument>\n\1")),
    Mutation("check-digit", "DOC-041", _RULES, "container number with a wrong check digit",
             lambda data: data.replace(b"CSQU3054383", b"CSQU3054384")),
    Mutation("too-many-lines", "DOC-046", _RULES, "1,000 lines", _lines),
    Mutation("wrong-order", "DOC-047", _SCHEMA, "ScientificName before CommonName",
             _swap(r"(<ram:CommonName.*?</ram:CommonName>)(\s*)(<ram:ScientificName>.*?</ram:ScientificName>)",
                   r"\3\2\1")),
    Mutation("extension", "DOC-048", _SCHEMA, "an element nobody declared",
             _swap(r"(</rsm:SPSExchangedDocument>)", r"<ram:LocalExtension>x</ram:LocalExtension>\1")),
)  # fmt: skip

BY_NAME = {mutation.name: mutation for mutation in MUTATIONS}
