"""The named components of a schema set: which documents belong to it, and what each of them declares under a name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from conformance.revision.files import XSD, Folder, SchemaFile, references
from conformance.revision.model import Name, Problem

KINDS = {
    f"{XSD}element": "element",
    f"{XSD}complexType": "type",
    f"{XSD}simpleType": "type",
    f"{XSD}group": "group",
    f"{XSD}attributeGroup": "attribute group",
    f"{XSD}attribute": "attribute",
}
_XML = "http://www.w3.org/XML/1998/namespace"
KNOWN_ROOTS = ("SPSCertificate", "SPSAcknowledgement")
_COMPOSING = (f"{XSD}import", f"{XSD}include", f"{XSD}redefine")
_AROUND = (*_COMPOSING, f"{XSD}annotation", f"{XSD}notation")


@dataclass(frozen=True, slots=True)
class Document:
    """A schema document as it takes part: an included one without a namespace of its own takes the includer's."""

    file: SchemaFile
    target: str
    chameleon: bool = False

    @property
    def elements_qualified(self) -> bool:
        """Whether local elements are in the target namespace."""
        return self.file.root.get("elementFormDefault", "unqualified") == "qualified"

    @property
    def attributes_qualified(self) -> bool:
        """Whether local attributes are in the target namespace."""
        return self.file.root.get("attributeFormDefault", "unqualified") == "qualified"


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A declaration: its element in the schema document, and that document. `before` is what it redefines."""

    node: etree._Element
    document: Document
    before: "Declared | None" = None


@dataclass(slots=True)
class Symbols:
    """Everything a set declares, by kind and name; `too_large` when a content model went past the bounds."""

    folder: Folder
    tables: dict[str, dict[Name, Declared]] = field(default_factory=lambda: {kind: {} for kind in KINDS.values()})
    problems: list[Problem] = field(default_factory=list)
    entries: list[SchemaFile] = field(default_factory=list)
    too_large: bool = False

    def find(self, kind: str, name: Name) -> Declared | None:
        """Return the declaration of a kind under a name."""
        return self.tables[kind].get(name)

    def trouble(self, node: etree._Element, document: Document, what: str) -> None:
        """Note once what is wrong with a declaration."""
        problem = Problem(document.file.name, node.sourceline if isinstance(node.sourceline, int) else None, what)
        if problem not in self.problems and len(self.problems) < 200:  # noqa: PLR2004 - enough for any reader
            self.problems.append(problem)

    def roots(self) -> list[Name]:
        """Return the names of the message roots: the known SPS messages, else the global elements nothing refers to."""
        globals_ = self.tables["element"]
        known = [name for root in KNOWN_ROOTS for name in globals_ if name.local == root]
        if known:
            return known
        referred = set(self._referred())
        return sorted((name for name in globals_ if name not in referred), key=str) or sorted(globals_, key=str)

    def _referred(self) -> Iterator[Name]:
        for kind in ("element", "type", "group"):
            for declared in self.tables[kind].values():
                for node in declared.node.iter(f"{XSD}element"):
                    reference = node.get("ref")
                    name = qualified(reference, node, declared.document) if reference else None
                    if name is not None:
                        yield name


def qualified(text: str, node: etree._Element, document: Document) -> Name | None:
    """Return the expanded name a schema document writes as a QName; None when its prefix is not declared."""
    prefix, _, local = text.strip().rpartition(":")
    if prefix == "xml":  # which needs no declaration
        return Name(_XML, local)
    uri = node.nsmap.get(prefix or None)
    if uri is None:
        if prefix:
            return None
        uri = document.target if document.chameleon else ""
    return Name(uri, local)


def means_redefined(declared: Declared, node: etree._Element) -> bool:
    """Return whether a reference means what a redefinition redefines: only the base it builds on does."""
    around = node.getparent()
    above = around.getparent() if around is not None else None
    derives = etree.QName(node).localname in ("restriction", "extension")
    return declared.before is not None and derives and (around is declared.node or above is declared.node)


def collect(folder: Folder) -> Symbols:
    """Return what the documents of a set declare.

    A set begins at the files that declare a known message root and follows their imports and includes; where no file
    declares one, every file belongs to it.
    """
    symbols = Symbols(folder, problems=list(folder.problems))
    symbols.entries = [file for file in folder.files.values() if _declares_root(file)] or list(folder.files.values())
    seen: set[tuple[str, str]] = set()
    waiting = [Document(file, file.target) for file in symbols.entries]
    redefining: list[tuple[etree._Element, Document]] = []
    while waiting:
        document = waiting.pop(0)
        if (document.file.name, document.target) in seen:
            continue
        seen.add((document.file.name, document.target))
        _declare(symbols, document)
        for reference in references(folder, document.file):
            if reference.trouble or (reference.target is None and reference.node.get("schemaLocation")):
                used = f"; {reference.target.name} is used in its place" if reference.target else ""
                symbols.trouble(reference.node, document, reference.trouble + used)
            if reference.target is None:
                continue
            other = reference.target
            if reference.kind == "import":
                waiting.append(Document(other, other.target))
                continue
            if other.target not in ("", document.target):
                symbols.trouble(reference.node, document, f"{reference.kind}s a document of another namespace")
                continue
            waiting.append(Document(other, document.target, chameleon=not other.target and bool(document.target)))
            if reference.kind == "redefine":
                redefining.append((reference.node, document))
    for node, document in redefining:
        _redefine(symbols, node, document)
    return symbols


def _declares_root(file: SchemaFile) -> bool:
    return any(node.get("name") in KNOWN_ROOTS for node in file.root.iterchildren(f"{XSD}element"))


def _declare(symbols: Symbols, document: Document) -> None:
    for node in document.file.root.iterchildren("*"):
        kind = KINDS.get(node.tag)
        name = node.get("name")
        if kind is None or not name:
            if node.tag not in _AROUND:
                symbols.trouble(node, document, f"{etree.QName(node).localname} has no name or may not stand here")
            continue
        table, key = symbols.tables[kind], Name(document.target, name)
        if key in table and table[key].node is not node:
            other = table[key]
            if etree.tostring(other.node, with_tail=False) != etree.tostring(node, with_tail=False):
                where = f"{other.document.file.name}:{other.node.sourceline}"
                symbols.trouble(node, document, f"the {kind} {name} is declared a second time (first: {where})")
            continue
        table[key] = Declared(node, document)


def _redefine(symbols: Symbols, around: etree._Element, document: Document) -> None:
    for node in around.iterchildren("*"):
        kind, name = KINDS.get(node.tag), node.get("name")
        if kind is not None and name:
            table, key = symbols.tables[kind], Name(document.target, name)
            table[key] = Declared(node, document, before=table.get(key))
