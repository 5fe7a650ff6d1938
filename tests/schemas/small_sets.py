"""Schema sets of a few lines, written from their parts."""

# ruff: noqa: E501 - a part a line is read more easily than one over six lines

HEAD = (
    '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t"'
    ' elementFormDefault="qualified">'
)
P = "SPSCertificate"
A, B, C = (f'<xsd:element name="{name}" type="xsd:string"{{0}}/>' for name in "ABC")
a, b, c = (one.format("") for one in (A, B, C))
OPTIONAL = ' minOccurs="0"'


def schema(body: str) -> str:
    return f"{HEAD}{body}</xsd:schema>"


def of(kind: str) -> str:
    """Return a set whose message is a value of a simple type."""
    return schema(f'<xsd:element name="{P}" type="t:V"/>{kind}')


def value(facets: str, base: str = "xsd:string") -> str:
    inner = f'<xsd:restriction base="{base}">{facets}</xsd:restriction>'
    return of(f'<xsd:simpleType name="V">{inner}</xsd:simpleType>')


def facet(name: str, text: str) -> str:
    return f'<xsd:{name} value="{text}"/>'


def union(*members: str) -> str:
    return of(f'<xsd:simpleType name="V"><xsd:union memberTypes="{" ".join(members)}"/></xsd:simpleType>')


def listed(facets: str = "", item: str = "xsd:token") -> str:
    inner = f'<xsd:simpleType><xsd:list itemType="{item}"/></xsd:simpleType>'
    return of(f'<xsd:simpleType name="V"><xsd:restriction>{inner}{facets}</xsd:restriction></xsd:simpleType>')


def content(inner: str, more: str = "", **attributes: str) -> str:
    """Return a set whose message has children."""
    written = "".join(f' {name}="{text}"' for name, text in attributes.items())
    return schema(
        f'<xsd:element name="{P}" type="t:T"/><xsd:complexType name="T"{written}>{inner}</xsd:complexType>{more}'
    )


def sequence(*parts: str, occurs: str = "") -> str:
    return f"<xsd:sequence{occurs}>{''.join(parts)}</xsd:sequence>"


def choice(*parts: str, occurs: str = "") -> str:
    return f"<xsd:choice{occurs}>{''.join(parts)}</xsd:choice>"


def every(*parts: str) -> str:
    return f"<xsd:all>{''.join(parts)}</xsd:all>"


def attribute(text: str) -> str:
    return content(f"{sequence(a)}<xsd:attribute {text}/>")


def wild(text: str) -> str:
    return content(sequence(a, f"<xsd:any {text}/>"))


def codes(*values: str) -> str:
    return "".join(facet("enumeration", one) for one in values)


DIGITS = facet("pattern", "[0-9]{3}")
MEMBER = '<xsd:element name="M" type="xsd:string" substitutionGroup="t:H"/>'
HEADED = '<xsd:element name="H" type="xsd:string"/>'
REFERENCE = '<xsd:element ref="t:H"/>'
TEXT = '<xsd:complexType name="X"><xsd:simpleContent><xsd:extension base="xsd:string"/></xsd:simpleContent></xsd:complexType>'

SHORT = '<xsd:element name="M" substitutionGroup="t:H"><xsd:simpleType><xsd:restriction base="xsd:string"><xsd:maxLength value="5"/></xsd:restriction></xsd:simpleType></xsd:element>'
EXTENDED = (
    '<xsd:element name="H" type="t:Y"/><xsd:element name="M" type="t:Z" substitutionGroup="t:H"/>'
    f'<xsd:complexType name="Y">{sequence(a)}</xsd:complexType>'
    f'<xsd:complexType name="Z"><xsd:complexContent><xsd:extension base="t:Y">{sequence(b)}</xsd:extension></xsd:complexContent></xsd:complexType>'
)
NUMBER = '<xsd:element name="N" type="xsd:decimal"{}/>'
UNIQUE = '<xsd:unique name="{}"><xsd:selector xpath="{}"/><xsd:field xpath="@i"/></xsd:unique>'
KEY = '<xsd:key name="{}"><xsd:selector xpath="t:A"/><xsd:field xpath="@i"/></xsd:key>'
KEYREF = '<xsd:keyref name="r" refer="t:{}"><xsd:selector xpath="t:A"/><xsd:field xpath="@r"/></xsd:keyref>'

FOREIGN = '<xsd:anyAttribute namespace="##any" processContents="lax"/>'


def loose(text: str, process: str = "lax") -> str:
    """Return a set whose message has foreign attributes, and one of its own if given."""
    own = f"<xsd:attribute {text}/>" if text else ""
    return content(f"{sequence(a)}{own}{FOREIGN.replace('lax', process)}")


def constrained(constraint: str) -> str:
    """Return a set whose message has an identity constraint."""
    inner = content(sequence(a))
    return inner.replace('type="t:T"/>', f'type="t:T">{constraint}</xsd:element>')


def many(last: str) -> str:
    """Return an optional `all` of many elements, the last of which may be optional."""
    required = "".join(A.format("").replace('"A"', f'"A{number}"') for number in range(15))
    last_one = A.format(last).replace('"A"', '"Q"')
    return f'<xsd:all minOccurs="0">{required}{last_one}</xsd:all>'


def ranged(name: str, low: int, high: int) -> str:
    inner = facet("minInclusive", str(low)) + facet("maxInclusive", str(high))
    return (
        f'<xsd:simpleType name="{name}"><xsd:restriction base="xsd:integer">{inner}</xsd:restriction></xsd:simpleType>'
    )


def named_types(inner: str, *more: str) -> str:
    """Return a set with an abstract type, which documents fill with types derived from it."""
    step = '<xsd:complexType name="{}"><xsd:complexContent><xsd:extension base="t:{}">{}</xsd:extension></xsd:complexContent></xsd:complexType>'
    derived = step.format("Y", "X", inner) + "".join(step.format(name, "Y", "") for name in more)
    return content(
        sequence('<xsd:element name="A" type="t:X"/>'),
        f'<xsd:complexType name="X" abstract="true">{sequence(b)}</xsd:complexType>{derived}',
    )
