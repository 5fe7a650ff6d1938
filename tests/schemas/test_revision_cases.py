"""One revision at a time, small enough to see at a glance: what it is called, where, and what it does."""

# ruff: noqa: E501 - one case a line is read more easily than one case over six lines

from pathlib import Path

import pytest
from small_sets import (
    DIGITS,
    EXTENDED,
    FOREIGN,
    HEAD,
    HEADED,
    KEY,
    KEYREF,
    MEMBER,
    NUMBER,
    OPTIONAL,
    REFERENCE,
    SHORT,
    TEXT,
    UNIQUE,
    A,
    B,
    C,
    P,
    a,
    attribute,
    b,
    c,
    choice,
    codes,
    constrained,
    content,
    every,
    facet,
    listed,
    loose,
    many,
    named_types,
    of,
    ranged,
    schema,
    sequence,
    union,
    value,
    wild,
)
from trying import Sides

from conformance.revision.change import Difference
from conformance.revision.model import Wildcard
from conformance.revision.touching import touched_requirements
from conformance.revision.wildcards import joined, met

SAME = {
    "length as least and greatest": (value(facet("length", "3")), value(facet("minLength", "3") + facet("maxLength", "3"))),
    "another pattern for the same": (value(facet("pattern", "[0-9][0-9]")), value(facet("pattern", "[0-9]{2}"))),
    "patterns as alternatives": (value(facet("pattern", "A|B")), value(facet("pattern", "A") + facet("pattern", "B"))),
    "a positive integer": (value("", "xsd:positiveInteger"), value(facet("minInclusive", "1"), "xsd:integer")),
    "an exclusive bound": (value(facet("minExclusive", "0"), "xsd:integer"), value(facet("minInclusive", "1"), "xsd:integer")),
    "a bound with zeros": (value(facet("maxInclusive", "9.50"), "xsd:decimal"), value(facet("maxInclusive", "9.5"), "xsd:decimal")),
    "members in another order": (union("xsd:date", "xsd:dateTime"), union("xsd:dateTime", "xsd:date")),
    "a member twice": (union("xsd:date", "xsd:dateTime"), union("xsd:date", "xsd:dateTime", "xsd:date")),
    "codes in another order": (value(codes("a", "b"), "xsd:token"), value(codes("b", "a", "b"), "xsd:token")),
    "a pattern that codes fulfil": (value(codes("AB"), "xsd:token"), value(codes("AB") + facet("pattern", "[A-Z]{2}"), "xsd:token")),
    "digits that bounds imply": (value(facet("maxInclusive", "99") + facet("minInclusive", "0"), "xsd:integer"),
                                 value(facet("maxInclusive", "99") + facet("minInclusive", "0") + facet("totalDigits", "2"), "xsd:integer")),
    "simple content alone": (content(sequence('<xsd:element name="A" type="xsd:string"/>')),
                             content(sequence('<xsd:element name="A" type="t:X"/>'), TEXT)),
    "twice and two": (content(sequence(a, a)), content(sequence(A.format(' minOccurs="2" maxOccurs="2"')))),
    "once and perhaps again": (content(sequence(a, A.format(OPTIONAL))), content(sequence(A.format(' maxOccurs="2"')))),
    "a choice with a common beginning": (content(choice(a, sequence(a, b))), content(sequence(a, B.format(OPTIONAL)))),
    "a choice in a choice": (content(choice(a, choice(c, b))), content(choice(a, b, c))),
    "a choice of what may be absent": (content(choice(A.format(OPTIONAL), b)), content(choice(a, b, occurs=OPTIONAL))),
    "all in another order": (content(every(a, b)), content(every(b, a))),
    "a member that cannot stand": (content(sequence(REFERENCE), HEADED),
                                   content(sequence(REFERENCE), HEADED + MEMBER.replace("/>", ' abstract="true"/>'))),
    "an attribute by reference": (attribute('name="x" type="xsd:token" use="required"'),
                                  content(f'{sequence(a)}<xsd:attributeGroup ref="t:G"/>',
                                          '<xsd:attributeGroup name="G"><xsd:attribute name="x" type="xsd:token" use="required"/></xsd:attributeGroup>')),
    "a prohibited attribute": (content(sequence(a)), content(f'{sequence(a)}<xsd:attribute name="x" type="xsd:token" use="prohibited"/>')),
    "foreign attributes of a base": (content(f'{sequence(a, b)}<xsd:anyAttribute namespace="##other" processContents="lax"/>'),
                                     content(f'<xsd:complexContent><xsd:extension base="t:Y">{sequence(b)}</xsd:extension></xsd:complexContent>',
                                             f'<xsd:complexType name="Y">{sequence(a)}<xsd:anyAttribute namespace="##other" processContents="lax"/></xsd:complexType>')),
    "a member the head forbids": (content(sequence(REFERENCE), HEADED), content(sequence(REFERENCE), HEADED.replace("/>", ' block="substitution"/>') + MEMBER)),
    "a member whose own type forbids others": (content(sequence(REFERENCE), EXTENDED), content(sequence(REFERENCE), EXTENDED.replace('name="Z"', 'name="Z" block="extension"'))),
    "counts in the thousands without a gap": (content(sequence(sequence(A.format(' minOccurs="2000" maxOccurs="3999"'), occurs=' maxOccurs="2"'))), content(sequence(A.format(' minOccurs="2000" maxOccurs="7998"')))),
    "an attribute a restriction takes away": (content(sequence(a)), content(f'<xsd:complexContent><xsd:restriction base="t:Y">{sequence(a)}<xsd:attribute name="x" use="prohibited"/></xsd:restriction></xsd:complexContent>',
                                              f'<xsd:complexType name="Y">{sequence(a)}<xsd:attribute name="x" type="xsd:int"/></xsd:complexType>')),
    "foreign attributes a restriction takes away": (content(sequence(a)), content(f'<xsd:complexContent><xsd:restriction base="t:Y">{sequence(a)}</xsd:restriction></xsd:complexContent>',
                                                    f'<xsd:complexType name="Y">{sequence(a)}<xsd:anyAttribute processContents="skip"/></xsd:complexType>')),
    "foreign attributes of the base of a value": (content(f'<xsd:simpleContent><xsd:extension base="xsd:int">{FOREIGN}</xsd:extension></xsd:simpleContent>'),
                                                  content('<xsd:simpleContent><xsd:extension base="t:Y"/></xsd:simpleContent>', f'<xsd:complexType name="Y"><xsd:simpleContent><xsd:extension base="xsd:int">{FOREIGN}</xsd:extension></xsd:simpleContent></xsd:complexType>')),
    "a fixed attribute by reference": (attribute('name="g" type="xsd:token" fixed="v" form="qualified"'), content(f'{sequence(a)}<xsd:attribute ref="t:g"/>', '<xsd:attribute name="g" type="xsd:token" fixed="v"/>')),
    "counts multiplied": (content(sequence(sequence(A.format(' minOccurs="2" maxOccurs="2"'), occurs=' minOccurs="2" maxOccurs="2"'))), content(sequence(A.format(' minOccurs="4" maxOccurs="4"')))),
    "counts without a gap": (content(sequence(sequence(A.format(' minOccurs="2" maxOccurs="3"'), occurs=' minOccurs="2" maxOccurs="4"'))), content(sequence(A.format(' minOccurs="4" maxOccurs="12"')))),
    "counts in the hundreds multiplied": (content(sequence(sequence(A.format(' minOccurs="2" maxOccurs="2"'), occurs=' minOccurs="500" maxOccurs="500"'))), content(sequence(A.format(' minOccurs="1000" maxOccurs="1000"')))),
    "codes that are equal numbers": (value(codes("1", "2.0"), "xsd:decimal"), value(codes("1.0", "2"), "xsd:decimal")),
    "a fixed number with zeros": (attribute('name="x" type="xsd:decimal" fixed="3"'), attribute('name="x" type="xsd:decimal" fixed="3.0"')),
    "codes as a pattern": (value(codes("a", "b-c"), "xsd:token"), value(facet("pattern", "a|b-c"), "xsd:token")),
    "codes as a pattern of strings": (value(codes("a", "b.")), value(facet("pattern", "a|b\\."))),
    "a code that a pattern refuses": (value(codes("a") + facet("pattern", "[a-z]"), "xsd:token"), value(codes("a", "B") + facet("pattern", "[a-z]"), "xsd:token")),
    "not empty, as a pattern": (value(facet("minLength", "1"), "xsd:token"), value(facet("pattern", ".+"), "xsd:token")),
    "a moment with another offset": (value(facet("minInclusive", "2010-01-01T00:00:00Z"), "xsd:dateTime"), value(facet("minInclusive", "2010-01-01T08:00:00.0+08:00"), "xsd:dateTime")),
    "a date without offset": (value(facet("minInclusive", "2010-01-01Z"), "xsd:date"), value(facet("minInclusive", "2010-01-01+00:00"), "xsd:date")),
    "a member that another contains": (union("xsd:decimal", "xsd:integer"), value("", "xsd:decimal")),
    "an identity constraint renamed": (constrained(UNIQUE.format("u", "t:A")), constrained(UNIQUE.format("w", " ./child::t:A"))),
    "a key renamed": (constrained(KEY.format("k") + KEYREF.format("k")), constrained(KEY.format("z") + KEYREF.format("z"))),
    "a year as months": (value(facet("maxInclusive", "P1Y"), "xsd:duration"), value(facet("maxInclusive", "P12M"), "xsd:duration")),
    "a day as hours": (value(codes("-P1DT90S"), "xsd:duration"), value(codes("-PT24H1M30.0S"), "xsd:duration")),
    "no time at all": (value(facet("minExclusive", "P0D"), "xsd:duration"), value(facet("minExclusive", "PT0S"), "xsd:duration")),
    "a fixed duration": (attribute('name="x" type="xsd:duration" fixed="P1Y"'), attribute('name="x" type="xsd:duration" fixed="P12M"')),
    "a fixed truth": (attribute('name="x" type="xsd:boolean" fixed="1"'), attribute('name="x" type="xsd:boolean" fixed="true"')),
    "a day that begins at the same moment": (value(facet("minInclusive", "2020-01-02+13:00"), "xsd:date"), value(facet("minInclusive", "2020-01-01-11:00"), "xsd:date")),
    "a list of equal numbers": (listed(codes("1.0 2"), "xsd:decimal"), listed(codes("1 2.0"), "xsd:decimal")),
    "an attribute without a type": (attribute('name="x"'), attribute('name="x" type="xsd:string"')),
    "a member that is never asked": (union("xsd:string", "xsd:int"), value("")),
    "ranges that touch": (value(facet("minInclusive", "1") + facet("maxInclusive", "9"), "xsd:integer"),
                          of('<xsd:simpleType name="V"><xsd:union memberTypes="t:L t:H"/></xsd:simpleType>' + ranged("L", 1, 5) + ranged("H", 6, 9))),
    "an element that may not occur": (content(sequence(a)), content(sequence(a, B.format(' minOccurs="0" maxOccurs="0"')))),
}  # fmt: skip

