"""Namespaces of release 17A and a small way to write elements."""

from lxml import etree

CERTIFICATE = "urn:un:unece:uncefact:data:standard:SPSCertificate:17"
ACKNOWLEDGEMENT = "urn:un:unece:uncefact:data:standard:SPSAcknowledgement:17"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:21"
EXCHANGE = "urn:ecert:exchange:1"
UNPREFIXED: dict[str, str] = {None: EXCHANGE}  # type: ignore[dict-item]  # the stubs forget the default namespace


def add(
    parent: etree._Element, name: str, text: str | None = None, namespace: str = RAM, **attributes: str
) -> etree._Element:
    """Append an element, of the entity namespace unless told otherwise, and return it."""
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    element.text = text
    return element


def add_moment(parent: etree._Element, name: str, text: str) -> etree._Element:
    """Append a date-time as ISO 8601 text with its offset."""
    element = add(parent, name)
    add(element, "DateTimeString", text, UDT)
    return element


def ram(path: str) -> str:
    """`A/B` as a path of the entity namespace for `find`."""
    return "/".join(f"{{{RAM}}}{step}" for step in path.split("/"))
