"""Random rewritings of a schema set that change no document's verdict."""

import random
from collections.abc import Callable

from lxml import etree
from revising import CERTIFICATE, QDT, RAM, UDT, XSD, NotHere, Set, lists, make, sequences


def _types(files: Set) -> list[tuple[str, etree._Element]]:
    return [(n, t) for n in (RAM, UDT, QDT) for t in files[n].iterchildren(f"{XSD}complexType")]


def _everywhere(files: Set, old: str, new: str) -> None:
    for root in files.values():
        for node in root.iter(f"{XSD}*"):
            for key in ("type", "base", "ref", "itemType"):
                if node.get(key) == old:
                    node.set(key, new)


def _prefix(name: str) -> str:
    return {RAM: "ram", UDT: "udt", QDT: "qdt", CERTIFICATE: "rsm"}[name]


def rename_type(files: Set, chance: random.Random) -> None:
    file, kind = chance.choice(_types(files))
    old = f"{_prefix(file)}:{kind.get('name')}"
    kind.set("name", "Renamed" + (kind.get("name") or ""))
    _everywhere(files, old, f"{_prefix(file)}:{kind.get('name')}")


def inline_type(files: Set, chance: random.Random) -> None:
    """A named type becomes the anonymous type of one element."""
    node = chance.choice([n for s in sequences(files, 1) for n in s if (n.get("type") or "").startswith("ram:")])
    name = (node.get("type") or "").partition(":")[2]
    kind = next(t for t in files[RAM].iterchildren(f"{XSD}complexType") if t.get("name") == name)
    inner = etree.fromstring(etree.tostring(kind))
    del inner.attrib["name"]
    del node.attrib["type"]
    node.append(inner)


def name_anonymous(files: Set, chance: random.Random) -> None:
    node = chance.choice(list(files[UDT].iter(f"{XSD}element")))
    inner = node.find(f"{XSD}complexType")
    if inner is None:
        raise NotHere
    node.remove(inner)
    inner.set("name", "NamedNow")
    files[UDT].append(inner)
    node.set("type", "udt:NamedNow")


def into_group(files: Set, chance: random.Random) -> None:
    place = chance.choice(sequences(files, 2))
    first = chance.randrange(len(place))
    last = chance.randint(first + 1, len(place))
    group = make("group", name="Part")
    inner = etree.SubElement(group, f"{XSD}sequence")
    moved = list(place)[first:last]
    place.insert(first, make("group", ref="ram:Part"))
    inner.extend(moved)
    files[RAM].append(group)


def nest(files: Set, chance: random.Random) -> None:
    place = chance.choice(sequences(files, 3))
    first = chance.randrange(len(place) - 1)
    inner = make("sequence")
    moved = list(place)[first : chance.randint(first + 1, len(place))]
    place.insert(first, inner)
    inner.extend(moved)
    if chance.random() < 0.5:
        outer = make("choice")
        inner.addprevious(outer)
        outer.append(inner)


def shuffle_choice(files: Set, chance: random.Random) -> None:
    place = chance.choice(list(files[UDT].iter(f"{XSD}choice")))
    children = list(place)
    chance.shuffle(children)
    place.extend(children)


def other_prefixes(files: Set, chance: random.Random) -> None:
    old = chance.choice(["ram", "udt", "qdt", "xsd"])
    for name, root in files.items():
        text = etree.tostring(root).decode()
        for before in ("<", "</", '"', " ", "xmlns:"):
            text = text.replace(f"{before}{old}:", f"{before}zz:") if before != "xmlns:" else text
        files[name] = etree.fromstring(text.replace(f"xmlns:{old}=", "xmlns:zz="))


def explicit_forms(files: Set, chance: random.Random) -> None:
    """Each local element says for itself that it is qualified."""
    root = files[chance.choice([RAM, UDT, CERTIFICATE])]
    del root.attrib["elementFormDefault"]
    for node in root.iter(f"{XSD}element"):
        if node.getparent() is not root:
            node.set("form", "qualified")