CHANGED = {
    "a longer duration": (value(facet("maxInclusive", "P1Y"), "xsd:duration"), value(facet("maxInclusive", "P400D"), "xsd:duration"), "facet-changed", P, "widening"),
    "a duration by the calendar": (value(facet("maxInclusive", "P1M"), "xsd:duration"), value(facet("maxInclusive", "P30D"), "xsd:duration"), "facet-changed", P, "both"),
    "ranges with a gap": (value(facet("minInclusive", "1") + facet("maxInclusive", "9"), "xsd:integer"),
                          of('<xsd:simpleType name="V"><xsd:union memberTypes="t:L t:H"/></xsd:simpleType>' + ranged("L", 1, 5) + ranged("H", 7, 9)), "type-changed", P, "narrowing"),
    "a type that documents name": (named_types(sequence(c)), named_types(sequence(C.format(OPTIONAL))), "occurrence-changed", f"{P}/A/C", "widening"),
    "one more type to name": (named_types(sequence(c)), named_types(sequence(c), "D"), "type-changed", f"{P}/A", "widening"),
    "maxLength given": (value(""), value(facet("maxLength", "9")), "facet-changed", P, "narrowing"),
    "maxLength raised": (value(facet("maxLength", "9")), value(facet("maxLength", "20")), "facet-changed", P, "widening"),
    "length changed": (value(facet("length", "3")), value(facet("length", "4")), "facet-changed", P, "both"),
    "pattern widened": (value(facet("pattern", "[A-Z]{2}")), value(facet("pattern", "[A-Z]{2,3}")), "facet-changed", P, "widening"),
    "pattern turned": (value(facet("pattern", "[A-Z]{2}")), value(facet("pattern", "[a-z]{2}")), "facet-changed", P, "both"),
    "digits of any script": (value(DIGITS), value(facet("pattern", r"\d{3}")), "facet-changed", P, "widening"),
    "fewer fraction digits": (value(facet("fractionDigits", "2"), "xsd:decimal"), value(facet("fractionDigits", "1"), "xsd:decimal"), "facet-changed", P, "narrowing"),
    "lower bound lowered": (value(facet("minInclusive", "10"), "xsd:decimal"), value(facet("minInclusive", "9.5"), "xsd:decimal"), "facet-changed", P, "widening"),
    "white space": (value(""), value(facet("whiteSpace", "collapse")), "facet-changed", P, "none"),
    "string to token": (value(""), value("", "xsd:token"), "type-changed", P, "none"),
    "int to long": (value("", "xsd:int"), value("", "xsd:long"), "type-changed", P, "widening"),
    "decimal to integer": (value("", "xsd:decimal"), value("", "xsd:integer"), "type-changed", P, "narrowing"),
    "date to time": (value("", "xsd:date"), value("", "xsd:dateTime"), "type-changed", P, "both"),
    "boolean to string": (value("", "xsd:boolean"), value("", "xsd:string"), "type-changed", P, "widening"),
    "a member more": (union("xsd:date", "xsd:dateTime"), union("xsd:date", "xsd:dateTime", "xsd:gYear"), "type-changed", P, "widening"),
    "a member changed that another contains": (union("xsd:int", "xsd:decimal"), union("xsd:date", "xsd:decimal"), "type-changed", P, "widening"),
    "a list bounded": (listed(), listed(facet("maxLength", "3")), "facet-changed", P, "narrowing"),
    "other items": (listed(), listed(item="xsd:decimal"), "type-changed", P, "narrowing"),
    "codes introduced": (value("", "xsd:token"), value(codes("a"), "xsd:token"), "facet-changed", P, "narrowing"),
    "an alternative more": (content(choice(a, b)), content(choice(a, b, c)), "element-added", f"{P}/C", "widening"),
    "an alternative less": (content(choice(a, b, c)), content(choice(a, b)), "element-removed", f"{P}/C", "narrowing"),
    "a group repeated": (content(choice(a, b)), content(choice(a, b, occurs=' maxOccurs="5"')), "occurrence-changed", P, "widening"),
    "a pair optional together": (content(sequence(a, b, c)), content(sequence(a, sequence(b, c, occurs=OPTIONAL))), "occurrence-changed", P, "widening"),
    "all to sequence": (content(every(a, b)), content(sequence(a, b)), "model-changed", P, "narrowing"),
    "sequence to all": (content(sequence(a, b)), content(every(a, b)), "model-changed", P, "widening"),
    "sequence to choice": (content(sequence(a, b)), content(choice(a, b)), "model-changed", P, "both"),
    "part of a sequence to choice": (content(sequence(a, b, c)), content(sequence(a, choice(b, c))), "model-changed", P, "both"),
    "text allowed": (content(sequence(a)), content(sequence(a), mixed="true"), "model-changed", P, "widening"),
    "order": (content(sequence(a, b, c)), content(sequence(b, a, c)), "order-changed", P, "both"),
    "required to optional": (content(sequence(a, b)), content(sequence(a, B.format(OPTIONAL))), "occurrence-changed", f"{P}/B", "widening"),
    "more at most": (content(sequence(A.format(' maxOccurs="999"'))), content(sequence(A.format(' maxOccurs="9999"'))), "occurrence-changed", f"{P}/A", "widening"),
    "renamed": (content(sequence(a, b)), content(sequence(a, b.replace('"B"', '"Z"'))), "element-renamed", f"{P}/B", "both"),
    "a member of the group": (content(sequence(REFERENCE), HEADED), content(sequence(REFERENCE), HEADED + MEMBER), "element-added", f"{P}/M", "widening"),
    "foreign elements": (content(sequence(a)), wild('namespace="##other" processContents="lax" minOccurs="0"'), "wildcard-changed", P, "widening"),
    "any to other": (wild('namespace="##any" processContents="lax"'), wild('namespace="##other" processContents="lax"'), "wildcard-changed", P, "narrowing"),
    "lax to skip": (wild('namespace="##other" processContents="lax"'), wild('namespace="##other" processContents="skip"'), "wildcard-changed", P, "widening"),
    "attribute required": (attribute('name="x" type="xsd:token"'), attribute('name="x" type="xsd:token" use="required"'), "attribute-changed", f"{P}/@x", "narrowing"),
    "attribute default": (attribute('name="x" type="xsd:token"'), attribute('name="x" type="xsd:token" default="v"'), "attribute-changed", f"{P}/@x", "none"),
    "attribute fixed": (attribute('name="x" type="xsd:token" fixed="u"'), attribute('name="x" type="xsd:token" fixed="v"'), "attribute-changed", f"{P}/@x", "both"),
    "attribute gone": (attribute('name="x" type="xsd:token"'), content(sequence(a)), "attribute-removed", f"{P}/@x", "narrowing"),
    "required attribute come": (content(sequence(a)), attribute('name="x" type="xsd:token" use="required"'), "attribute-added", f"{P}/@x", "both"),
    "attribute type": (attribute('name="x" type="xsd:token"'), attribute('name="x" type="xsd:decimal"'), "attribute-changed", f"{P}/@x", "narrowing"),
    "nillable": (content(sequence(a)), content(sequence(A.format(' nillable="true"'))), "nillable-changed", f"{P}/A", "widening"),
    "unqualified": (content(sequence(a)), content(sequence(A.format(' form="unqualified"'))), "namespace-changed", f"{P}/A", "both"),
    "the whole namespace": (content(sequence(a)), content(sequence(a)).replace("urn:t", "urn:u"), "namespace-changed", P, "both"),
    "default of an element": (content(sequence(a)), content(sequence(A.format(' default="v"'))), "facet-changed", f"{P}/A", "none"),
    "a member forbidden by its head": (content(sequence(REFERENCE), HEADED + MEMBER), content(sequence(REFERENCE), HEADED.replace("/>", ' block="#all"/>') + MEMBER), "element-removed", f"{P}/M", "narrowing"),
    "a member forbidden by its document": (content(sequence(REFERENCE), HEADED + MEMBER), content(sequence(REFERENCE), HEADED + MEMBER).replace("<xsd:schema", '<xsd:schema blockDefault="substitution"'), "element-removed", f"{P}/M", "narrowing"),
    "a member forbidden by its restriction": (content(sequence(REFERENCE), HEADED + SHORT), content(sequence(REFERENCE), HEADED.replace("/>", ' block="restriction"/>') + SHORT), "element-removed", f"{P}/M", "narrowing"),
    "a member forbidden by its extension": (content(sequence(REFERENCE), EXTENDED), content(sequence(REFERENCE), EXTENDED.replace('name="Y"', 'name="Y" block="extension"')), "element-removed", f"{P}/M", "narrowing"),
    "one of many in an optional all": (content(many(OPTIONAL)), content(many("")), "occurrence-changed", f"{P}/Q", "narrowing"),
    "an all made optional": (content(many("").replace(' minOccurs="0">', ">", 1)), content(many("")), "occurrence-changed", P, "widening"),
    "default of an element that was never empty": (content(sequence(NUMBER.format(""))), content(sequence(NUMBER.format(' default="1"'))), "facet-changed", f"{P}/N", "widening"),
    "default changed": (content(sequence(NUMBER.format(' default="1"'))), content(sequence(NUMBER.format(' default="2"'))), "facet-changed", f"{P}/N", "none"),
    "fixed value of an element that was never empty": (content(sequence(NUMBER.format(""))), content(sequence(NUMBER.format(' fixed="1"'))), "facet-changed", f"{P}/N", "both"),
    "text to number": (value(facet("pattern", "[0-9]{1,3}"), "xsd:token"), value(facet("maxInclusive", "999"), "xsd:nonNegativeInteger"), "type-changed", P, "widening"),
    "lower bound no number": (value(facet("minInclusive", "NaN"), "xsd:double"), value(facet("minInclusive", "1"), "xsd:double"), "facet-changed", P, "both"),
    "unique": (constrained(""), constrained(UNIQUE.format("u", "t:A")), "type-changed", P, "narrowing"),
    "unique to key": (constrained(UNIQUE.format("u", "t:A")), constrained(KEY.format("u")), "type-changed", P, "narrowing"),
    "an attribute of xml itself": (content(sequence(a)), content(f'{sequence(a)}<xsd:attribute ref="xml:space"/>'), "attribute-added", f"{P}/@space", "widening"),
    "an all with one less": (content(every(a, b, c)), content(every(a, c)), "element-removed", f"{P}/B", "both"),
    "none or several to any": (content(sequence(sequence(A.format(' minOccurs="2" maxOccurs="unbounded"'), occurs=OPTIONAL))), content(sequence(A.format(' minOccurs="0" maxOccurs="unbounded"'))), "occurrence-changed", f"{P}/A", "widening"),
    "an attribute any may stand for": (loose('name="x" type="xsd:token"'), loose(""), "attribute-removed", f"{P}/@x", "none"),
    "a number any may stand for": (loose('name="x" type="xsd:int"'), loose(""), "attribute-removed", f"{P}/@x", "widening"),
    "a required attribute any may stand for": (loose('name="x" type="xsd:token" use="required"'), loose(""), "attribute-removed", f"{P}/@x", "widening"),
    "an attribute none may stand for": (loose('name="x" type="xsd:token"', "strict"), loose("", "strict"), "attribute-removed", f"{P}/@x", "narrowing"),
    "another type of a fixed attribute": (attribute('name="x" type="xsd:NMTOKEN" fixed="v"'), attribute('name="x" type="xsd:token" fixed="v"'), "attribute-changed", f"{P}/@x", "none"),
    "other attributes to any": (loose("").replace("##any", "##other"), loose(""), "wildcard-changed", P, "widening"),
    "a value becomes nothing": (content(sequence(a)), content(sequence('<xsd:element name="A"><xsd:complexType/></xsd:element>')), "type-changed", f"{P}/A", "narrowing"),
    "a shorter list": (listed(facet("minLength", "3")), listed(facet("minLength", "2")), "facet-changed", P, "widening"),
    "a day more": (value(facet("minExclusive", "2010-01-01"), "xsd:date"), value(facet("minInclusive", "2010-01-01"), "xsd:date"), "facet-changed", P, "widening"),
    "digits that bounds do not imply": (value(facet("minInclusive", "0") + facet("maxInclusive", "9"), "xsd:decimal"), value(facet("minInclusive", "0") + facet("maxInclusive", "9") + facet("totalDigits", "2"), "xsd:decimal"), "facet-changed", P, "narrowing"),
    "the message renamed": (content(sequence(a)), content(sequence(a)).replace(P, "Certificate"), "element-renamed", P, "both"),
    "a value becomes text with children": (content(sequence(a)), content(sequence('<xsd:element name="A"><xsd:complexType mixed="true"><xsd:sequence>' + B.format(OPTIONAL) + "</xsd:sequence></xsd:complexType></xsd:element>")), "type-changed", f"{P}/A", "widening"),
    "a number becomes text alone": (content(sequence('<xsd:element name="A" type="xsd:int"/>')), content(sequence('<xsd:element name="A"><xsd:complexType mixed="true"/></xsd:element>')), "type-changed", f"{P}/A", "widening"),
    "a value becomes children": (content(sequence(a)), content(sequence('<xsd:element name="A"><xsd:complexType><xsd:sequence>' + b + "</xsd:sequence></xsd:complexType></xsd:element>")), "type-changed", f"{P}/A", "both"),
}  # fmt: skip
INNER = '<xsd:element name="S"><xsd:complexType>{}</xsd:complexType></xsd:element>'
SEVERAL = {
    "moved": ((sequence(a, b, INNER.format(sequence(c))), sequence(a, INNER.format(sequence(c, b)))),
              [("element-moved", f"{P}/B", "both"), ("element-moved", f"{P}/S/B", "both")]),
    "gone, and another of its name come": ((sequence(a, b, INNER.format(sequence(c))), sequence(a, INNER.format(sequence(c, b.replace("xsd:string", "xsd:int"))))),
                                           [("element-added", f"{P}/S/B", "both"), ("element-removed", f"{P}/B", "both")]),
    "another name and type in its place": ((sequence(a, b), sequence(a, NUMBER.format(""))), [("element-added", f"{P}/N", "both"), ("element-removed", f"{P}/B", "both")]),
    "wrapped": ((sequence(a, b), sequence(a, INNER.format(sequence(b)))), [("element-added", f"{P}/S", "both"), ("element-moved", f"{P}/B", "both")]),
    "gone, and wrapped another": ((sequence(a, b), sequence(a, INNER.format(sequence(b.replace("xsd:string", "xsd:int"))))), [("element-added", f"{P}/S", "both"), ("element-removed", f"{P}/B", "both")]),
    "renamed beside a new one": ((sequence(a, NUMBER.format(""), c), sequence(a, NUMBER.format("").replace('"N"', '"Q"'), B.format(OPTIONAL), c)),
                                 [("element-added", f"{P}/B", "widening"), ("element-renamed", f"{P}/N", "both")]),
    "optional together to each by itself": ((sequence(sequence(a, b, occurs=OPTIONAL)), sequence(A.format(OPTIONAL), B.format(OPTIONAL))),
                                            [("occurrence-changed", f"{P}/A", "widening"), ("occurrence-changed", f"{P}/B", "widening")]),
}  # fmt: skip
WILDCARDS = [
    Wildcard(None), Wildcard(None, frozenset({"urn:t", ""})), Wildcard(None, frozenset({"urn:u", ""})),
    Wildcard(frozenset({"urn:t"})), Wildcard(frozenset({"urn:t", "urn:v"})), Wildcard(frozenset({"", "urn:u"})),
]  # fmt: skip
DIRECTIONS = {"none": (True, True), "widening": (True, False), "narrowing": (False, True), "both": (False, False)}


