"""The rules that are XPath: who may read XPath may read, check and change them."""

import re
import unicodedata

from conformance.checks.rules.dates import USUAL_MOMENT, not_a_moment, not_a_moment_or_date
from conformance.checks.rules.rule import Expression
from conformance.checks.rules.tables import code_list, countries, joined, languages, long_languages, units
from conformance.model.words import Level

HEAD = "/rsm:SPSCertificate/rsm:SPSExchangedDocument"
CONSIGNMENT = "/rsm:SPSCertificate/rsm:SPSConsignment"
LINE = f"{CONSIGNMENT}/ram:IncludedSPSConsignmentItem/ram:IncludedSPSTradeLineItem"
ACKNOWLEDGEMENT = "/rsm:SPSAcknowledgement/rsm:SPSAcknowledgementDocument"
REFERENCES = tuple(f"{parent}/ram:ReferenceSPSReferencedDocument" for parent in (HEAD, LINE, ACKNOWLEDGEMENT))

TYPES = ("851", "657", "853", "852", "636")
STATUSES = ("47", "42", "39", "70", "40", "41", "44", "64")
HEAD_SUBJECTS = ("SPSFL", "ADEDL", "ADIPEDL", "ADDIEDL", "ADAOEDL", "ADRP", "ADRPN", "ADRPR", "ADRD", "DMCL")
LINE_SUBJECTS = (
    "DMTLIL", "ADTLIL", "ADIPTLIL", "ADDITLIL", "ADAOTLIL", "OQV", "OQU", "OPTND",
    "RPCST", "RPCCO", "RPCRF", "RPCOR", "RPCTC", "RPCPK", "RPCRP", "RPCOC", "RPCNC", "RPCPC", "RPCAI",
)  # fmt: skip
RELATIONS = ("AWR", "ACW", "ACE", "ZZZ")
_TAG = re.compile(r"(?P<primary>[A-Za-z]{2,3})(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{4,8})*")


def _unlisted(codes: frozenset[str] | tuple[str, ...], value: str = "normalize-space(.)") -> str:
    return f"[not(contains('{joined(frozenset(codes))}',concat(' ',{value},' ')))]"


def _bad_identifier(value: str) -> bool:
    """Empty, white space at an end, or a control, format or unassigned character anywhere."""
    return not value or value != value.strip() or any(unicodedata.category(c)[0] == "C" for c in value)


def _bad_language(value: str) -> bool:
    """Not a language tag, or one whose language nobody knows."""
    match = _TAG.fullmatch(value)
    if match is None:
        return True
    primary = match["primary"]
    return primary != primary.lower() or primary not in languages() | long_languages()


_PLAIN = "translate(.,'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./_','')"
_COUNTRY_PLACES = (
    *(f"{CONSIGNMENT}/ram:{part}SPSCountry/ram:ID" for part in ("Export", "ReExport", "Import", "Transit")),
    f"{LINE}/ram:OriginSPSCountry/ram:ID",
    f"{LINE}/ram:AppliedSPSProcess/ram:OperationSPSCountry/ram:ID",
    *(f"{CONSIGNMENT}/*/ram:SpecifiedSPSAddress/ram:CountryID",),
    f"{HEAD}/*/ram:SpecifiedSPSAddress/ram:CountryID",
    f"{HEAD}/ram:SignatorySPSAuthentication/*/ram:SpecifiedSPSAddress/ram:CountryID",
)
_UNIT = _unlisted(units(), "@unitCode")
_POSITIVE = (
    *(f"{LINE}/ram:{part}Measure" for part in ("NetWeight", "GrossWeight", "NetVolume", "GrossVolume")),
    *(f"{LINE}/ram:PhysicalSPSPackage/ram:NominalGross{part}Measure" for part in ("Weight", "Volume")),
    f"{LINE}/ram:AppliedSPSProcess/ram:CompletionSPSPeriod/ram:DurationMeasure",
)
_OTHER_MEASURES = (
    *(
        f"{LINE}/ram:AppliedSPSProcess/ram:ApplicableSPSProcessCharacteristic/ram:{part}ValueMeasure"
        for part in ("", "Minimum", "Maximum")
    ),
    *(
        f"{CONSIGNMENT}/ram:UtilizedSPSTransportEquipment/ram:SettingSPSTemperature/ram:{part}ValueMeasure"
        for part in ("", "Minimum", "Maximum")
    ),
)


def _parties(predicate: str) -> tuple[str, ...]:
    return tuple(f"{CONSIGNMENT}/ram:{part}SPSParty{predicate}" for part in ("Consignor", "Consignee"))


