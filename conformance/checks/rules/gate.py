"""The gate: a stricter schema that good certificates pass at once.

Most rules of the profile can be said in XML Schema: a text is not empty, a measure has a unit, a date has an offset.
`gate` narrows the published set by all of these and compiles it. A certificate the gate accepts is valid against the
published set and breaks none of the rules marked `gated`: one pass of libxml2 instead of two dozen XPaths. What the
gate refuses is not thereby wrong: it is then validated and asked rule by rule, and only that gives findings. So the
gate may be too strict (it only costs time) and must never be too lax (a test mutates documents against that).

In a bilingual certificate a text is followed by itself in the second language. The gate for a second language has two
declarations of such an element, one without that language and one for that language only, so that no language can
occur twice. XML Schema forbids two types for one name in a content model; libxml2, for which the gate is made, keeps
them apart. Were it to refuse, there would be no gate, and every document would be asked everything.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from conformance.checks.rules.gate_codes import codes_pattern, write_patterns
from conformance.checks.rules.stock import stock
from conformance.checks.rules.tables import names

_TAG = re.compile(r"[a-z]{2}(-[A-Z][a-z]{3}|-[A-Z]{2})?")
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_MONTHS = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
_DAY = f"[1-9][0-9]{{3}}-({_MONTHS})"
# Numbers as nearly everybody writes them: a pattern is matched sooner than a decimal is read and compared.
_NUMBER = "[0-9]+(\\.[0-9]+)?"
_MOMENT = f"{_DAY}T([01][0-9]|2[0-3])(:[0-5][0-9]){{2}}(Z|[+\\-]([01][0-9]|2[0-3]):[0-5][0-9])"


def _simple(name: str, facets: str, base: str = "string") -> str:
    """Declare a simple type; on `string` white space counts, so nothing passes that only trimming makes right."""
    return (
        f'<xsd:simpleType name="{name}"><xsd:restriction base="xsd:{base}">{facets}</xsd:restriction></xsd:simpleType>'
    )


def _listed(codes: Iterable[str]) -> str:
    return "".join(f'<xsd:enumeration value="{code}"/>' for code in sorted(codes))


def _coded(codes: Iterable[str], after: str = "") -> str:
    """Write a code list as a facet; `after` is a pattern for what may follow a code."""
    return f'<xsd:pattern value="{codes_pattern(codes)}{after}"/>'


_SUBTAG = "(-[A-Z][a-z]{3}|-[A-Z]{2})?"  # of a language tag: a script or a country


def _narrowed(name: str, base: str, facets: str) -> str:
    """Declare a value type with attributes as a restriction of another one."""
    return (
        f'<xsd:complexType name="{name}"><xsd:simpleContent><xsd:restriction base="{base}">{facets}'
        "</xsd:restriction></xsd:simpleContent></xsd:complexType>"
    )


def _values(second: str) -> str:
    """Declare the simple types and the stricter measures of the gate, for the module of unqualified data types."""
    return "".join((
        _simple("Filled", '<xsd:minLength value="1"/>', "token"),
        _simple("Country", _coded(names("countries"))),
        _simple("One", _listed("1")),
        _simple("Number", '<xsd:pattern value="[A-Za-z0-9./_\\-]{1,70}"/>'),
        _simple("Tag", _coded(set(names("languages")) - {second[:2]}, _SUBTAG)),
        _simple("AnyTag", _coded(names("languages"), _SUBTAG)),
        _simple("SecondTag", _listed([second])),
        _simple("Class", '<xsd:pattern value="([0-9]{2}){1,5}"/>'),
        _simple("Unit", _coded(names("units"))),
        _simple("Moment", f'<xsd:pattern value="{_MOMENT}"/>'),
        _simple("DayOrMoment", f'<xsd:pattern value="{_DAY}|{_MOMENT}"/>'),
        _simple("Decimal", f'<xsd:pattern value="-?{_NUMBER}"/>', "token"),
        _simple("NotNegative", f'<xsd:pattern value="{_NUMBER}"/>', "token"),
        _simple("AboveZero", '<xsd:pattern value="[1-9][0-9]*(\\.[0-9]+)?|0\\.0*[1-9][0-9]*"/>', "token"),
        _narrowed("System", "udt:TextType", '<xsd:pattern value="HS|.{3,}"/>'),
        _narrowed("SystemCode", "udt:IDType", '<xsd:pattern value="HS|.{3,}"/>'),
        _simple("HeadSubject", _coded(stock().lists["head-subjects"])),
        _simple("LineSubject", _coded(stock().lists["line-subjects"])),
    ))  # fmt: skip


_POSITIVE = ("NetWeightMeasure", "GrossWeightMeasure", "NetVolumeMeasure", "GrossVolumeMeasure",
             "NominalGrossWeightMeasure", "NominalGrossVolumeMeasure", "DurationMeasure")  # fmt: skip
# Where a rule asks more of one element: entity (empty: every one), element, attributes of its declaration.
_PLACES: tuple[tuple[str, str, dict[str, str]], ...] = (
    *(("", name, {"type": "udt:Positive"}) for name in _POSITIVE),
    ("SPSCountryType", "ID", {"type": "udt:CountryIDType"}),
    ("SPSAddressType", "CountryID", {"type": "udt:CountryIDType"}),
    ("SPSAddressType", "LineOne", {"minOccurs": "1"}),
    ("SPSTemperatureType", "ValueMeasure", {"minOccurs": "1"}),
    ("SPSExchangedDocumentType", "ID", {"type": "udt:NumberType"}),
    ("SPSExchangedDocumentType", "TypeCode", {"type": "ram:Type"}),
    ("SPSExchangedDocumentType", "StatusCode", {"type": "ram:Status"}),
    ("SPSExchangedDocumentType", "IncludedSPSNote", {"type": "ram:HeadNote"}),
    ("SPSTradeLineItemType", "AdditionalInformationSPSNote", {"type": "ram:LineNote"}),
    ("SPSTradeLineItemType", "OriginSPSCountry", {"minOccurs": "1"}),
    ("SPSTradeLineItemType", "ScientificName", {"minOccurs": "1"}),
    ("SPSConsignmentType", "ConsignorSPSParty", {"type": "ram:AddressedParty"}),
    ("SPSConsignmentType", "ConsigneeSPSParty", {"type": "ram:AddressedParty"}),
    ("SPSAuthenticationType", "IssueSPSLocation", {"minOccurs": "1"}),
    ("SPSAuthenticationType", "ProviderSPSParty", {"type": "ram:Authority"}),
    ("AddressedParty", "SpecifiedSPSAddress", {"minOccurs": "1"}),
    ("Authority", "SpecifiedSPSPerson", {"minOccurs": "1"}),
    ("FirstClause", "ID", {"type": "udt:OneType", "minOccurs": "1"}),
    ("SPSProcessCharacteristicType", "Description", {"type": "udt:AnyTextType"}),
    ("SPSPackageType", "ItemQuantity", {"type": "udt:Counted"}),
    ("SPSReferencedDocumentType", "IssueDateTime", {"type": "udt:DayOrMoment"}),
    ("SPSReferencedDocumentType", "TypeCode", {"minOccurs": "1"}),
    ("SPSReferencedDocumentType", "RelationshipTypeCode", {"type": "ram:Relation"}),
    ("SPSClassificationType", "ClassCode", {"type": "udt:ClassCodeType"}),
    ("SPSClassificationType", "SystemName", {"type": "udt:System"}),
    ("SPSClassificationType", "SystemID", {"type": "udt:SystemCode"}),
)


def _append(schema: etree._Element, declarations: str) -> None:
    """Add declarations to a module, in its own prefixes."""
    scope = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in schema.nsmap.items())
    schema.extend(list(etree.fromstring(f"<x {scope}>{declarations}</x>")))


def _parent(element: etree._Element) -> etree._Element:
    """Return the parent of a declaration, which is never the root."""
    parent = element.getparent()
    if parent is None:
        raise ValueError("a schema has no parent")
    return parent


def _copied(schema: etree._Element, name: str, new: str) -> etree._Element:
    """Add a copy of a declared type under another name and return it."""
    original = next(kind for kind in schema if kind.get("name") == name)
    copy = etree.fromstring(etree.tostring(original))
    copy.set("name", new)
    schema.append(copy)
    return copy


_NAMED = (
    ("CountryIDType", "IDType", "Country"), ("ClassCodeType", "CodeType", "Class"), ("OneType", "IDType", "One"),
    ("NumberType", "IDType", "Number"), ("Positive", "MeasureType", "AboveZero"),
    ("Counted", "QuantityType", "NotNegative"),
)  # fmt: skip
_BASES = {"TextType": "xsd:string", "IDType": "xsd:token", "CodeType": "xsd:token", "IndicatorType": "xsd:string"}


def _unqualified(schema: etree._Element, second: str) -> None:
    """Narrow the unqualified data types: filled, with usual units, dates in the usual form, known languages."""
    for new, old, base in _NAMED:
        next(_copied(schema, old, new).iter(f"{_XSD}extension")).set("base", f"udt:{base}")
    for kind in schema.iterchildren(f"{_XSD}complexType"):
        for extension in kind.iter(f"{_XSD}extension"):
            base = str(extension.get("base"))
            filled = _BASES.get(kind.get("name", "")) == base
            extension.set("base", "udt:Decimal" if base == "xsd:decimal" else "udt:Filled" if filled else base)
        for attribute in list(kind.iter(f"{_XSD}attribute")):
            _narrow_attribute(kind, attribute)
        for element in kind.iter(f"{_XSD}element") if kind.get("name") == "DateTimeType" else ():
            del element[:]
            element.set("type", "udt:Moment")
    for new, tag, use in (("AnyTextType", "AnyTag", "optional"), ("SecondTextType", "SecondTag", "required")):
        for attribute in _copied(schema, "TextType", new).iter(f"{_XSD}attribute"):
            if attribute.get("name") == "languageID":
                attribute.set("type", f"udt:{tag}")
                attribute.set("use", use)
    _append(schema, _values(second))


def _narrow_attribute(kind: etree._Element, attribute: etree._Element) -> None:
    """Demand units of measures and known languages of texts; no other value says its language."""
    name, of = attribute.get("name"), kind.get("name")
    if name == "unitCode" and of in ("MeasureType", "Positive"):
        attribute.set("type", "udt:Unit")
        attribute.set("use", "required")
    elif name == "languageID" and of == "TextType":
        attribute.set("type", "udt:Tag")
    elif name == "languageID":
        _parent(attribute).remove(attribute)


def _entities(schema: etree._Element, second: str) -> None:
    """Narrow the entities, place by place."""
    lists = stock().lists
    _append(
        schema,
        _narrowed("Type", "qdt:DocumentCodeType", _listed(lists["types"]))
        + _narrowed("Status", "qdt:StatusCodeType", _listed(lists["statuses"]))
        + _narrowed("Relation", "qdt:ReferenceCodeType", _listed(lists["relations"])),
    )
    _note(schema, "HeadNote", "udt:HeadSubject")
    _note(schema, "LineNote", "udt:LineSubject")
    for old, new in (
        ("SPSPartyType", "AddressedParty"),
        ("SPSPartyType", "Authority"),
        ("SPSClauseType", "FirstClause"),
    ):
        _copied(schema, old, new)
    for entity in schema.iterchildren(f"{_XSD}complexType"):
        for element in list(entity.iter(f"{_XSD}element")):
            _narrow_element(entity, element)
            _once(element, second)


def _note(schema: etree._Element, new: str, subject: str) -> None:
    """Add a note whose Subject is one of a list, with its Content next to it, which scan.py relies on."""
    for element in list(_copied(schema, "SPSNoteType", new).iter(f"{_XSD}element")):
        if element.get("name") == "Subject":
            element.set("type", subject)
        elif element.get("name") == "ContentCode":
            _parent(element).remove(element)


def _narrow_element(entity: etree._Element, element: etree._Element) -> None:
    for parent, name, attributes in _PLACES:
        if name == element.get("name") and parent in ("", entity.get("name")):
            for attribute, value in attributes.items():
                element.set(attribute, value)


def _once(element: etree._Element, second: str) -> None:
    """Let a text be given once, or once more in the second language, and a first clause before other clauses."""
    if element.get("name") == "IncludedSPSClause":
        _followed(element, "ram:SPSClauseType", "unbounded")
        element.set("type", "ram:FirstClause")
    elif element.get("type") == "udt:TextType" and element.get("maxOccurs"):
        if second:
            _followed(element, "udt:SecondTextType", "1")
        element.set("maxOccurs", "1")


def _followed(element: etree._Element, kind: str, most: str) -> None:
    """Let one element of its name be followed by others of another type: `most` of them, or none."""
    parent = _parent(element)
    group = etree.Element(f"{_XSD}sequence", minOccurs=element.get("minOccurs", "1"))
    parent.replace(element, group)
    element.set("minOccurs", "1")
    element.set("maxOccurs", "1")
    group.append(element)
    etree.SubElement(group, f"{_XSD}element", name=str(element.get("name")), type=kind, minOccurs="0", maxOccurs=most)


@lru_cache(maxsize=32)
def gate(file: Path, second: str = "") -> etree.XMLSchema | None:
    """Return the gate for the certificate message declared in a schema file, compiled.

    `second` is the tag of the language in which texts may be repeated, "" for none. None when the set is built in
    another way than ours, so that it cannot be narrowed, or when that language is not one of two letters; everything is
    then asked.
    """
    if second and not (_TAG.fullmatch(second) and second[:2] in names("languages")):
        return None
    with TemporaryDirectory() as name:
        folder = Path(name)
        for module in file.parent.glob("*.xsd"):
            tree = etree.parse(str(module))
            root = tree.getroot()
            target = root.get("targetNamespace", "")
            try:
                if ":UnqualifiedDataType:" in target:
                    _unqualified(root, second)
                elif ":ReusableAggregateBusinessInformationEntity:" in target:
                    _entities(root, second)
            except (StopIteration, etree.XMLSyntaxError):
                return None
            write_patterns(root)
            tree.write(str(folder / module.name))
        try:
            return etree.XMLSchema(etree.parse(str(folder / file.name)))
        except etree.XMLSchemaParseError:
            return None
