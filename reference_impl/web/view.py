"""What a result page shows of a certificate, read from the document itself."""

from dataclasses import dataclass

from lxml import etree

from reference_impl.certificates.names import RAM, ram
from reference_impl.certificates.parsing import parse
from reference_impl.store.certificates import Certificate
from reference_impl.texts import N_
from reference_impl.web.formats import moment_text, weight_text

QUANTITY = "quantity"
STATES = {"70": "issued", "44": "replaced", "40": "withdrawn"}


@dataclass(frozen=True)
class Field:
    """One labelled line of the page; `name` goes into `data-ecert-field`.

    `values` are as the document has them; `shown` is how people read them. `moment`: they are ISO 8601 moments.
    """

    name: str
    label: str
    values: tuple[str, ...]
    moment: bool = False

    def shown(self, value: str, language: str) -> str:
        """One of the values, for people."""
        if self.moment:
            return moment_text(value, language)
        return weight_text(value) if self.name == QUANTITY else value


@dataclass(frozen=True)
class View:
    """A result. `token` is empty when there is no certificate to link to."""

    state: str
    fields: tuple[Field, ...] = ()
    replaced_by: str = ""
    reason: str = ""
    token: str = ""


class ViewMaker:
    """Makes views. Methods may be replaced."""

    def view(self, certificate: Certificate, reason: str) -> View:
        """The view of a certificate whose last change had `reason`."""
        return View(
            state=self.state(certificate),
            fields=self.fields(certificate),
            replaced_by=certificate.replaced_by or "",
            reason=reason if certificate.status != "70" else "",
            token=certificate.token,
        )

    def state(self, certificate: Certificate) -> str:
        """The state in the page's words."""
        return STATES[certificate.status]

    def fields(self, certificate: Certificate) -> tuple[Field, ...]:
        """The facts."""
        root = parse(certificate.document)
        document, goods = root.find("{*}SPSExchangedDocument"), root.find("{*}SPSConsignment")
        if document is None or goods is None:
            raise ValueError(f"{certificate.number}: the kept document is not a certificate")
        lines = list(goods.iter(f"{{{RAM}}}IncludedSPSTradeLineItem"))
        return (
            Field("number", N_("Certificate number"), (certificate.number,)),
            *_replaces(certificate),
            Field("type", N_("Kind of certificate"), (f"{_text(document, 'Name')} ({_text(document, 'TypeCode')})",)),
            Field("issued", N_("Date and time of issue"), (_moment(document),), moment=True),
            Field("authority", N_("Issued by"), (_text(document, "IssuerSPSParty/Name"),)),
            Field("export-country", N_("Exporting country"), (_country(goods, "ExportSPSCountry"),)),
            Field("import-country", N_("Importing country"), (_country(goods, "ImportSPSCountry"),)),
            Field("product", N_("Goods"), tuple(_product(line) for line in lines)),
            Field(QUANTITY, N_("Net weight"), tuple(_quantity(line) for line in lines)),
            Field("consignor", N_("Consignor"), (_party(goods, "ConsignorSPSParty"),)),
            Field("consignee", N_("Consignee"), (_party(goods, "ConsigneeSPSParty"),)),
            Field("transport", N_("Transport"), (_transport(goods),)),
            *_equipment(goods),
        )


def _text(element: etree._Element, path: str) -> str:
    return element.findtext(ram(path)) or ""


def _moment(document: etree._Element) -> str:
    element = document.find(ram("IssueDateTime"))
    return "" if element is None else (element.findtext("*") or "")


def _country(goods: etree._Element, name: str) -> str:
    return f"{_text(goods, f'{name}/Name')} ({_text(goods, f'{name}/ID')})"


def _product(line: etree._Element) -> str:
    return f"{_text(line, 'Description')} ({_text(line, 'ScientificName')})"


def _quantity(line: etree._Element) -> str:
    measure = line.find(ram("NetWeightMeasure"))
    return "" if measure is None else f"{measure.text} {measure.get('unitCode', '')}".strip()


def _party(goods: etree._Element, name: str) -> str:
    parts = (
        _text(goods, f"{name}/{p}")
        for p in (
            "Name",
            "SpecifiedSPSAddress/LineOne",
            "SpecifiedSPSAddress/CityName",
            "SpecifiedSPSAddress/CountryID",
        )
    )
    return ", ".join(p for p in parts if p)


def _transport(goods: etree._Element) -> str:
    return _text(goods, "MainCarriageSPSTransportMovement/UsedSPSTransportMeans/Name")


def _replaces(certificate: Certificate) -> tuple[Field, ...]:
    """The certificate this one took the place of, if any."""
    replaced = certificate.replaces
    return (Field("replaces", N_("Replaces certificate"), (replaced,)),) if replaced else ()


def _equipment(goods: etree._Element) -> tuple[Field, ...]:
    """Containers and seals, where the certificate names any."""
    found = list(goods.iterfind(ram("UtilizedSPSTransportEquipment")))
    containers = tuple(text for one in found if (text := one.findtext(ram("ID"))))
    seals = tuple(
        text for one in found for seal in one.iterfind(ram("AffixedSPSSeal")) if (text := seal.findtext(ram("ID")))
    )
    named = (("container", N_("Container"), containers), ("seal", N_("Seal"), seals))
    return tuple(Field(name, label, values) for name, label, values in named if values)