EXPRESSIONS: tuple[Expression, ...] = (
    Expression(
        "DOC-005", "a document's number is not empty, has no white space at its ends and no control characters",
        "a number such as NZ-2026-000123", (f"{HEAD}/ram:ID[.='' or {_PLAIN}!='']",), confirm=_bad_identifier,
    ),
    Expression(
        "DOC-006", "this type of document is not one the profile exchanges", f"one of {', '.join(TYPES)}",
        (f"{HEAD}/ram:TypeCode{_unlisted(TYPES)}",), gated=True,
    ),
    Expression(
        "DOC-008", "this status is not in the profile's subset", f"one of {', '.join(STATUSES)}",
        (f"{HEAD}/ram:StatusCode{_unlisted(STATUSES)}"
         f"[contains('{joined(code_list('StatusCode_D16B'))}',concat(' ',normalize-space(.),' '))]",),
        level=Level.SHOULD, gated=True,
    ),
    Expression(
        "DOC-012", "a country is an ISO 3166-1 code of two capital letters", "a code such as NZ",
        tuple(f"{place}{_unlisted(countries(), '.')}" for place in _COUNTRY_PLACES), gated=True,
    ),
    Expression(
        "DOC-013", "a date and time needs the ISO 8601 form with an offset from UTC or Z", "2026-11-23T09:30:00+01:00",
        (f"//udt:*[not({USUAL_MOMENT})][self::udt:DateTimeString or self::udt:DateTime]",),
        confirm=not_a_moment, gated=True,
    ),
    Expression(
        "DOC-013", "the date of another document is a date, or a date and time with an offset from UTC or Z",
        "2026-11-23 or 2026-11-23T09:30:00+01:00",
        tuple(f"{place}/ram:IssueDateTime[not({USUAL_MOMENT})]" for place in REFERENCES),
        confirm=not_a_moment_or_date, gated=True,
    ),
    Expression(
        "DOC-013", "the profile writes times in ISO 8601 and gives no other format", "no format attribute",
        ("//udt:DateTimeString[@format]",), at="@format", gated=True,
    ),
    Expression(
        "DOC-019", "this label of a note is not agreed for the whole document", f"one of {', '.join(HEAD_SUBJECTS)}",
        (f"{HEAD}/ram:IncludedSPSNote/ram:Subject{_unlisted(HEAD_SUBJECTS)}",), gated=True,
    ),
    Expression(
        "DOC-020", "this label of a note is not agreed for a line", f"one of {', '.join(LINE_SUBJECTS)}",
        (f"{LINE}/ram:AdditionalInformationSPSNote/ram:Subject{_unlisted(LINE_SUBJECTS)}",), gated=True,
    ),
    Expression(
        "DOC-022", "a line needs a description", "at least one Description with text",
        (f"{LINE}[not(ram:Description)]",), at="Description", gated=True,
    ),
    Expression(
        "DOC-023", "a measure needs a unit code of UN/ECE Recommendation 20", "a unit such as KGM",
        tuple(place + _UNIT for place in (*_POSITIVE, *_OTHER_MEASURES)), at="@unitCode", gated=True,
    ),
    Expression(
        "DOC-023", "this measure must be more than 0", "a decimal number above 0",
        tuple(f"{place}[not(.>0)]" for place in _POSITIVE), gated=True,
    ),
    Expression(
        "DOC-024", "the kind of package is a code of UN/ECE Recommendation 21", "a code such as BX",
        (f"{LINE}/ram:PhysicalSPSPackage/ram:TypeCode{_unlisted(code_list('PackageTypeCode_2006'))}",), gated=True,
    ),
    Expression(
        "DOC-024", "a number of packages is not negative", "0 or more",
        (f"{LINE}/ram:PhysicalSPSPackage/ram:ItemQuantity[not(.>=0)]",), gated=True,
    ),
    Expression(
        "DOC-025", "the mode of transport is a code of UN/ECE Recommendation 19", "one of 0 to 9",
        (f"{CONSIGNMENT}/ram:MainCarriageSPSTransportMovement/ram:ModeCode"
         f"{_unlisted(code_list('TransportModeCode_2'))}",), gated=True,
    ),
    Expression(
        "DOC-026", "the place of entry should lie in the importing or a transit country",
        "a UN/LOCODE that begins with that country's code",
        (f"{CONSIGNMENT}/ram:UnloadingBaseportSPSLocation/ram:ID[string-length(.)=5]"
         "[not(substring(.,1,2)=../../ram:ImportSPSCountry/ram:ID)]"
         "[not(substring(.,1,2)=../../ram:TransitSPSCountry/ram:ID)]",),
        level=Level.SHOULD,
    ),
    Expression(
        "DOC-030", "languageID is not a language tag of BCP 47", "a tag such as en or zh-Hans",
        (f"//*[@languageID]{_unlisted(languages(), '@languageID')}",), at="@languageID", confirm=_bad_language,
    ),
    Expression(
        "DOC-034", "consignor and consignee need an address", "SpecifiedSPSAddress with a line or a city",
        _parties("[not(ram:SpecifiedSPSAddress/*[normalize-space(.)])]"), at="SpecifiedSPSAddress",
    ),
    Expression(
        "DOC-034", "consignor and consignee need a name", "a Name", _parties("[not(ram:Name)]"), at="Name", gated=True,
    ),
    Expression(
        "DOC-035", "the exporting country of a first export is the country of the issuing authority",
        "the country of IssuerSPSParty",
        (f"{CONSIGNMENT}/ram:ExportSPSCountry/ram:ID[not(/*/*/ram:TypeCode='657')][not(. = "
         f"{HEAD}/ram:IssuerSPSParty/ram:SpecifiedSPSAddress/ram:CountryID)]"
         f"[{HEAD}/ram:IssuerSPSParty/ram:SpecifiedSPSAddress/ram:CountryID]",),
    ),
    Expression(
        "DOC-035", "a line needs its country of origin", "OriginSPSCountry", (f"{LINE}[not(ram:OriginSPSCountry)]",),
        at="OriginSPSCountry", gated=True,
    ),
    Expression(
        "DOC-036", "the importing country is the exporting country", "two different countries",
        (f"{CONSIGNMENT}/ram:ImportSPSCountry/ram:ID[.=../../ram:ExportSPSCountry/ram:ID]",),
    ),
    Expression(
        "DOC-039", "a referenced document needs its type", "TypeCode",
        tuple(f"{place}[not(ram:TypeCode)]" for place in REFERENCES[:2]), at="TypeCode", gated=True,
    ),
    Expression(
        "DOC-039", "this relation to another document is not agreed", f"one of {', '.join(RELATIONS)}",
        tuple(f"{place}/ram:RelationshipTypeCode{_unlisted(RELATIONS)}" for place in REFERENCES[:2]), gated=True,
    ),
)  # fmt: skip
