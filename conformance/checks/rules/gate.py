"""The gate: a stricter schema that good certificates pass at once.

Most rules of the profile can be said in XML Schema: a text is not empty, a measure has a unit, a date has an offset.
`gate` narrows the published set by all of these and compiles it. A certificate the gate accepts is valid against the
published set and breaks none of the rules marked `gated`: one pass of libxml2 instead of two dozen XPaths. What the
gate refuses is not thereby wrong: it is then validated and asked rule by rule, and only that gives findings. So the
gate may be too strict (it only costs time) and must never be too lax (a test mutates documents against that).
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from conformance.checks.rules.expressions import HEAD_SUBJECTS, LINE_SUBJECTS, RELATIONS, STATUSES, TYPES
from conformance.checks.rules.tables import countries, units

_XSD = "{http://www.w3.org/2001/XMLSchema}"
# libxml2 walks the whole list for each value, so the gate knows the usual units only.
_FREQUENT = ("KGM", "CEL", "HUR", "LTR", "MTQ", "GRM", "TNE", "C62")
_PACKAGES = ("BA", "BE", "BG", "BJ", "BX", "CR", "CS", "CT", "DR", "JR", "NE", "PK", "PX", "SA", "VR", "VY", "43", "44")
_MONTHS = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
_DAY = f"[1-9][0-9]{{3}}-({_MONTHS})"
_MOMENT = f"{_DAY}T([01][0-9]|2[0-3])(:[0-5][0-9]){{2}}(Z|[+\\-]([01][0-9]|2[0-3]):[0-5][0-9])"


def _simple(name: str, facets: str, base: str = "string") -> str:
    """Declare a simple type; on `string` white space counts, so nothing passes that only trimming makes right."""
    return (
        f'<xsd:simpleType name="{name}"><xsd:restriction base="xsd:{base}">{facets}</xsd:restriction></xsd:simpleType>'
    )


def _listed(codes: Iterable[str]) -> str:
    return "".join(f'<xsd:enumeration value="{code}"/>' for code in sorted(codes))


def _country_pattern() -> str:
    """Write the countries as a pattern with one branch a letter, which is matched faster than 249 comparisons."""
    second: dict[str, str] = {}
    for code in sorted(countries()):
        second[code[0]] = second.get(code[0], "") + code[1]
    return f'<xsd:pattern value="{"|".join(f"{first}[{rest}]" for first, rest in second.items())}"/>'


def _narrowed(name: str, base: str, facets: str) -> str:
    """Declare a value type with attributes as a restriction of another one."""
    return (
        f'<xsd:complexType name="{name}"><xsd:simpleContent><xsd:restriction base="{base}">{facets}'
        "</xsd:restriction></xsd:simpleContent></xsd:complexType>"
    )


def _values() -> str:
    """Declare the simple types and the stricter measures of the gate, for the module of unqualified data types."""
    return "".join((
        _simple("Filled", '<xsd:minLength value="1"/>', "token"),
        _simple("Country", _country_pattern()),
        _simple("Class", '<xsd:pattern value="([0-9]{2}){1,5}"/>'),
        _simple("Unit", _listed(units() & set(_FREQUENT))),
        _simple("Moment", f'<xsd:pattern value="{_MOMENT}"/>'),
        _simple("DayOrMoment", f'<xsd:pattern value="{_DAY}|{_MOMENT}"/>'),
        _narrowed("Positive", "udt:MeasureType", '<xsd:minExclusive value="0"/>'),
        _narrowed("Counted", "udt:QuantityType", '<xsd:minInclusive value="0"/>'),
        _narrowed("System", "udt:TextType", '<xsd:pattern value="HS|.{3,}"/>'),
        _narrowed("SystemCode", "udt:IDType", '<xsd:pattern value="HS|.{3,}"/>'),
        _narrowed("HeadSubject", "udt:TextType", _listed(HEAD_SUBJECTS)),
        _narrowed("LineSubject", "udt:TextType", _listed(s for s in LINE_SUBJECTS if not s.startswith("RPC"))),
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
    ("SPSExchangedDocumentType", "TypeCode", {"type": "ram:Type"}),
    ("SPSExchangedDocumentType", "StatusCode", {"type": "ram:Status"}),
    ("SPSExchangedDocumentType", "IncludedSPSNote", {"type": "ram:HeadNote"}),
    ("SPSTradeLineItemType", "AdditionalInformationSPSNote", {"type": "ram:LineNote"}),
    ("SPSTradeLineItemType", "OriginSPSCountry", {"minOccurs": "1"}),
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


def _copied(schema: etree._Element, name: str, new: str) -> etree._Element:
    """Add a copy of a declared type under another name and return it."""
    original = next(kind for kind in schema if kind.get("name") == name)
    copy = etree.fromstring(etree.tostring(original))
    copy.set("name", new)
    schema.append(copy)
    return copy


def _unqualified(schema: etree._Element) -> None:
    """Narrow the unqualified data types: filled, with usual units, dates in the usual form."""
    for new, old, base in (("CountryIDType", "IDType", "udt:Country"), ("ClassCodeType", "CodeType", "udt:Class")):
        next(_copied(schema, old, new).iter(f"{_XSD}extension")).set("base", base)
    bases = {"TextType": "xsd:string", "IDType": "xsd:token", "CodeType": "xsd:token", "IndicatorType": "xsd:string"}
    for kind in schema.iterchildren(f"{_XSD}complexType"):
        for extension in kind.iter(f"{_XSD}extension"):
            if bases.get(kind.get("name", "")) == extension.get("base"):
                extension.set("base", "udt:Filled")
        for attribute in kind.iter(f"{_XSD}attribute"):
            if attribute.get("name") == "unitCode" and kind.get("name") == "MeasureType":
                attribute.set("type", "udt:Unit")
                attribute.set("use", "required")
        if kind.get("name") == "DateTimeType":
            for element in kind.iter(f"{_XSD}element"):
                del element[:]
                element.set("type", "udt:Moment")
    _append(schema, _values())


def _qualified(schema: etree._Element) -> None:
    """Know the usual kinds of packages only, for the same reason as the usual units."""
    for kind in schema.iterchildren(f"{_XSD}complexType"):
        if kind.get("name") == "PackageTypeCodeType":
            next(kind.iter(f"{_XSD}extension")).set("base", "qdt:Package")
    _append(schema, _simple("Package", _listed(_PACKAGES), "token"))


def _entities(schema: etree._Element) -> None:
    """Narrow the entities, place by place; repeated texts wait for the rule about languages, outside the gate."""
    _append(
        schema,
        _narrowed("Type", "qdt:DocumentCodeType", _listed(TYPES))
        + _narrowed("Status", "qdt:StatusCodeType", _listed(STATUSES))
        + _narrowed("Relation", "qdt:ReferenceCodeType", _listed(RELATIONS)),
    )
    for new, kind in (("HeadNote", "udt:HeadSubject"), ("LineNote", "udt:LineSubject")):
        for element in _copied(schema, "SPSNoteType", new).iter(f"{_XSD}element"):
            if element.get("name") == "Subject":
                element.set("type", kind)
    for entity in schema.iterchildren(f"{_XSD}complexType"):
        for element in entity.iter(f"{_XSD}element"):
            if element.get("type") == "udt:TextType" and entity.get("name") != "SPSProcessCharacteristicType":
                element.set("maxOccurs", "1")
            for parent, name, attributes in _PLACES:
                if name == element.get("name") and parent in ("", entity.get("name")):
                    for attribute, value in attributes.items():
                        element.set(attribute, value)


@lru_cache(maxsize=8)
def gate(file: Path) -> etree.XMLSchema | None:
    """Return the gate for the certificate message declared in a schema file, compiled.

    None when the set is built in another way than ours, so that it cannot be narrowed; everything is then asked.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        for module in file.parent.glob("*.xsd"):
            tree = etree.parse(str(module))
            root = tree.getroot()
            target = root.get("targetNamespace", "")
            try:
                if ":UnqualifiedDataType:" in target:
                    _unqualified(root)
                elif ":QualifiedDataType:" in target:
                    _qualified(root)
                elif ":ReusableAggregateBusinessInformationEntity:" in target:
                    _entities(root)
            except (StopIteration, etree.XMLSyntaxError):
                return None
            tree.write(str(folder / module.name))
        try:
            return etree.XMLSchema(etree.parse(str(folder / file.name)))
        except etree.XMLSchemaParseError:
            return None
