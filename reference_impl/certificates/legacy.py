"""The certificate format of 2009 (profile 2.26): is a document of it good, and what is it as an SPSCertificate 17A."""

from datetime import UTC, date, datetime
from functools import lru_cache

import pycountry
from lxml import etree

from reference_impl.certificates.names import CERTIFICATE, RAM, UDT, add, add_moment
from reference_impl.certificates.parsing import first_error
from reference_impl.certificates.remarks import MANDATORY, MAPPING, SCHEMA, SEVERE, Remark, severe
from reference_impl.certificates.validation import InvalidDocument
from reference_impl.data import data_path

FORMAT = "2009"
ROOT = "certificates"
STATES = {
    "Approved": "39",
    "Printed": "70",
    "Replaced": "44",
    "Revoked": "40",
    "Cancelled": "64",
    "Raised": "47",
    "To be Amended": "42",
    "Amended": "42",
    "Resubmit": "42",
}
_TYPE = "851"
_OUTER_PACKAGE = "4"


def is_legacy(root: etree._Element) -> bool:
    """Return whether a document is of the format of 2009."""
    return root.tag == ROOT


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(data_path("schemas", "legacy", "certificates-2009.xsd"))))


class LegacyReader:
    """Checks documents of 2009 and maps them. Methods may be replaced."""

    def mapped(self, root: etree._Element, at: datetime) -> etree._Element:
        """Return a document with one certificate as a 17A tree; raises `InvalidDocument` unless it is good."""
        schema = _schema()
        if not schema.validate(root):
            line, message, _ = first_error(schema)
            raise InvalidDocument(Remark(SCHEMA, SEVERE, ROOT, f"{message} (line {line})"))
        if len(root) != 1:
            raise InvalidDocument(severe(MAPPING, root, f"{len(root)} certificates, where one was asked for"))
        one = root[0]
        self.check(one, at)
        return self.certificate(one)

    def check(self, one: etree._Element, at: datetime) -> None:
        """The rules beyond the schema."""
        if one.get("status") not in STATES:
            raise InvalidDocument(severe(MAPPING, one, f"status {one.get('status')!r} is no word of the format"))
        if self.day(one) > at.astimezone(UTC).date():
            raise InvalidDocument(severe(MAPPING, one.find("issue_date") or one, "issued in the future"))
        for element in one.iter():
            if not isinstance(element.tag, str):
                continue
            code = element.get("country_code")
            if code is not None and (pycountry.countries.get(alpha_2=code) is None or not code.isupper()):
                raise InvalidDocument(severe(MAPPING, element, f"{code!r} is not an ISO 3166 country code"))
            if "<![CDATA[" in (element.text or ""):
                raise InvalidDocument(severe(MAPPING, element, "a CDATA section was not closed"))
            if len(element) == 0 and element.tag != "issue_date" and not (element.text or "").strip():
                raise InvalidDocument(severe(MANDATORY, element, f"{element.tag} says nothing"))

    def day(self, one: etree._Element) -> date:
        """The day of issue; raises `InvalidDocument` when its parts are none of the calendar."""
        element = one.find("issue_date")
        parts = {name: "0" if element is None else element.get(name, "0") for name in ("year", "month", "day")}
        try:
            return date(*map(int, parts.values()))
        except ValueError as error:
            text = f"{'-'.join(parts.values())} is no day of the calendar"
            raise InvalidDocument(severe(MAPPING, one if element is None else element, text)) from error

    def certificate(self, one: etree._Element) -> etree._Element:
        """A certificate of 2009 as a 17A tree; what 17A demands and it does not say is left empty."""
        root = etree.Element(f"{{{CERTIFICATE}}}SPSCertificate", nsmap={"rsm": CERTIFICATE, "ram": RAM, "udt": UDT})
        self._document(root, one)
        self._consignment(root, one)
        return root

    def texts(self, parent: etree._Element, name: str, texts: etree._Element | None) -> None:
        """The same text in each of its languages."""
        for text in () if texts is None else texts.iterfind("text"):
            add(parent, name, _said(text), languageID=text.get("language", "").strip().lower())

    def _document(self, root: etree._Element, one: etree._Element) -> None:
        status, moment = one.get("status", ""), f"{self.day(one).isoformat()}T00:00:00+00:00"
        authority = _said(one.find("exporting_country/competent_authority"))
        document = add(root, "SPSExchangedDocument", namespace=CERTIFICATE)
        self.texts(document, "Name", one.find("title"))
        add(document, "ID", one.get("no", ""))
        add(document, "TypeCode", _TYPE)
        add(document, "StatusCode", STATES[status]).set("name", status)
        add_moment(document, "IssueDateTime", moment)
        add(add(document, "IssuerSPSParty"), "Name", authority)
        signed = add(document, "SignatorySPSAuthentication")
        add_moment(signed, "ActualDateTime", moment)
        if place := _said(one.find("issue_place")):
            add(add(signed, "IssueSPSLocation"), "Name", place)
        provider = add(signed, "ProviderSPSParty")
        add(provider, "Name", authority)
        if officer := _said(one.find("officer")):
            add(add(provider, "SpecifiedSPSPerson"), "Name", officer)
        declarations = one.findall("declarations/declaration")
        for number, declaration in enumerate(declarations, start=1):
            clause = add(signed, "IncludedSPSClause")
            add(clause, "ID", str(number))
            self.texts(clause, "Content", declaration)
        if not declarations:
            add(add(signed, "IncludedSPSClause"), "Content", "")

    def _consignment(self, root: etree._Element, one: etree._Element) -> None:
        consignment = add(root, "SPSConsignment", namespace=CERTIFICATE)
        for name, party in (("ConsignorSPSParty", one.find("exporter")), ("ConsigneeSPSParty", one.find("importer"))):
            _party(add(consignment, name), party)
        for name, country in (("ExportSPSCountry", "exporting_country"), ("ImportSPSCountry", "importing_country")):
            _country(consignment, name, one.find(country))
        add(add(add(consignment, "ExaminationSPSEvent"), "OccurrenceSPSLocation"), "Name", "")
        transport = one.find("transport")
        if transport is not None:
            movement = add(consignment, "MainCarriageSPSTransportMovement")
            add(movement, "ModeCode", transport.get("mode", "").strip())
            add(add(movement, "UsedSPSTransportMeans"), "Name", _said(transport))
        item = add(consignment, "IncludedSPSConsignmentItem")
        products = one.findall("products/product")
        for number, product in enumerate(products, start=1):
            self._line(add(item, "IncludedSPSTradeLineItem"), number, product)
        if not products:
            line = add(item, "IncludedSPSTradeLineItem")
            add(line, "SequenceNumeric", "1")
            add(line, "Description", "")

    def _line(self, line: etree._Element, number: int, product: etree._Element) -> None:
        add(line, "SequenceNumeric", str(number))
        self.texts(line, "Description", product.find("description"))
        if latin := _said(product.find("scientific_name")):
            add(line, "ScientificName", latin)
        weight, packages = product.find("net_weight"), product.find("packages")
        if weight is not None:
            add(line, "NetWeightMeasure", _said(weight).strip(), unitCode=weight.get("unit", "").strip())
        if packages is not None:
            package = add(line, "PhysicalSPSPackage")
            add(package, "LevelCode", _OUTER_PACKAGE)
            add(package, "TypeCode", packages.get("type", "").strip())
            add(package, "ItemQuantity", _said(packages).strip())
        origin = product.find("origin_country")
        if origin is not None:
            _country(line, "OriginSPSCountry", origin)


def _said(element: etree._Element | None) -> str:
    """The text of an element, comments in it set aside."""
    return "" if element is None else (element.text or "") + "".join(child.tail or "" for child in element)


def _party(element: etree._Element, party: etree._Element | None) -> None:
    if party is not None and party.get("id"):
        add(element, "ID", party.get("id"))
    add(element, "Name", "" if party is None else _said(party.find("name")))
    address = "" if party is None else _said(party.find("address"))
    if address:
        add(add(element, "SpecifiedSPSAddress"), "LineOne", address)


def _country(parent: etree._Element, name: str, country: etree._Element | None) -> None:
    element = add(parent, name)
    add(element, "ID", "" if country is None else country.get("country_code", ""))
    add(element, "Name", "" if country is None else _said(country.find("country_name")))