def compared(before: str, after: str, tmp_path: Path) -> Difference:
    for name, text in (("old", before), ("new", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "set.xsd").write_text(text, encoding="utf-8")
    return Sides(tmp_path / "old").difference(tmp_path / "new")


@pytest.mark.parametrize("name", SAME)
def test_two_ways_of_writing_are_no_change(name: str, tmp_path: Path) -> None:
    before, after = SAME[name]
    found = compared(before, after, tmp_path)
    assert (found.changes, found.backward, found.forward) == ((), True, True)


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_has_its_name_its_place_and_its_effect(name: str, tmp_path: Path) -> None:
    before, after, kind, path, effect = CHANGED[name]
    found = compared(before, after, tmp_path)
    assert [(one.kind.value, one.path, one.effect.value) for one in found.changes] == [(kind, path, effect)]
    assert (found.backward, found.forward) == DIRECTIONS[effect]


@pytest.mark.parametrize("name", CHANGED)
def test_back_again_is_the_opposite(name: str, tmp_path: Path) -> None:
    before, after, _, _, effect = CHANGED[name]
    found = compared(after, before, tmp_path)
    assert (found.forward, found.backward) == DIRECTIONS[effect]
    opposite = {"narrowing": "widening", "widening": "narrowing"}.get(effect, effect)
    assert {one.effect.value for one in found.changes} == {opposite}


@pytest.mark.parametrize("name", SEVERAL)
def test_changes_that_go_together_are_told_each(name: str, tmp_path: Path) -> None:
    (before, after), expected = SEVERAL[name]
    found = compared(content(before), content(after), tmp_path)
    assert sorted((one.kind.value, one.path, one.effect.value) for one in found.changes) == expected


def test_the_words_of_a_changed_order_name_what_moved(tmp_path: Path) -> None:
    (change,) = compared(content(sequence(a, b, c)), content(sequence(c, a, b)), tmp_path).changes
    assert change.detail == "C now stands first"
    assert "DOC-047" in touched_requirements(change)


def whole(inner: str) -> str:
    return schema(f'<xsd:redefine schemaLocation="base.xsd">{inner}</xsd:redefine><xsd:element name="{P}" type="t:T"/>')


@pytest.mark.parametrize(
    ("inner", "base", "same"),
    [
        (
            f'<xsd:group name="G"><xsd:sequence><xsd:group ref="t:G"/>{b}</xsd:sequence></xsd:group>',
            f'<xsd:complexType name="T"><xsd:group ref="t:G"/></xsd:complexType><xsd:group name="G">{sequence(a)}</xsd:group>',
            content(sequence(a, b)),
        ),
        (
            '<xsd:attributeGroup name="G"><xsd:attributeGroup ref="t:G"/><xsd:attribute name="y"/></xsd:attributeGroup>',
            f'<xsd:complexType name="T">{sequence(a)}<xsd:attributeGroup ref="t:G"/></xsd:complexType>'
            '<xsd:attributeGroup name="G"><xsd:attribute name="x"/></xsd:attributeGroup>',
            content(f'{sequence(a)}<xsd:attribute name="x"/><xsd:attribute name="y"/>'),
        ),
    ],
    ids=["group", "attribute group"],
)
def test_a_redefinition_builds_on_what_it_redefines(inner: str, base: str, same: str, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "set.xsd").write_text(whole(inner), encoding="utf-8")
    (tmp_path / "old" / "base.xsd").write_text(schema(base), encoding="utf-8")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "set.xsd").write_text(same, encoding="utf-8")
    found = Sides(tmp_path / "old").difference(tmp_path / "new")
    assert (found.changes, found.problems_before) == ((), ())


def test_an_included_document_of_another_namespace_is_a_problem(tmp_path: Path) -> None:
    found = compared(
        content(sequence(a)),
        content(sequence(a)).replace(HEAD, f'{HEAD}<xsd:include schemaLocation="b.xsd"/>'),
        tmp_path,
    )
    assert "there is no readable file" in found.problems_after[0].what
    (tmp_path / "new" / "b.xsd").write_text(schema("").replace("urn:t", "urn:u"), encoding="utf-8")
    found = Sides(tmp_path / "old").difference(tmp_path / "new")
    assert "of another namespace" in found.problems_after[0].what


@pytest.mark.parametrize("second", WILDCARDS)
@pytest.mark.parametrize("first", WILDCARDS)
def test_wildcards_put_together_admit_what_either_or_both_admit(first: Wildcard, second: Wildcard) -> None:
    either, both = joined(first, second), met(first, second)
    for uri in ("", "urn:t", "urn:u", "urn:v"):
        assert either is not None
        assert either.admits(uri) is (first.admits(uri) or second.admits(uri))
        assert both.admits(uri) is (first.admits(uri) and second.admits(uri))
