"""Documents written along a schema set: the smallest one, and the smallest one that shows a change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from conformance.revision.language import OTHER
from conformance.revision.model import Complex, Element, Name
from conformance.revision.reader import SchemaSet
from conformance.revision.samples import sample
from conformance.revision.words import shortest

XSI = "http://www.w3.org/2001/XMLSchema-instance"
MOST_NODES = 5_000
_DEPTH = 60
_PREFIXES = {"SPSCertificate": "rsm", "SPSAcknowledgement": "rsm", "ReusableAggregateBusinessInformationEntity": "ram",
             "UnqualifiedDataType": "udt", "QualifiedDataType": "qdt"}  # fmt: skip


class CannotWrite(Exception):
    """There is no document of the wanted kind, or none within the bounds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do at the end of the path: children, attributes and text other than the smallest ones.

    Each may be None, which leaves it as small as can be. `nil` makes the element nil.
    """

    word: tuple[Name, ...] | None = None
    attributes: Mapping[Name, str | None] | None = None
    text: str | None = None
    nil: bool = False


def _tag(name: Name) -> str:
    return f"{{{name.namespace}}}{name.local}" if name.namespace else name.local


_NOTHING = Wish()


class Writer:
    """Writes documents of one set."""

    def __init__(self, schema: SchemaSet) -> None:
        self._schema = schema
        self._words: dict[tuple[Complex, Name | None], tuple[Name, ...] | None] = {}
        self._left = 0

    def document(self, root: Element, path: Sequence[Name], wish: Wish) -> bytes:
        """Return the smallest document from `root` through the elements of `path`, with the wish at its end.

        Raises `CannotWrite` when a type has no smallest content, or the document would be too large.
        """
        self._left = MOST_NODES
        uses = {"xsi": XSI} if wish.nil else {}
        spaces = self._spaces(root, path)
        top = etree.Element(_tag(root.name), nsmap={**spaces, **uses})
        self._fill(top, root, tuple(path), wish, 0)
        etree.indent(top)
        return etree.tostring(top, xml_declaration=True, encoding="UTF-8")

    def _spaces(self, root: Element, path: Sequence[Name]) -> dict[str, str]:
        found: dict[str, str] = {}
        seen: set[int] = set()
        waiting = [(root, 0)]
        while waiting:
            element, depth = waiting.pop()
            uri = element.name.namespace
            if uri and uri not in found.values():
                parts = uri.split(":")
                prefix = next((_PREFIXES[part] for part in parts if part in _PREFIXES), f"n{len(found) + 1}")
                found[prefix if prefix not in found else f"n{len(found) + 1}"] = uri
            kind = self._schema.type_of(element)
            if id(kind) not in seen and depth < len(path) + 8:
                seen.add(id(kind))
                waiting.extend((child, depth + 1) for child in kind.elements.values())
        return found

    def _word(self, kind: Complex, through: Name | None) -> tuple[Name, ...]:
        key = (kind, through)
        if key not in self._words:
            self._words[key] = shortest(kind.content, through)
        word = self._words[key]
        if word is None:
            raise CannotWrite
        return word

    def _fill(self, node: etree._Element, element: Element, path: tuple[Name, ...], wish: Wish, depth: int) -> None:
        self._left -= 1
        kind = self._schema.type_of(element)
        if self._left < 0 or depth > _DEPTH or kind.abstract or kind.unknown:
            raise CannotWrite
        mine = wish if not path else _NOTHING
        self._attributes(node, kind, mine)
        if mine.nil:
            node.set(f"{{{XSI}}}nil", "true")
        elif kind.simple is not None:
            fixed = element.value.text if element.value is not None and element.value.fixed else None
            text = mine.text if mine.text is not None else fixed if fixed is not None else sample(kind.simple)
            if text is None:
                raise CannotWrite
            node.text = text
        else:
            node.text = mine.text
            word = mine.word if mine.word is not None else self._word(kind, path[0] if path else None)
            self._children(node, kind, word, path, wish, depth)

    def _children(
        self,
        node: etree._Element,
        kind: Complex,
        word: tuple[Name, ...],
        path: tuple[Name, ...],
        wish: Wish,
        depth: int,
    ) -> None:
        entered = not path
        for name in word:
            if name.local == OTHER:
                etree.SubElement(node, _tag(Name(name.namespace, "Other")))
                continue
            child = kind.elements.get(name)
            inner = etree.SubElement(node, _tag(name))
            if child is None:
                continue
            if not entered and name == path[0]:
                entered = True
                self._fill(inner, child, path[1:], wish, depth + 1)
            else:
                self._fill(inner, child, (), _NOTHING, depth + 1)

    @staticmethod
    def _attributes(node: etree._Element, kind: Complex, wish: Wish) -> None:
        wanted = dict(wish.attributes or {})
        for name, attribute in kind.attributes.items():
            value: str | None
            if name in wanted:
                value = wanted.pop(name)
            elif attribute.required:
                value = attribute.fixed if attribute.fixed is not None else sample(attribute.type)
                if value is None:
                    raise CannotWrite
            else:
                continue
            if value is not None:
                node.set(_tag(name), value)
        for name, value in wanted.items():
            if value is not None:
                node.set(_tag(name), value)
