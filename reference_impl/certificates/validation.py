"""Is a document valid: the release's XSD (without the signature, our one deviation), then our own rules."""

import base64
import binascii
import copy
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pycountry
from lxml import etree

from reference_impl.certificates.names import ACKNOWLEDGEMENT, CERTIFICATE, EXCHANGE, RAM, UDT, ram
from reference_impl.certificates.parsing import first_error
from reference_impl.certificates.remarks import MANDATORY, MAPPING, SCHEMA, SEVERE, Remark, field_of, severe
from reference_impl.clock import parse_instant
from reference_impl.data import data_path
from reference_impl.signing.detached import DS

_PLACEHOLDERS = frozenset({"test", "tbd", "n/a", "na", "none", "null", "xxx", "lorem ipsum", "placeholder", "todo"})
_MAGIC = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}


class InvalidDocument(Exception):
    """The document breaks the schema or a rule; the text says which, for a certificate as profile 2.36 wants it."""


@lru_cache(maxsize=4)
def _schema(namespace: str) -> etree.XMLSchema:
    if namespace == EXCHANGE:
        path = data_path("schemas", "ecert", "exchange-1.xsd")
    else:
        path = _message_schema(namespace.split(":")[-2])
    return etree.XMLSchema(etree.parse(str(path)))


def _message_schema(message: str) -> Path:
    folder = data_path("schemas", "uncefact", "17A")
    found = sorted(folder.rglob(f"{message}_*.xsd"))
    if not found:
        raise FileNotFoundError(f"{folder}: the schema of {message} is missing; install ecert-conformance again")
    return found[0]


def _wrong(area: str, element: etree._Element, text: str) -> InvalidDocument:
    return InvalidDocument(severe(area, element, f"{text} (line {element.sourceline})"))


def _field(root: etree._Element, place: str | None) -> str:
    """Return the field libxml2 means by a path with the document's own prefixes, or by numbers of children."""
    prefixes = {prefix: uri for element in root.iter() for prefix, uri in element.nsmap.items() if prefix}
    try:
        found = root.xpath(place or "/*", namespaces=prefixes)
    except etree.XPathError:
        found = []
    return field_of(found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else root)


def _plain(message: str) -> str:
    """Return a message of libxml2 without its namespaces, which a person does not read."""
    return re.sub(r"\{[^}]*\}", "", message).rstrip(".")


class Validator:
    """Checks documents that come in. Methods may be replaced."""

    def check_certificate(self, root: etree._Element, at: datetime) -> None:
        """Raise `InvalidDocument` unless `root` is a good SPSCertificate at the time `at`."""
        self.check_schema(root, CERTIFICATE, "SPSCertificate")
        self.check_rules(root, at)

    def check_acknowledgement(self, root: etree._Element) -> None:
        """Raise `InvalidDocument` unless `root` is an SPSAcknowledgement of the release."""
        self.check_schema(root, ACKNOWLEDGEMENT, "SPSAcknowledgement")

    def check_notice(self, root: etree._Element) -> None:
        """Raise `InvalidDocument` unless `root` is a StateNotice."""
        self.check_schema(root, EXCHANGE, "StateNotice")

    def check_schema(self, root: etree._Element, namespace: str, name: str) -> None:
        """Raise `InvalidDocument` unless the tree, without its signature, is valid against the release."""
        if root.tag != f"{{{namespace}}}{name}":
            raise InvalidDocument(severe(SCHEMA, root, f"the root element is {root.tag}, not {name} of {namespace}"))
        bare = root
        if len(root) and root[-1].tag == f"{{{DS}}}Signature":
            bare = copy.deepcopy(root)
            bare.remove(bare[-1])
        schema = _schema(namespace)
        if not schema.validate(bare):
            line, message, place = first_error(schema)
            raise InvalidDocument(Remark(SCHEMA, SEVERE, _field(bare, place), f"{_plain(message)} (line {line})"))

    def check_rules(self, root: etree._Element, at: datetime) -> None:
        """The rules of the profile beyond the schema."""
        self.check_number(root)
        self.check_times(root, at)
        self.check_texts(root)
        self.check_countries(root)
        self.check_goods(root)
        self.check_attachments(root)

    def check_number(self, root: etree._Element) -> None:
        """The number has neither white space nor control characters."""
        element = root.find(f"{{{CERTIFICATE}}}SPSExchangedDocument/{{{RAM}}}ID")
        number = "" if element is None else element.text or ""
        if not number or any(c.isspace() or not c.isprintable() for c in number):
            place = root if element is None else element
            raise _wrong(MANDATORY, place, "the certificate's number is empty or has white space in it")

    def check_times(self, root: etree._Element, at: datetime) -> None:
        """Every date-time has an offset; the issue is not in the future."""
        for element in root.iter(f"{{{UDT}}}DateTimeString", f"{{{UDT}}}DateTime"):
            try:
                moment = parse_instant(element.text or "")
            except ValueError as error:
                raise _wrong(MAPPING, element, str(error)) from error
            parent = element.getparent()
            issue = parent is not None and parent.tag == f"{{{RAM}}}IssueDateTime"
            if issue and (moment - at).total_seconds() > 30:  # noqa: PLR2004 - the agreed skew of clocks, seconds
                raise _wrong(MAPPING, element, "issued in the future")

    def check_texts(self, root: etree._Element) -> None:
        """Names and contents are neither empty nor placeholders."""
        for element in root.iter(*(f"{{{RAM}}}{n}" for n in ("Name", "Content", "Description", "ClassName"))):
            text = " ".join((element.text or "").split())
            if not text or text.casefold() in _PLACEHOLDERS:
                raise _wrong(MANDATORY, element, f"{etree.QName(element).localname} says nothing")

    def check_countries(self, root: etree._Element) -> None:
        """Countries are ISO 3166 alpha-2 codes."""
        for element in root.iter(f"{{{RAM}}}CountryID"):
            self._country(element)
        for element in root.iter(*(f"{{{RAM}}}{n}" for n in _COUNTRIES)):
            found = element.find(ram("ID"))
            if found is not None:
                self._country(found)

    def _country(self, element: etree._Element) -> None:
        if pycountry.countries.get(alpha_2=element.text or "") is None or not (element.text or "").isupper():
            raise _wrong(MAPPING, element, f"{element.text!r} is not an ISO 3166 country code")

    def check_goods(self, root: etree._Element) -> None:
        """Sequence numbers ascend from 1 or more; measures have a unit."""
        last = 0.0
        for element in root.iter(f"{{{RAM}}}SequenceNumeric"):
            value = float(element.text or "0")
            if value < 1 or value <= last or not value.is_integer():
                raise _wrong(MAPPING, element, "sequence numbers must ascend from 1")
            last = value
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag.endswith("Measure") and not element.get("unitCode"):
                raise _wrong(MANDATORY, element, "a measure without a unit")

    def check_attachments(self, root: etree._Element) -> None:
        """What goes along is what it says it is."""
        for element in root.iter(f"{{{RAM}}}AttachmentBinaryObject"):
            try:
                content = base64.b64decode("".join((element.text or "").split()), validate=True)
            except binascii.Error as error:
                raise _wrong(MAPPING, element, "the attachment is not base64") from error
            magic = _MAGIC.get(element.get("mimeCode", ""))
            if magic is not None and not content.startswith(magic):
                raise _wrong(MAPPING, element, f"the attachment is not {element.get('mimeCode')}")


_COUNTRIES = (
    "ExportSPSCountry",
    "ReExportSPSCountry",
    "ImportSPSCountry",
    "TransitSPSCountry",
    "OriginSPSCountry",
    "OperationSPSCountry",
)
