"""Random single edits and random refactorings of a schema set, for tests of the comparison."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from conformance.data import data_path

XSD = "{http://www.w3.org/2001/XMLSchema}"
Set = dict[str, etree._Element]
RAM = "ReusableAggregateBusinessInformationEntity_21p0.xsd"
UDT = "UnqualifiedDataType_21p0.xsd"
QDT = "QualifiedDataType_21p0.xsd"
CERTIFICATE = "SPSCertificate_17p0.xsd"


@dataclass(frozen=True)
class Edit:
    """What an edit should be reported as: the kind, how the path ends, and the effect where it is plain."""

    kind: str
    ending: str
    effect: str | None = None


class NotHere(Exception):
    """An edit that does not fit the place that chance chose."""


def published() -> Set:
    folder = data_path("schemas", "uncefact", "17A")
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    return {path.name: etree.parse(str(path), parser).getroot() for path in sorted(folder.glob("*.xsd"))}


def copied(files: Set) -> Set:
    return {name: deepcopy(root) for name, root in files.items()}


def written(files: Set, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, root in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(etree.tostring(root, pretty_print=True))
    return folder


def sequences(files: Set, least: int = 2) -> list[etree._Element]:
    """Return the sequences of entities with at least so many elements."""
    return [s for s in files[RAM].iter(f"{XSD}sequence") if len(s) >= least and all(c.get("name") for c in s)]


def entity_of(node: etree._Element) -> str:
    return next(up.get("name") or "" for up in node.iterancestors(f"{XSD}complexType") if up.get("name"))


def make(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{XSD}{tag}", {key.rstrip("_"): value for key, value in attributes.items()})


def add_element(files: Set, chance: random.Random) -> Edit:
    place = chance.choice(sequences(files, 1))
    required = chance.random() < 0.5
    place.insert(
        chance.randint(0, len(place)),
        make("element", name="Extra", type="udt:TextType", minOccurs="1" if required else "0"),
    )
    return Edit("element-added", "/Extra", "both" if required else "widening")


def remove_element(files: Set, chance: random.Random) -> Edit:
    place = chance.choice(sequences(files))
    node = chance.choice(list(place))
    place.remove(node)
    return Edit("element-removed", f"/{node.get('name')}", "narrowing" if node.get("minOccurs") == "0" else "both")


def rename_element(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(list(chance.choice(sequences(files))))
    old = node.get("name")
    node.set("name", "Renamed")
    return Edit("element-renamed", f"/{old}", "both")


def occurrence(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(list(chance.choice(sequences(files, 1))))
    before = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
    after = chance.choice([("0", "1"), ("1", "1"), ("0", "unbounded"), ("1", "unbounded"), ("2", "7"), ("0", "3")])
    if before == after:
        raise NotHere
    node.set("minOccurs", after[0])
    node.set("maxOccurs", after[1])
    big = [10**9 if high == "unbounded" else int(high) for high in (before[1], after[1])]
    less = int(after[0]) > int(before[0]) or big[1] < big[0]
    more = int(after[0]) < int(before[0]) or big[1] > big[0]
    effect = "both" if less and more else "narrowing" if less else "widening"
    return Edit("occurrence-changed", f"/{node.get('name')}", effect)


def order(files: Set, chance: random.Random) -> Edit:
    place = chance.choice(sequences(files))
    children = list(place)
    first = chance.randrange(len(children) - 1)
    place.insert(first, children[first + 1])
    return Edit("order-changed", "", "both")


def model(files: Set, chance: random.Random) -> Edit:
    place = chance.choice(sequences(files))
    single = all(child.get("maxOccurs", "1") == "1" for child in place)
    place.tag = f"{XSD}all" if single and chance.random() < 0.5 else f"{XSD}choice"
    return Edit("model-changed", "", None)


def value_type(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(
        [n for n in files[UDT].iter(f"{XSD}extension") if n.get("base") in ("xsd:decimal", "xsd:token")]
    )
    new = {"xsd:decimal": ["xsd:integer", "xsd:string", "xsd:date"], "xsd:token": ["xsd:decimal", "xsd:NMTOKEN"]}
    old = node.get("base") or ""
    goal = chance.choice(new[old])
    node.set("base", goal)
    effects = {("xsd:decimal", "xsd:integer"): "narrowing", ("xsd:decimal", "xsd:string"): "widening",
               ("xsd:decimal", "xsd:date"): "both"}  # fmt: skip
    return Edit("type-changed", "", effects.get((old, goal), "narrowing"))


def facet(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(
        [n for n in files[UDT].iter(f"{XSD}extension") if n.get("base") in ("xsd:string", "xsd:token")]
    )
    base = node.get("base") or ""
    restricted = make("simpleType", name="Limited")
    inner = etree.SubElement(restricted, f"{XSD}restriction", base=base)
    name, value = chance.choice(
        [("maxLength", "35"), ("minLength", "2"), ("pattern", "[A-Z]{2}[0-9]*"), ("length", "4")]
    )
    etree.SubElement(inner, f"{XSD}{name}", value=value)
    files[UDT].append(restricted)
    node.set("base", "udt:Limited")
    return Edit("facet-changed", "", "narrowing")


def lists(files: Set) -> list[etree._Element]:
    return [r for name, root in files.items() if name.startswith("UNECE") for r in root.iter(f"{XSD}restriction")]


def add_value(files: Set, chance: random.Random) -> Edit:
    etree.SubElement(chance.choice(lists(files)), f"{XSD}enumeration", value="NEW-CODE")
    return Edit("enumeration-value-added", "", "widening")


def remove_value(files: Set, chance: random.Random) -> Edit:
    place = chance.choice(lists(files))
    value = chance.choice(list(place)).get("value")
    for node in [n for n in place if n.get("value") == value]:
        place.remove(node)
    return Edit("enumeration-value-removed", "", "narrowing")


def attributes(files: Set) -> list[etree._Element]:
    return [n for name in (UDT, QDT) for n in files[name].iter(f"{XSD}attribute")]


def add_attribute(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(attributes(files))
    use = chance.choice(["optional", "required"])
    node.addnext(make("attribute", name="extra", type="xsd:token", use=use))
    return Edit("attribute-added", "/@extra", "widening" if use == "optional" else "both")


def remove_attribute(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(attributes(files))
    around = node.getparent()
    assert around is not None
    around.remove(node)
    return Edit("attribute-removed", f"/@{node.get('name')}", "narrowing")


def change_attribute(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(attributes(files))
    name = node.get("name")
    fixed = node.get("fixed")
    what = chance.choice(["required", "fixed", "default", "type"])
    if what == "required":
        node.set("use", "required")
        effect = "narrowing"
    elif what == "fixed":
        if fixed is not None and chance.random() < 0.5:
            del node.attrib["fixed"]
            effect = "widening"
        elif node.get("type") in ("xsd:token", "xsd:string"):
            node.set("fixed", "other")
            effect = "both" if fixed is not None else "narrowing"
        else:
            raise NotHere
    elif what == "default":
        if fixed is not None or node.get("type") not in ("xsd:token", "xsd:string"):
            raise NotHere
        node.set("default", "other")
        effect = "none"
    else:
        if node.get("type") not in ("xsd:token", "xsd:string") or fixed is not None:
            raise NotHere
        node.set("type", "xsd:decimal")
        effect = "narrowing"
    return Edit("attribute-changed", f"/@{name}", effect)


def wildcard(files: Set, chance: random.Random) -> Edit:
    place = chance.choice(sequences(files, 1))
    place.append(make("any", namespace="##other", processContents=chance.choice(["lax", "skip"]), minOccurs="0"))
    return Edit("wildcard-changed", "", "widening")


def nillable(files: Set, chance: random.Random) -> Edit:
    node = chance.choice(list(chance.choice(sequences(files, 1))))
    node.set("nillable", "true")
    return Edit("nillable-changed", f"/{node.get('name')}", "widening")


def move(files: Set, chance: random.Random) -> Edit:
    first, second = chance.sample(sequences(files), 2)
    node = chance.choice(list(first))
    if any(child.get("name") == node.get("name") for child in second):
        raise NotHere
    second.insert(chance.randint(0, len(second)), node)
    return Edit("element-moved", f"/{node.get('name')}", "both")


def namespace(files: Set, chance: random.Random) -> Edit:
    old, root = chance.choice([
        ("urn:un:unece:uncefact:data:standard:SPSCertificate:17", "SPSCertificate"),
        ("urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21", ""),
        ("urn:un:unece:uncefact:data:standard:UnqualifiedDataType:21", ""),
    ])  # fmt: skip
    for name, tree in files.items():
        files[name] = etree.fromstring(etree.tostring(tree).replace(old.encode() + b'"', old.encode() + b'9"'))
    return Edit("namespace-changed", root, "both")


def retype(files: Set, chance: random.Random) -> Edit:
    """An element is given another of the data types."""
    node = chance.choice([n for s in sequences(files, 1) for n in s if (n.get("type") or "").startswith("udt:")])
    goal = chance.choice(["udt:TextType", "udt:IDType", "udt:CodeType", "udt:MeasureType", "udt:DateTimeType"])
    if node.get("type") == goal:
        raise NotHere
    node.set("type", goal)
    return Edit("type-changed", f"/{node.get('name')}")


EDITS: list[Callable[[Set, random.Random], Edit]] = [
    add_element, remove_element, rename_element, occurrence, order, model, value_type, facet, add_value, remove_value,
    add_attribute, remove_attribute, change_attribute, wildcard, nillable, move, namespace,
    retype,
]  # fmt: skip
