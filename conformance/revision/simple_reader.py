"""Simple types as a set declares them, read into what they accept."""

from dataclasses import replace

from lxml import etree

from conformance.revision.files import XSD
from conformance.revision.model import Bound, Name, Simple
from conformance.revision.simple import (
    ANY,
    BUILT_IN,
    ORDERED,
    UNKNOWN,
    canonical,
    least,
    most,
    normal,
    tighter,
    union_of,
)
from conformance.revision.symbols import Document, Symbols, means_redefined, qualified

XSD_URI = XSD[1:-1]
MOST_DERIVATIONS = 100
MOST_TYPES = 500
_LENGTHS = {"length", "minLength", "maxLength"}
_DIGITS = {"totalDigits", "fractionDigits"}
_ENDS = {"minInclusive", "minExclusive", "maxInclusive", "maxExclusive"}


class SimpleReader:
    """Resolves simple types, each once."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._done: dict[etree._Element, Simple] = {}
        self._open: list[etree._Element] = []

    def named(self, name: Name, node: etree._Element, document: Document) -> Simple:
        """Return the simple type of a name; an unknown one is a problem at `node`."""
        if name.namespace == XSD_URI:
            known = BUILT_IN.get(name.local)
            if known is None:
                self._symbols.trouble(node, document, f"there is no built-in simple type {name.local}")
            return known or UNKNOWN
        declared = self._symbols.find("type", name)
        if declared is None:
            self._symbols.trouble(node, document, f"the type {name} is not declared")
            return UNKNOWN
        if declared.node.tag != f"{XSD}simpleType":
            self._symbols.trouble(node, document, f"the type {name} is no simple type")
            return UNKNOWN
        chosen = declared.before if declared.before is not None and means_redefined(declared, node) else declared
        return self.of(chosen.node, chosen.document)

    def of(self, node: etree._Element, document: Document) -> Simple:
        """Return what an xsd:simpleType element defines."""
        if node in self._done:
            return self._done[node]
        if node in self._open or len(self._open) >= MOST_DERIVATIONS:
            self._symbols.trouble(node, document, "the simple type is derived from itself, or in too many steps")
            return UNKNOWN
        self._open.append(node)
        try:
            made = self._made(node, document)
        finally:
            self._open.pop()
        if _size(made, MOST_TYPES) > MOST_TYPES:
            self._symbols.trouble(node, document, f"the simple type is made of more than {MOST_TYPES:,} others")
            made = UNKNOWN
        self._done[node] = made
        return made

    def _made(self, node: etree._Element, document: Document) -> Simple:
        inner = next(node.iterchildren(f"{XSD}restriction", f"{XSD}list", f"{XSD}union"), None)
        if inner is None:
            self._symbols.trouble(node, document, "the simple type has neither restriction nor list nor union")
            return UNKNOWN
        if inner.tag == f"{XSD}restriction":
            return self.restricted(self.base_of(inner, document, "base"), inner, document)
        if inner.tag == f"{XSD}list":
            item = self.base_of(inner, document, "itemType")
            return UNKNOWN if item is UNKNOWN else Simple("list", "list", "list", "collapse", item=item)
        return self._union(inner, document)

    def _union(self, node: etree._Element, document: Document) -> Simple:
        members: list[Simple] = []
        for text in (node.get("memberTypes") or "").split():
            name = qualified(text, node, document)
            if name is None:
                self._symbols.trouble(node, document, f"the prefix of {text} is not declared")
            members.append(UNKNOWN if name is None else self.named(name, node, document))
        members += [self.of(child, document) for child in node.iterchildren(f"{XSD}simpleType")]
        if not members or UNKNOWN in members:
            return UNKNOWN
        return ANY if ANY in members else union_of(tuple(members))

    def base_of(self, node: etree._Element, document: Document, attribute: str) -> Simple:
        """Return the type a restriction or list is made of: named by an attribute, or given inside."""
        text = node.get(attribute)
        if text is not None:
            name = qualified(text, node, document)
            if name is None:
                self._symbols.trouble(node, document, f"the prefix of {text} is not declared")
                return UNKNOWN
            return self.named(name, node, document)
        inner = next(node.iterchildren(f"{XSD}simpleType"), None)
        if inner is None:
            self._symbols.trouble(node, document, f"{etree.QName(node).localname} names no type")
            return UNKNOWN
        return self.of(inner, document)

    def restricted(self, base: Simple, node: etree._Element, document: Document) -> Simple:
        """Return a type narrowed by the facets of a restriction."""
        if base is UNKNOWN:
            return base
        made = base if base is not ANY else Simple()
        patterns: list[str] = []
        values: list[str] = []
        for facet in node.iterchildren(f"{XSD}*"):
            name, value = etree.QName(facet).localname, facet.get("value")
            if value is None:
                continue
            if name == "pattern":
                patterns.append(value)
            elif name == "enumeration":
                values.append(self._value(made, value, facet))
            elif name == "whiteSpace":
                made = self._white(made, value.strip(), facet, document)
            elif name in _LENGTHS | _DIGITS | _ENDS:
                made = self._facet(made, name, value.strip(), facet, document)
        return _with_lists(made, patterns, values)

    def _white(self, made: Simple, value: str, facet: etree._Element, document: Document) -> Simple:
        if value in ("preserve", "replace", "collapse"):
            return replace(made, white=value)
        self._symbols.trouble(facet, document, f"whiteSpace is {value[:40]!r}, not preserve, replace or collapse")
        return made

    def _value(self, made: Simple, value: str, facet: etree._Element) -> str:
        """Return an enumerated value; a QName is written out, because its prefix may be any."""
        if made.base != "QName":
            return value
        prefix, _, local = value.strip().rpartition(":")
        return str(Name(facet.nsmap.get(prefix or None) or "", local))

    def _facet(self, made: Simple, name: str, value: str, facet: etree._Element, document: Document) -> Simple:
        wrong = ""
        if name in _ENDS and made.base not in ORDERED | {"integer"}:
            wrong = f"{name} does not go with the type {made.named}"
        elif name not in _ENDS and not (value.isascii() and value.isdigit()):
            wrong = f"{name} is {value[:40]!r}, which is no count"
        if wrong:
            self._symbols.trouble(facet, document, wrong)
            return made
        if name in _ENDS:
            bound = Bound(value, inclusive=name.endswith("Inclusive"))
            if name.startswith("min"):
                return replace(made, low=tighter(made, made.low, bound, low=True))
            return replace(made, high=tighter(made, made.high, bound, low=False))
        count = int(value[:12])
        if name in _DIGITS:
            if name == "totalDigits":
                return replace(made, total_digits=least(made.total_digits, count))
            return replace(made, fraction_digits=least(made.fraction_digits, count))
        low = made.least_length if name == "maxLength" else most(made.least_length, count)
        high = made.most_length if name == "minLength" else least(made.most_length, count)
        return replace(made, least_length=low, most_length=high)


def _size(kind: Simple, most: int) -> int:
    """Return how many types one is made of, counted up to a limit."""
    waiting, size = [kind], 0
    while waiting and size <= most:
        one = waiting.pop()
        size += 1
        waiting.extend(one.members)
        if one.item is not None:
            waiting.append(one.item)
    return size


def _with_lists(made: Simple, patterns: list[str], values: list[str]) -> Simple:
    """Return a type with the patterns and the enumerated values of one derivation step."""
    if patterns:
        made = replace(made, patterns=(*made.patterns, tuple(patterns)))
    if values:
        kept = {canonical(made, value) for value in values}
        if made.enumeration is not None:
            kept &= set(made.enumeration)
        made = replace(made, enumeration=tuple(sorted(kept)))
    return normal(made)
