"""Valid certificates and acknowledgements of release 17A, written from frozen data.

Everything is invented. What `certificate` and `acknowledgement` return passes the schema and the rules of the
profile, so that a single mutation of it is wrong in one point only.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from conformance.vectors.certificate_data import (
    AUSTRALIA,
    CHINA,
    FIJI,
    ISSUED,
    KNOWN,
    NEW_ZEALAND,
    CertificateData,
    Country,
    Line,
    Note,
    Party,
    Reference,
)

NS = "urn:un:unece:uncefact:data:standard:"
CERTIFICATE = f"{NS}SPSCertificate:17"
ACKNOWLEDGEMENT = f"{NS}SPSAcknowledgement:17"
ENTITY = f"{NS}ReusableAggregateBusinessInformationEntity:21"
UNQUALIFIED = f"{NS}UnqualifiedDataType:21"
_ENGLISH = ' languageID="en"'


def exported(number: str, exporter: str, importer: str, **changes: object) -> CertificateData:
    """Return data of a certificate between two countries given by code, with parties in those countries.

    `changes` are further fields of `CertificateData`. Unknown codes are named by the code itself.
    """
    origin, target = (KNOWN.get(code, Country(code, code)) for code in (exporter, importer))
    base: dict[str, object] = {
        "number": number,
        "exporter": origin,
        "importer": target,
        "consignor": Party("Southern Orchard Trading", "14 Blossom Road", "Orchard Town", origin),
        "consignee": Party("Harbour Fruit Import", "88 Lotus Street", "Harbour Town", target),
    }
    return CertificateData(**(base | changes))  # type: ignore[arg-type]


def replacement(data: CertificateData, old: CertificateData, reason: str = "Consignee corrected") -> CertificateData:
    """Return `data` made the replacement of `old`: the four notes and the reference with relation ACW."""
    notes = (
        Note("ADRP", "1"), Note("ADRPN", old.number), Note("ADRPR", reason, "en"),
        Note("ADRD", old.issued.isoformat()),
    )  # fmt: skip
    link = Reference(old.number, old.type_code, "ACW", old.issued.isoformat())
    fields = {name: getattr(data, name) for name in CertificateData.__dataclass_fields__}
    fields |= {"notes": (*data.notes, *notes), "references": (*data.references, link)}
    return CertificateData(**fields)


def sized(data: CertificateData, octets: int) -> CertificateData:
    """Return `data` with as many lines as make the certificate about that large (8,000 to 31,000 octets are usual)."""
    fields = {name: getattr(data, name) for name in CertificateData.__dataclass_fields__}
    one = len(certificate(CertificateData(**(fields | {"lines": data.lines[:1]}))))
    two = len(certificate(CertificateData(**(fields | {"lines": data.lines[:1] * 2}))))
    count = max(1, 1 + (octets - one) // (two - one))
    return CertificateData(**(fields | {"lines": tuple(data.lines[i % len(data.lines)] for i in range(count))}))


def _text(name: str, value: str, attributes: str = "") -> str:
    return f"<ram:{name}{attributes}>{escape(value)}</ram:{name}>"


def _wrapped(name: str, *parts: str) -> str:
    return f"<ram:{name}>{''.join(parts)}</ram:{name}>"


def _moment(name: str, when: datetime) -> str:
    if when.tzinfo is None:
        raise ValueError(f"{name} needs a time with an offset from UTC")
    return _wrapped(name, f"<udt:DateTimeString>{when.isoformat(timespec='seconds')}</udt:DateTimeString>")


def _country(name: str, country: Country) -> str:
    return _wrapped(name, _text("ID", country.code), _text("Name", country.name, _ENGLISH))


def _party(name: str, party: Party) -> str:
    address = _wrapped(
        "SpecifiedSPSAddress", _text("LineOne", party.street), _text("CityName", party.city),
        _text("CountryID", party.country.code), _text("CountryName", party.country.name),
    )  # fmt: skip
    return _wrapped(name, _text("Name", party.name), address)


def _notes(name: str, notes: Iterable[Note]) -> str:
    return "".join(
        _wrapped(
            name, _text("Subject", note.subject),
            _text("Content", note.content, f" languageID={quoteattr(note.language)}" if note.language else ""),
        )
        for note in notes
    )  # fmt: skip


def _references(references: Iterable[Reference]) -> str:
    return "".join(_reference(reference) for reference in references)


def _reference(item: Reference) -> str:
    attachment = (
        _text(
            "AttachmentBinaryObject",
            item.content,
            f" mimeCode={quoteattr(item.mime)} filename={quoteattr(item.filename)}",
        )
        if item.content
        else ""
    )
    return _wrapped(
        "ReferenceSPSReferencedDocument", _text("IssueDateTime", item.issued), _text("TypeCode", item.type_code),
        _text("RelationshipTypeCode", item.relation), _text("ID", item.number), attachment,
        _text("Information", item.information, _ENGLISH) if item.information else "",
    )  # fmt: skip


def _line(number: int, line: Line, origin: Country) -> str:
    return _wrapped(
        "IncludedSPSTradeLineItem",
        _text("SequenceNumeric", str(number)),
        _text("Description", line.description, _ENGLISH),
        _text("CommonName", line.common, _ENGLISH),
        _text("ScientificName", line.scientific),
        _text("IntendedUse", line.use, _ENGLISH),
        _text("NetWeightMeasure", line.net, ' unitCode="KGM"'),
        _text("GrossWeightMeasure", line.gross, ' unitCode="KGM"'),
        _notes("AdditionalInformationSPSNote", line.notes),
        _wrapped(
            "ApplicableSPSClassification", _text("SystemName", "HS"), _text("ClassCode", "080810"),
            _text("ClassName", "Apples, fresh", _ENGLISH),
        ),
        _wrapped(
            "PhysicalSPSPackage", _text("LevelCode", "4"), _text("TypeCode", "CT"),
            _text("ItemQuantity", str(line.packages)),
        ),
        _country("OriginSPSCountry", origin),
        _references(line.references),
    )  # fmt: skip


def _head(data: CertificateData) -> str:
    return "<rsm:SPSExchangedDocument>" + "".join((
        _text("Name", data.name, _ENGLISH),
        _text("ID", data.number),
        _text("TypeCode", data.type_code),
        _text("StatusCode", data.status_code),
        _moment("IssueDateTime", data.issued),
        _party("IssuerSPSParty", Party(data.authority, "1 Registry Lane", data.place, data.exporter)),
        _notes("IncludedSPSNote", data.notes),
        _references(data.references),
        _wrapped(
            "SignatorySPSAuthentication",
            _moment("ActualDateTime", data.issued - timedelta(minutes=1)),
            _wrapped("IssueSPSLocation", _text("Name", data.place)),
            _wrapped(
                "ProviderSPSParty", _text("Name", data.authority),
                _wrapped("SpecifiedSPSPerson", _text("Name", data.officer)),
            ),
            _wrapped("IncludedSPSClause", _text("ID", "1"), _text("Content", data.clause, _ENGLISH)),
        ),
    )) + "</rsm:SPSExchangedDocument>"  # fmt: skip


def _consignment(data: CertificateData) -> str:
    return "<rsm:SPSConsignment>" + "".join((
        _party("ConsignorSPSParty", data.consignor),
        _party("ConsigneeSPSParty", data.consignee),
        _country("ExportSPSCountry", data.exporter),
        _country("ImportSPSCountry", data.importer),
        *(_country("TransitSPSCountry", country) for country in data.transit),
        _wrapped("UnloadingBaseportSPSLocation", _text("Name", data.consignee.city)),
        _wrapped("ExaminationSPSEvent", _wrapped("OccurrenceSPSLocation", _text("Name", data.place))),
        _wrapped(
            "MainCarriageSPSTransportMovement", _text("ID", "V018"), _text("ModeCode", data.transport_mode),
            _wrapped("UsedSPSTransportMeans", _text("Name", data.transport_name)),
        ),
        _wrapped(
            "UtilizedSPSTransportEquipment", _text("ID", data.container),
            _wrapped("AffixedSPSSeal", _text("ID", "SL448210")),
        ),
        _wrapped(
            "IncludedSPSConsignmentItem",
            *(_line(number, line, data.exporter) for number, line in enumerate(data.lines, 1)),
        ),
    )) + "</rsm:SPSConsignment>"  # fmt: skip


def certificate(data: CertificateData) -> bytes:
    """Return the certificate as UTF-8 octets. Raises `ValueError` for a time without an offset."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rsm:SPSCertificate xmlns:rsm="{CERTIFICATE}" xmlns:ram="{ENTITY}" xmlns:udt="{UNQUALIFIED}">'
        f"{_head(data)}{_consignment(data)}</rsm:SPSCertificate>\n".replace("><ram:", ">\n<ram:")
    ).encode()


