"""An SPSCertificate being read: what was taken from it, and therefore what was not."""

from collections.abc import Iterator, Mapping

from lxml import etree

from conformance.legacy.names import ENTITY, MESSAGE, SIGNATURE, UNQUALIFIED
from conformance.legacy.values import Addition, Loss

_WHY: Mapping[str, str] = {
    SIGNATURE: "a signature is over octets and does not survive a change of format; the signed document must be kept",
}
_NO_PLACE = "the format of 2009 has no place for it"
_PREFIXES = {"rsm": MESSAGE, "ram": ENTITY, "udt": UNQUALIFIED}


class Source:
    """A document with a note of each text and attribute that was taken. Whatever was not taken is a loss."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        # Keeps every element alive, so that each has one object for the life of this one.
        self._all = list(root.iter(etree.Element))
        self._taken: set[tuple[etree._Element, str]] = set()
        self._reasons: dict[etree._Element, str] = {}
        self._structure: dict[etree._Element, str] = {}
        self.additions: list[Addition] = []

    @staticmethod
    def find(parent: etree._Element | None, path: str) -> etree._Element | None:
        """Return the first element at a path of `ram` names ("IssuerSPSParty/Name"), None where there is none."""
        steps = "/".join(step if ":" in step else f"ram:{step}" for step in path.split("/"))
        return None if parent is None else parent.find(steps, _PREFIXES)

    @staticmethod
    def find_all(parent: etree._Element | None, path: str) -> list[etree._Element]:
        """Return all elements at a path, as `find` does the first."""
        steps = "/".join(step if ":" in step else f"ram:{step}" for step in path.split("/"))
        return [] if parent is None else parent.findall(steps, _PREFIXES)

    def text(self, parent: etree._Element | None, path: str) -> str:
        """Take the text of the first element at a path, "" when there is none."""
        return self.own_text(self.find(parent, path))

    def own_text(self, element: etree._Element | None) -> str:
        """Take the text of an element."""
        if element is None:
            return ""
        self._taken.add((element, ""))
        return _content(element)

    def attribute(self, element: etree._Element, name: str) -> str:
        """Take an attribute, "" when it is not there."""
        self._taken.add((element, name))
        return element.get(name, "")

    def peek(self, parent: etree._Element | None, path: str) -> str:
        """Look at a text without taking it."""
        found = self.find(parent, path)
        return "" if found is None else _content(found)

    def explain(self, element: etree._Element | None, why: str) -> None:
        """Give the reason why the text of an element is not carried as it is."""
        if element is not None:
            self._reasons[element] = why

    def lose(self, element: etree._Element, why: str) -> None:
        """Note that an element's part in the structure is lost, whatever becomes of its texts."""
        self._structure[element] = why

    def add(self, element: etree._Element, value: str, why: str) -> None:
        """Note that `value` was put where the element says nothing."""
        self.additions.append(Addition(_path(element), value, why))

    def losses(self) -> Iterator[Loss]:
        """Yield each text and attribute that was not taken, in the order of the document."""
        inside: set[etree._Element] = set()
        for element in self._all:
            parent = element.getparent()
            if element.tag in _WHY or parent in inside:
                inside.add(element)
                if element.tag in _WHY:
                    yield Loss(_path(element), "", _WHY[str(element.tag)])
                continue
            if element in self._structure:
                yield Loss(_path(element), "", self._structure[element])
            for name, value in element.attrib.items():
                if (element, str(name)) not in self._taken:
                    yield Loss(f"{_path(element)}/@{str(name).rpartition('}')[2]}", str(value), _NO_PLACE)
            text = _content(element)
            if (element, "") not in self._taken and (text.strip() if len(element) else text):
                yield Loss(_path(element), text, self._reasons.get(element, _NO_PLACE))


def _content(element: etree._Element) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _path(element: etree._Element) -> str:
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None:
        before = sum(1 for _ in current.itersiblings(current.tag, preceding=True))
        parent = current.getparent()
        local = str(current.tag).rpartition("}")[2]
        steps.append(local if parent is None else f"{local}[{before + 1}]")
        current = parent
    return "/" + "/".join(reversed(steps))
