"""From a certificate of the 2009 format to SPSCertificate 17A (profile 2.26)."""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from conformance.legacy.names import ENTITY, MESSAGE, UNQUALIFIED
from conformance.legacy.values import (
    STATUS_CODES,
    Addition,
    CannotMap,
    Certificate,
    Country,
    Loss,
    Party,
    Product,
    Text,
)

PHYTOSANITARY = "851"
_UNKNOWN = "17A demands it and the certificate of 2009 does not say it; fill it in before the document is used"
_NO_TIME = "the format of 2009 has a day and no time; midnight UTC stands for it"


@dataclass(frozen=True, slots=True)
class Mapped:
    """An SPSCertificate 17A as octets, what was lost on the way to it, and what it holds that nobody said."""

    document: bytes
    losses: tuple[Loss, ...]
    additions: tuple[Addition, ...]


def to_sps(certificate: Certificate, *, type_code: str = PHYTOSANITARY) -> Mapped:
    """Map a certificate to SPSCertificate 17A. `type_code` is the document type, which the 2009 format does not carry.

    The result is valid against the schema of 17A when the certificate keeps the rules of the 2009 format. What 17A
    demands and the certificate lacks is left empty and told. Raises `CannotMap` for a status without a code.
    """
    code = STATUS_CODES.get(certificate.status)
    if code is None:
        raise CannotMap(
            f"The status {certificate.status!r} has no code; the words of the format are {', '.join(STATUS_CODES)}."
        )
    return _Writer(certificate).write(code, type_code)


