"""From values to the XML of the 2009 format."""

from collections.abc import Iterable

from lxml import etree

from conformance.legacy.values import ROOT, Certificate, Country, Party, Product, Text


def write_certificates(certificates: Iterable[Certificate]) -> bytes:
    """Return a document of the 2009 format as UTF-8 octets, its translated texts in CDATA sections."""
    root = etree.Element(ROOT)
    for one in certificates:
        _certificate(root, one)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _certificate(root: etree._Element, one: Certificate) -> None:
    element = _add(root, "certificate", no=one.number, status=one.status)
    exporting = _country(element, "exporting_country", one.exporting)
    _add(exporting, "competent_authority", one.authority)
    _country(element, "importing_country", one.importing)
    year, month, day = one.issued
    _add(element, "issue_date", year=str(year), month=str(month), day=str(day))
    _texts(element, "title", one.titles)
    _party(element, "exporter", one.exporter)
    _party(element, "importer", one.importer)
    if one.transport is not None:
        _add(element, "transport", one.transport.name, mode=one.transport.mode)
    if one.products:
        products = _add(element, "products")
        for product in one.products:
            _product(products, product)
    if one.declarations:
        declarations = _add(element, "declarations")
        for declaration in one.declarations:
            _texts(declarations, "declaration", declaration)
    for name, text in (("issue_place", one.place), ("officer", one.officer)):
        if text:
            _add(element, name, text)


def _add(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, name, attributes)
    element.text = text
    return element


def _country(parent: etree._Element, name: str, country: Country) -> etree._Element:
    element = _add(parent, name, country_code=country.code)
    _add(element, "country_name", country.name)
    return element


def _texts(parent: etree._Element, name: str, texts: Iterable[Text]) -> None:
    element = _add(parent, name)
    for text in texts:
        # A CDATA section cannot hold its own end, nor a carriage return, which a parser reads as a line feed.
        plain = "]]>" in text.content or "\r" in text.content
        one = _add(element, "text", text.content if plain else None, language=text.language)
        if not plain:
            one.text = etree.CDATA(text.content)


def _party(parent: etree._Element, name: str, party: Party | None) -> None:
    if party is None:
        return
    element = _add(parent, name, **({"id": party.id} if party.id else {}))
    _add(element, "name", party.name)
    if party.address:
        _add(element, "address", party.address)


def _product(parent: etree._Element, product: Product) -> None:
    element = _add(parent, "product")
    _texts(element, "description", product.descriptions)
    if product.scientific_name:
        _add(element, "scientific_name", product.scientific_name)
    if product.net_weight is not None:
        _add(element, "net_weight", product.net_weight.value, unit=product.net_weight.code)
    if product.packages is not None:
        _add(element, "packages", product.packages.value, type=product.packages.code)
    if product.origin is not None:
        _country(element, "origin_country", product.origin)
