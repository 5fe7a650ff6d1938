"""The accepted certificates that the bad twins of the document rules are made of."""

import base64
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from conformance.vectors.certificate import CertificateData, Line, Note, Reference, certificate, replacement
from conformance.vectors.plausible_tables import RE_EXPORT

PDF = base64.b64encode(b"%PDF-1.7\n% an invented packing list\n").decode()
PRINT_JOB = base64.b64encode(b"%!PS-Adobe-3.0\n% a print job\n").decode()
PROGRAM = base64.b64encode(b"MZ\x90\x00 an invented program").decode()
_TREATMENT = """<ram:AppliedSPSProcess>
<ram:TypeCode>ZZZ</ram:TypeCode>
<ram:CompletionSPSPeriod>
<ram:StartDateTime><udt:DateTimeString>2026-02-27T08:00:00+13:00</udt:DateTimeString></ram:StartDateTime>
<ram:EndDateTime><udt:DateTimeString>2026-02-28T08:00:00+13:00</udt:DateTimeString></ram:EndDateTime>
<ram:DurationMeasure unitCode="HUR">24</ram:DurationMeasure></ram:CompletionSPSPeriod>
<ram:ApplicableSPSProcessCharacteristic>
<ram:Description>TTL1</ram:Description>
<ram:Description>Cold treatment</ram:Description></ram:ApplicableSPSProcessCharacteristic>
<ram:ApplicableSPSProcessCharacteristic>
<ram:Description>TTTM</ram:Description>
<ram:ValueMeasure unitCode="CEL">1.5</ram:ValueMeasure></ram:ApplicableSPSProcessCharacteristic>
"""
FULL_TEXT = """<ram:ApplicableSPSProcessCharacteristic>
<ram:Description>TTFT</ram:Description>
<ram:Description languageID="en">Cold treatment at 1.5 degrees Celsius for 24 hours</ram:Description>
</ram:ApplicableSPSProcessCharacteristic>"""
_HEAD_NOTES = (
    ("SPSFL", "1"), ("ADEDL", "The consignment was inspected and found free of regulated pests.", "en"),
    ("ADIPEDL", "IP 20417"), ("ADDIEDL", "2026-02-20T10:00:00+13:00"),
    ("ADAOEDL", "Grown in an area where the pest is not known to occur.", "en"), ("DMCL", "Lot 7, keep cool", "en"),
)  # fmt: skip
_LINE_NOTES = (
    ("DMTLIL", "Lot 7, keep cool", "en"), ("ADTLIL", "Free of regulated pests.", "en"), ("ADIPTLIL", "IP 20417"),
    ("ADDITLIL", "2026-02-20T10:00:00+13:00"), ("ADAOTLIL", "Grown under cover.", "en"), ("OQV", "12.5"),
    ("OQU", "box"),
)  # fmt: skip
_CHINESE = (
    ("Name", "Phytosanitary Certificate", "植物检疫证书"),
    ("Name", "New Zealand", "新西兰"),
    ("Name", "China", "中国"),
    ("Content", "The consignment was inspected and found free of regulated pests.", "该批货物未发现限定性有害生物。"),
    ("Content", CertificateData().clause, "兹证明所述植物已按照规定程序进行检验。"),
    ("Description", "Fresh apples", "鲜苹果"),
    ("CommonName", "Apple", "苹果"),
    ("IntendedUse", "Consumption", "食用"),
    ("ClassName", "Apples, fresh", "鲜苹果"),
)


def _plain() -> bytes:
    return certificate(CertificateData())


def _treated() -> bytes:
    treated = f"\n{_TREATMENT}{FULL_TEXT}</ram:AppliedSPSProcess></ram:IncludedSPSTradeLineItem>"
    return certificate(CertificateData()).replace(b"</ram:IncludedSPSTradeLineItem>", treated.encode())


def _re_exported() -> bytes:
    notes = tuple(Note(*pair) for pair in RE_EXPORT)
    return certificate(
        CertificateData(type_code="657", name="Phytosanitary Certificate for Re-export", lines=(Line(notes=notes),))
    )


def _bilingual() -> bytes:
    text = certificate(CertificateData()).decode()
    for name, english, chinese in _CHINESE:
        one = f'<ram:{name} languageID="en">{english}</ram:{name}>'
        text = text.replace(one, f'{one}\n<ram:{name} languageID="zh">{chinese}</ram:{name}>')
    return text.encode()


def _replacing() -> bytes:
    return certificate(replacement(CertificateData(), CertificateData(number="NZ-2026-000000")))


def _attached() -> bytes:
    paper = Reference("PL-77", "271", filename="packing-list.pdf", mime="application/pdf", content=PDF)
    return certificate(CertificateData(references=(paper,)))


def _linked() -> bytes:
    attachment = f'<ram:AttachmentBinaryObject mimeCode="application/pdf" filename="packing-list.pdf">{PDF}'
    link = '<ram:AttachmentBinaryObject uri="https://plants.example.nz/PL-77.pdf">'
    return _attached().replace(attachment.encode(), link.encode())


def _noted() -> bytes:
    head = tuple(Note(*pair) for pair in _HEAD_NOTES)
    return certificate(CertificateData(notes=head, lines=(Line(notes=tuple(Note(*pair) for pair in _LINE_NOTES)),)))


def _located() -> bytes:
    place = b"<ram:UnloadingBaseportSPSLocation>\n"
    return _plain().replace(place, place + b"<ram:ID>CNDLC</ram:ID>\n")


_BASES: Mapping[str, Callable[[], bytes]] = MappingProxyType({
    "accepted": _plain,
    "accepted-treatment": _treated,
    "accepted-re-export": _re_exported,
    "accepted-bilingual": _bilingual,
    "accepted-replacement": _replacing,
    "accepted-attachment": _attached,
    "accepted-link": _linked,
    "accepted-point-of-entry": _located,
    "accepted-notes": _noted,
})  # fmt: skip
WHAT: Mapping[str, str] = MappingProxyType({
    "accepted": "a phytosanitary certificate, NZ to CN",
    "accepted-treatment": "the same with a cold treatment, structured and as text",
    "accepted-re-export": "a certificate for re-export of goods from AU, with all its notes",
    "accepted-bilingual": "the same certificate in English and Chinese",
    "accepted-replacement": "a certificate that replaces another one",
    "accepted-attachment": "the same with a packing list attached",
    "accepted-link": "the same with a packing list to be fetched",
    "accepted-point-of-entry": "the same with a point of entry told by its UN/LOCODE",
    "accepted-notes": "the same with a note of every kind, for the whole and for its line",
})  # fmt: skip


@lru_cache(maxsize=16)
def base(name: str) -> bytes:
    """Return an accepted certificate by name, one of `WHAT`; raises `KeyError` for another name."""
    return _BASES[name]()