class _Writer:
    """Writes one document and notes what is lost or added."""

    def __init__(self, certificate: Certificate) -> None:
        self.certificate = certificate
        self.losses: list[Loss] = []
        self.additions: list[Addition] = []

    def write(self, status_code: str, type_code: str) -> Mapped:
        head = self.head(status_code, type_code)
        goods = self.goods()
        document = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<rsm:SPSCertificate xmlns:rsm="{MESSAGE}" xmlns:ram="{ENTITY}" xmlns:udt="{UNQUALIFIED}">\n'
            f"{head}\n{goods}\n</rsm:SPSCertificate>\n"
        )
        self.added(
            "SPSExchangedDocument/TypeCode", type_code, "the format of 2009 has no type; the one asked for is given"
        )
        return Mapped(document.encode(), tuple(self.losses), tuple(self.additions))

    def added(self, path: str, value: str, why: str = _UNKNOWN) -> None:
        self.additions.append(Addition(f"/SPSCertificate/{path}", value, why))

    def wanted(self, value: str, path: str) -> str:
        if not value:
            self.added(path, "")
        return value

    def head(self, status_code: str, type_code: str) -> str:
        one = self.certificate
        moment = "{:04d}-{:02d}-{:02d}T00:00:00+00:00".format(*one.issued)
        self.added("SPSExchangedDocument/IssueDateTime", moment, _NO_TIME)
        signed = "SPSExchangedDocument/SignatorySPSAuthentication"
        self.added(f"{signed}/ActualDateTime", moment, "17A demands it; the day of issue stands for it")
        place = _wrapped("IssueSPSLocation", _element("Name", one.place)) if one.place else ""
        officer = _wrapped("SpecifiedSPSPerson", _element("Name", one.officer)) if one.officer else ""
        if one.declarations:
            clauses = "".join(
                _wrapped("IncludedSPSClause", _element("ID", str(number)), self.texts("Content", texts, path))
                for number, texts in enumerate(one.declarations, 1)
                for path in [f"declarations/declaration[{number}]/text"]
            )
        else:
            self.added(f"{signed}/IncludedSPSClause/Content", "")
            clauses = _wrapped("IncludedSPSClause", _element("Content", ""))
        return "<rsm:SPSExchangedDocument>" + "".join((
            self.texts("Name", one.titles, "title/text"),
            _element("ID", one.number),
            _element("TypeCode", type_code),
            _element("StatusCode", status_code, name=one.status),
            _moment("IssueDateTime", moment),
            _wrapped("IssuerSPSParty", _element("Name", one.authority)),
            _wrapped(
                "SignatorySPSAuthentication", _moment("ActualDateTime", moment), place,
                _wrapped("ProviderSPSParty", _element("Name", one.authority), officer), clauses,
            ),
        )) + "</rsm:SPSExchangedDocument>"  # fmt: skip

    def goods(self) -> str:
        one = self.certificate
        transport = one.transport
        movement = (
            _wrapped(
                "MainCarriageSPSTransportMovement", _element("ModeCode", transport.mode),
                _wrapped("UsedSPSTransportMeans", _element("Name", transport.name)),
            )
            if transport is not None
            else ""
        )  # fmt: skip
        self.added("SPSConsignment/ExaminationSPSEvent/OccurrenceSPSLocation/Name", "")
        lines = [self.line(number, product) for number, product in enumerate(one.products, 1)]
        if not lines:
            self.added("SPSConsignment/IncludedSPSConsignmentItem/IncludedSPSTradeLineItem/Description", "")
            empty = (_element("SequenceNumeric", "1"), _element("Description", ""))
            lines = [_wrapped("IncludedSPSTradeLineItem", *empty)]
        return "<rsm:SPSConsignment>" + "".join((
            self.party("ConsignorSPSParty", one.exporter),
            self.party("ConsigneeSPSParty", one.importer),
            _country("ExportSPSCountry", one.exporting),
            _country("ImportSPSCountry", one.importing),
            _wrapped("ExaminationSPSEvent", _wrapped("OccurrenceSPSLocation", _element("Name", ""))),
            movement,
            _wrapped("IncludedSPSConsignmentItem", *lines),
        )) + "</rsm:SPSConsignment>"  # fmt: skip

    def texts(self, name: str, texts: tuple[Text, ...], path: str) -> str:
        made = []
        for number, text in enumerate(texts, 1):
            language = text.language.lower()
            if text.language != language.upper():
                place = f"/certificates/certificate/{path}[{number}]/@language"
                why = f"the case of a language tag is not kept: {language} in 17A, {language.upper()} back in 2009"
                self.losses.append(Loss(place, text.language, why))
            made.append(_element(name, text.content, languageID=language))
        return "".join(made)

    def party(self, name: str, party: Party | None) -> str:
        if party is None:
            self.added(f"SPSConsignment/{name}/Name", "")
            return _wrapped(name, _element("Name", ""))
        address = _wrapped("SpecifiedSPSAddress", _element("LineOne", party.address)) if party.address else ""
        return _wrapped(
            name,
            _element("ID", party.id) if party.id else "",
            _element("Name", self.wanted(party.name, f"SPSConsignment/{name}/Name")),
            address,
        )

    def line(self, number: int, product: Product) -> str:
        weight, packages = product.net_weight, product.packages
        return _wrapped(
            "IncludedSPSTradeLineItem",
            _element("SequenceNumeric", str(number)),
            self.texts("Description", product.descriptions, f"products/product[{number}]/description/text"),
            _element("ScientificName", product.scientific_name) if product.scientific_name else "",
            _element("NetWeightMeasure", weight.value, unitCode=weight.code) if weight else "",
            _wrapped(
                "PhysicalSPSPackage", _element("LevelCode", "4"), _element("TypeCode", packages.code),
                _element("ItemQuantity", packages.value),
            )
            if packages
            else "",
            _country("OriginSPSCountry", product.origin) if product.origin else "",
        )  # fmt: skip


def _element(name: str, text: str, /, **attributes: str) -> str:
    # A carriage return as such would be read as a line feed.
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<ram:{name}{given}>{escape(text, {chr(13): '&#13;'})}</ram:{name}>"


def _wrapped(name: str, *parts: str) -> str:
    return f"<ram:{name}>{''.join(parts)}</ram:{name}>"


def _moment(name: str, moment: str) -> str:
    return _wrapped(name, f"<udt:DateTimeString>{moment}</udt:DateTimeString>")


def _country(name: str, country: Country) -> str:
    return _wrapped(name, _element("ID", country.code), _element("Name", country.name))
