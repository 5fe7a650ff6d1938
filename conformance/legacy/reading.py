"""From the XML of the 2009 format to values. The document must be valid against our schema."""

from lxml import etree

from conformance.legacy.values import Amount, Certificate, Country, Party, Product, Text, Transport


def read_certificates(root: etree._Element) -> tuple[Certificate, ...]:
    """Return the certificates of a document that the 2009 schema accepts, in its order."""
    return tuple(_certificate(one) for one in root.iterfind("certificate"))


def _certificate(one: etree._Element) -> Certificate:
    exporting = one.find("exporting_country")
    return Certificate(
        number=one.get("no", ""),
        status=one.get("status", ""),
        exporting=_country(exporting),
        authority=_text(exporting, "competent_authority"),
        importing=_country(one.find("importing_country")),
        issued=_day(one.find("issue_date")),
        titles=_texts(one.find("title")),
        exporter=_party(one.find("exporter")),
        importer=_party(one.find("importer")),
        transport=_transport(one.find("transport")),
        products=tuple(_product(product) for product in one.iterfind("products/product")),
        declarations=tuple(_texts(declaration) for declaration in one.iterfind("declarations/declaration")),
        place=_text(one, "issue_place"),
        officer=_text(one, "officer"),
    )


def _day(element: etree._Element | None) -> tuple[int, int, int]:
    if element is None:
        return 0, 0, 0
    return int(element.get("year", "0")), int(element.get("month", "0")), int(element.get("day", "0"))


def content(element: etree._Element | None) -> str:
    """Return the text of an element with comments and instructions within set aside, "" for none."""
    if element is None:
        return ""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _text(parent: etree._Element | None, name: str) -> str:
    return "" if parent is None else content(parent.find(name))


def _texts(parent: etree._Element | None) -> tuple[Text, ...]:
    if parent is None:
        return ()
    return tuple(Text(" ".join(one.get("language", "").split()), content(one)) for one in parent.iterfind("text"))


def _country(element: etree._Element | None) -> Country:
    return Country("" if element is None else element.get("country_code", ""), _text(element, "country_name"))


def _party(element: etree._Element | None) -> Party | None:
    if element is None:
        return None
    return Party(_text(element, "name"), _text(element, "address"), " ".join(element.get("id", "").split()))


def _transport(element: etree._Element | None) -> Transport | None:
    return None if element is None else Transport(element.get("mode", "").strip(), content(element))


def _amount(element: etree._Element | None, attribute: str) -> Amount | None:
    return None if element is None else Amount(content(element).strip(), element.get(attribute, "").strip())


def _product(element: etree._Element) -> Product:
    origin = element.find("origin_country")
    return Product(
        descriptions=_texts(element.find("description")),
        scientific_name=_text(element, "scientific_name"),
        net_weight=_amount(element.find("net_weight"), "unit"),
        packages=_amount(element.find("packages"), "type"),
        origin=None if origin is None else _country(origin),
    )