def acknowledgement(
    numbers: Iterable[str],
    *,
    status: str = "74",
    reasons: Iterable[str] = (),
    issued: datetime = ISSUED,
    type_code: str = "851",
) -> bytes:
    """Return an SPSAcknowledgement about certificates, by number. 74 received, 39 accepted, 41 rejected.

    `reasons` are English sentences. Raises `ValueError` without a number or for a time without an offset.
    """
    references = [Reference(number, type_code, "ACE", "") for number in numbers]
    if not references:
        raise ValueError("an acknowledgement speaks of at least one certificate")
    body = "".join((
        _moment("IssueDateTime", issued),
        _text("StatusCode", status),
        *(_text("ReasonInformation", reason, _ENGLISH) for reason in reasons),
        *(
            _wrapped(
                "ReferenceSPSReferencedDocument", _text("TypeCode", item.type_code),
                _text("RelationshipTypeCode", item.relation), _text("ID", item.number),
            )
            for item in references
        ),
    ))  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rsm:SPSAcknowledgement xmlns:rsm="{ACKNOWLEDGEMENT}" xmlns:ram="{ENTITY}" xmlns:udt="{UNQUALIFIED}">'
        f"<rsm:SPSAcknowledgementDocument>{body}</rsm:SPSAcknowledgementDocument></rsm:SPSAcknowledgement>\n"
    ).encode()


__all__ = [
    "ACKNOWLEDGEMENT",
    "AUSTRALIA",
    "CERTIFICATE",
    "CHINA",
    "ENTITY",
    "FIJI",
    "KNOWN",
    "NEW_ZEALAND",
    "NS",
    "UNQUALIFIED",
    "CertificateData",
    "Country",
    "Line",
    "Note",
    "Party",
    "Reference",
    "acknowledgement",
    "certificate",
    "exported",
    "replacement",
    "sized",
]