def attribute_group(files: Set, chance: random.Random) -> None:
    file = chance.choice([UDT, QDT])
    place = chance.choice([n for n in files[file].iter(f"{XSD}extension") if len(n)])
    group = make("attributeGroup", name="Shared")
    group.extend(list(place)[: chance.randint(1, len(place))])
    place.insert(0, make("attributeGroup", ref=f"{_prefix(file)}:Shared"))
    files[file].append(group)


def derive(files: Set, chance: random.Random) -> None:
    """A type is split into a base and an extension."""
    place = chance.choice(sequences(files, 3))
    kind = place.getparent()
    if kind is None or kind.getparent() is not files[RAM] or kind.tag != f"{XSD}complexType":
        raise NotHere
    base = make("complexType", name="BaseOf" + (kind.get("name") or ""))
    inner = etree.SubElement(base, f"{XSD}sequence")
    inner.extend(list(place)[: chance.randint(1, len(place) - 1)])
    files[RAM].append(base)
    content = etree.SubElement(kind, f"{XSD}complexContent")
    step = etree.SubElement(content, f"{XSD}extension", base=f"ram:{base.get('name')}")
    step.append(place)


def restrict(files: Set, chance: random.Random) -> None:
    """A type becomes a restriction, with all it had, of a more liberal one."""
    place = chance.choice(sequences(files, 1))
    kind = place.getparent()
    if kind is None or kind.getparent() is not files[RAM] or kind.tag != f"{XSD}complexType":
        raise NotHere
    base = etree.fromstring(etree.tostring(kind))
    base.set("name", "Liberal" + (kind.get("name") or ""))
    for node in base.iter(f"{XSD}element"):
        node.set("minOccurs", "0")
    files[RAM].append(base)
    content = etree.SubElement(kind, f"{XSD}complexContent")
    etree.SubElement(content, f"{XSD}restriction", base=f"ram:{base.get('name')}").append(place)


def explicit_counts(files: Set, chance: random.Random) -> None:
    for node in files[RAM].iter(f"{XSD}element"):
        if chance.random() < 0.5:
            node.set("minOccurs", node.get("minOccurs", "1"))
            node.set("maxOccurs", node.get("maxOccurs", "1"))


def redundant_facets(files: Set, chance: random.Random) -> None:
    node = chance.choice(
        [n for n in files[UDT].iter(f"{XSD}extension") if n.get("base") in ("xsd:string", "xsd:token")]
    )
    base = node.get("base") or ""
    kind = make("simpleType", name="Same")
    inner = etree.SubElement(kind, f"{XSD}restriction", base=base)
    choices = [
        ("minLength", "0"),
        ("pattern", "(.|\\n|\\r)*"),
        ("whiteSpace", "collapse" if base == "xsd:token" else "preserve"),
    ]
    for name, value in chance.sample(choices, chance.randint(0, 3)):
        etree.SubElement(inner, f"{XSD}{name}", value=value)
    files[UDT].append(kind)
    node.set("base", "udt:Same")


def annotate(files: Set, chance: random.Random) -> None:
    for root in files.values():
        for node in list(root.iter(f"{XSD}element", f"{XSD}complexType", f"{XSD}enumeration", f"{XSD}attribute")):
            if chance.random() < 0.2 and node.find(f"{XSD}annotation") is None:
                note = make("annotation")
                etree.SubElement(note, f"{XSD}documentation").text = "A note."
                node.insert(0, note)
                node.addprevious(etree.Comment("a comment"))


def split_list(files: Set, chance: random.Random) -> None:
    """An enumeration becomes a union of two that overlap."""
    place = chance.choice(lists(files))
    kind, values = place.getparent(), list(place.iterchildren(f"{XSD}enumeration"))
    if kind is None or len(values) < 3:
        raise NotHere
    cut = chance.randint(1, len(values) - 1)
    union = make("union")
    for part in (values[: cut + 1], values[cut:]):
        inner = etree.SubElement(etree.SubElement(union, f"{XSD}simpleType"), f"{XSD}restriction", base="xsd:token")
        for value in part:
            etree.SubElement(inner, f"{XSD}enumeration", value=value.get("value") or "")
    kind.replace(place, union)


def shuffle_list(files: Set, chance: random.Random) -> None:
    place = chance.choice(lists(files))
    values = list(place)
    chance.shuffle(values)
    place.extend(values)


