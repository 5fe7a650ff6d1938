"""WSDL and message schema as a service hands them out."""

from functools import lru_cache

from lxml import etree

from reference_impl.data import data_path


@lru_cache(maxsize=4)
def message_schema(contract: str) -> etree.XMLSchema:
    """The compiled message schema of a contract, for example `exchange-1`."""
    return etree.XMLSchema(etree.parse(str(data_path("schemas", "ecert", f"{contract}.xsd"))))


def schema_octets(name: str) -> bytes:
    """A schema file."""
    return data_path("schemas", "ecert", name).read_bytes()


def wsdl_octets(contract: str, address: str) -> bytes:
    """A WSDL with the service's real address, and its schemas at `?xsd=`."""
    root = etree.fromstring(data_path("schemas", "ecert", f"{contract}.wsdl").read_bytes())
    for namespace in ("soap", "soap12"):
        for element in root.iter(f"{{http://schemas.xmlsoap.org/wsdl/{namespace}/}}address"):
            element.set("location", address)
    for element in root.iter("{http://www.w3.org/2001/XMLSchema}import"):
        element.set("schemaLocation", f"{address}?xsd={element.get('schemaLocation')}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
