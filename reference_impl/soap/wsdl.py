"""The WSDL and the message schema as the service hands them out."""

from functools import lru_cache

from lxml import etree

from reference_impl.data import data_path


@lru_cache(maxsize=1)
def message_schema() -> etree.XMLSchema:
    """The compiled message schema."""
    return etree.XMLSchema(etree.parse(str(data_path("schemas", "ecert", "exchange-1.xsd"))))


def schema_octets() -> bytes:
    """exchange-1.xsd."""
    return data_path("schemas", "ecert", "exchange-1.xsd").read_bytes()


def wsdl_octets(address: str) -> bytes:
    """exchange-1.wsdl with the service's real address, and the schema at `?xsd=`."""
    root = etree.fromstring(data_path("schemas", "ecert", "exchange-1.wsdl").read_bytes())
    for namespace in ("soap", "soap12"):
        for element in root.iter(f"{{http://schemas.xmlsoap.org/wsdl/{namespace}/}}address"):
            element.set("location", address)
    for element in root.iter("{http://www.w3.org/2001/XMLSchema}import"):
        element.set("schemaLocation", f"{address}?xsd=exchange-1.xsd")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