def shuffle_declarations(files: Set, chance: random.Random) -> None:
    root = files[chance.choice([RAM, UDT, QDT])]
    found = list(root.iterchildren(f"{XSD}complexType", f"{XSD}simpleType"))
    chance.shuffle(found)
    root.extend(found)


def split_file(files: Set, chance: random.Random) -> None:
    file = chance.choice([RAM, UDT, QDT])
    root = files[file]
    other = etree.fromstring(etree.tostring(root))
    for node in list(other.iterchildren(f"{XSD}complexType", f"{XSD}simpleType")):
        other.remove(node)
    found = list(root.iterchildren(f"{XSD}complexType", f"{XSD}simpleType"))
    other.extend(chance.sample(found, len(found) // 2))
    root.insert(0, make("include", schemaLocation="parts.xsd"))
    if chance.random() < 0.5:
        other.insert(0, make("include", schemaLocation=file))
    files["parts.xsd"] = other


def rename_file(files: Set, chance: random.Random) -> None:
    old = chance.choice([RAM, UDT, QDT])
    files["renamed.xsd"] = files.pop(old)
    for root in files.values():
        for node in root.iterchildren(f"{XSD}import"):
            if node.get("schemaLocation") == old:
                node.set("schemaLocation", "renamed.xsd")


def into_global(files: Set, chance: random.Random) -> None:
    """A local element becomes a reference to a global one, alone in its substitution group or with a member that
    nothing can use."""
    node = chance.choice([n for s in sequences(files, 1) for n in s if n.get("type")])
    whole = make("element", name=node.get("name") or "", type=node.get("type") or "")
    for key in ("name", "type"):
        del node.attrib[key]
    node.set("ref", f"ram:{whole.get('name')}")
    files[RAM].append(whole)
    if chance.random() < 0.5:
        files[RAM].append(make("element", name="Never", abstract="true", type=whole.get("type") or "",
                               substitutionGroup=f"ram:{whole.get('name')}"))  # fmt: skip


def count_differently(files: Set, chance: random.Random) -> None:
    """What may be left out stands in a choice, sequence or group that may be left out."""
    node = chance.choice([n for s in sequences(files, 2) for n in s if n.get("minOccurs") == "0"])
    around = make(chance.choice(["sequence", "choice"]), minOccurs="0")
    node.addprevious(around)
    if node.get("maxOccurs") == "unbounded" and chance.random() < 0.5:
        around.set("maxOccurs", "unbounded")
        del node.attrib["maxOccurs"]
    if chance.random() < 0.5:
        node.set("minOccurs", "1")
    around.append(node)


def simple_content(files: Set, chance: random.Random) -> None:
    """A simple type becomes a complex one with simple content and nothing else."""
    node = chance.choice([n for n in files[UDT].iter(f"{XSD}element") if (n.get("type") or "").startswith("xsd:")])
    kind = etree.SubElement(node, f"{XSD}complexType")
    content = etree.SubElement(kind, f"{XSD}simpleContent")
    etree.SubElement(content, f"{XSD}extension", base=node.attrib.pop("type"))


def chameleon(files: Set, chance: random.Random) -> None:
    """Types move into a file without a namespace, which takes on that of the file that includes it."""
    other = etree.fromstring(etree.tostring(files[UDT]))
    del other.attrib["targetNamespace"]
    for node in list(other):
        other.remove(node)
    found = list(files[UDT].iterchildren(f"{XSD}complexType"))
    other.extend(chance.sample(found, len(found) // 2))
    files[UDT].insert(0, make("include", schemaLocation="chameleon.xsd"))
    files["chameleon.xsd"] = other


def default_namespace(files: Set, _chance: random.Random) -> None:
    text = etree.tostring(files[RAM]).decode()
    for key in ("type", "base", "ref"):
        text = text.replace(f'{key}="ram:', f'{key}="')
    files[RAM] = etree.fromstring(text.replace("xmlns:ram=", "xmlns="))


def schema_as_default(files: Set, chance: random.Random) -> None:
    file = chance.choice([UDT, QDT])
    text = etree.tostring(files[file]).decode().replace("xmlns:xsd=", "xmlns=")
    for before, after in (("<xsd:", "<"), ("</xsd:", "</"), ('"xsd:', '"'), (" xsd:", " ")):
        text = text.replace(before, after)
    files[file] = etree.fromstring(text)


def global_attribute_type(files: Set, chance: random.Random) -> None:
    """The type of an attribute becomes a named one, or one of its own."""
    node = chance.choice([n for n in files[UDT].iter(f"{XSD}attribute") if (n.get("type") or "").startswith("xsd:")])
    kind = make("simpleType")
    etree.SubElement(kind, f"{XSD}restriction", base=node.attrib.pop("type"))
    if chance.random() < 0.5:
        node.append(kind)
    else:
        kind.set("name", "OfAttribute")
        files[UDT].append(kind)
        node.set("type", "udt:OfAttribute")


def restrict_value(files: Set, chance: random.Random) -> None:
    """A value with attributes becomes a restriction, with all it had, of one with more attributes."""
    kinds = [k for k in files[UDT].iterchildren(f"{XSD}complexType") if k.find(f"{XSD}simpleContent") is not None]
    kind = chance.choice(kinds)
    base = etree.fromstring(etree.tostring(kind))
    base.set("name", "Wider" + (kind.get("name") or ""))
    extension = base.find(f"{XSD}simpleContent/{XSD}extension")
    own = kind.find(f"{XSD}simpleContent/{XSD}extension")
    if extension is None or own is None:
        raise NotHere
    extension.append(make("attribute", name="tooMuch", type="xsd:token"))
    files[UDT].append(base)
    own.tag = f"{XSD}restriction"
    own.set("base", f"udt:{base.get('name')}")
    own.append(make("attribute", name="tooMuch", use="prohibited"))


def redefined(files: Set, chance: random.Random) -> None:
    """Types stand in another file in part, and are completed where that is redefined."""
    place = chance.choice(sequences(files, 3))
    kind = place.getparent()
    if kind is None or kind.getparent() is not files[RAM] or kind.tag != f"{XSD}complexType":
        raise NotHere
    whole = etree.fromstring(etree.tostring(files[RAM]))
    first = next(t for t in whole.iterchildren(f"{XSD}complexType") if t.get("name") == kind.get("name"))
    inner = first.find(f"{XSD}sequence")
    if inner is None:
        raise NotHere
    cut = chance.randint(1, len(inner) - 1)
    rest = list(inner)[cut:]
    around = make("redefine", schemaLocation="whole.xsd")
    again = etree.SubElement(around, f"{XSD}complexType", name=kind.get("name") or "")
    content = etree.SubElement(again, f"{XSD}complexContent")
    step = etree.SubElement(content, f"{XSD}extension", base=f"ram:{kind.get('name')}")
    etree.SubElement(step, f"{XSD}sequence").extend(rest)
    for node in list(files[RAM].iterchildren(f"{XSD}complexType")):
        files[RAM].remove(node)
    files[RAM].insert(0, around)
    files["whole.xsd"] = whole


def as_published(files: Set, _chance: random.Random) -> None:
    """The folders of the published sets, and a global element for every entity beside its type."""
    lists = [name for name in files if name.startswith("UNECE")]
    for name in list(files):
        root = files.pop(name)
        for node in root.iterchildren(f"{XSD}import"):
            target = node.get("schemaLocation") or ""
            if target.startswith("UNECE"):
                node.set("schemaLocation", f"../../codelist/standard/{target}")
        if name == RAM:
            for kind in list(root.iterchildren(f"{XSD}complexType")):
                own = kind.get("name") or ""
                root.insert(0, make("element", name=own.removesuffix("Type"), type=f"ram:{own}"))
        files[f"{'codelist' if name in lists else 'data'}/standard/{name}"] = root


REFACTORINGS: list[Callable[[Set, random.Random], None]] = [
    rename_type, inline_type, name_anonymous, into_group, nest, shuffle_choice, other_prefixes, explicit_forms,
    attribute_group, derive, restrict, explicit_counts, redundant_facets, annotate, split_list, shuffle_list,
    shuffle_declarations, split_file, rename_file, into_global, count_differently, simple_content, chameleon,
    default_namespace, schema_as_default, global_attribute_type, restrict_value, redefined,
    as_published,
]  # fmt: skip
