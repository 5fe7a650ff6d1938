"""Write the schema set of release 17A from the tables beside this file.

Usage: python schemas/uncefact/build.py [--check]

In: message.tsv (elements in order), datatypes.tsv, codelists/*.tsv, entities.tsv (our own notes), releases.toml.
Out: 17A/*.xsd, one module per namespace, holding only what the two messages reach, and 17A/manifest.json with the
SHA-256 of every table and module. `--check` writes nothing and exits 1 when a file on disk differs.
"""

import csv
import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).resolve().parent
RELEASE = "17A"
VERSIONS = {"rsm": "17p0", "ram": "21p0", "qdt": "21p0", "udt": "21p0"}
TABLES = ("message.tsv", "datatypes.tsv", "entities.tsv", "releases.toml")

Row = dict[str, str]


@dataclass(frozen=True)
class Module:
    """One namespace of the set: its prefix, URI, file name and the declarations it holds."""

    prefix: str
    namespace: str
    file: str
    body: str


def read(name: str) -> list[Row]:
    """Read a tab separated table below this folder; the first line names the columns."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def grouped(rows: list[Row], column: str) -> dict[str, list[Row]]:
    """Return the rows by the value of a column, in the table's order."""
    return {key: list(group) for key, group in groupby(rows, key=lambda row: row[column])}


def local(name: str) -> str:
    """Return a prefixed name without its prefix."""
    return name.partition(":")[2]


def reachable(root: str, entities: dict[str, list[Row]], types: dict[str, list[Row]]) -> set[str]:
    """Return the names of all types that documents under one root can use."""
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in seen or name.startswith("xsd:"):
            continue
        seen.add(name)
        waiting += [row["type"] for row in entities.get(name, [])]
        waiting += [row["value"] for row in types.get(name, []) if ":" in row["value"].split(" ")[0]]
    return seen


def occurrence(row: Row) -> str:
    """Return the occurrence attributes of an element, nothing where they are 1."""
    low = "" if row["min"] == "1" else f' minOccurs="{row["min"]}"'
    high = "" if row["max"] == "1" else f' maxOccurs="{row["max"]}"'
    return low + high


def entity(name: str, rows: list[Row], notes: dict[str, str]) -> str:
    """Declare an entity: a sequence of its elements."""
    elements = "".join(
        f'      <xsd:element name="{row["element"]}" type="{row["type"]}"{occurrence(row)}/>\n' for row in rows
    )
    words = escape(notes[name])
    note = f'    <xsd:annotation><xsd:documentation xml:lang="en">{words}</xsd:documentation></xsd:annotation>\n'
    return (
        f'  <xsd:complexType name="{local(name)}">\n{note}    <xsd:sequence>\n{elements}'
        "    </xsd:sequence>\n  </xsd:complexType>\n"
    )


def attributes(rows: list[Row], indent: str) -> str:
    """Declare optional attributes, with their fixed value where the table has one."""
    return "".join(
        f'{indent}<xsd:attribute name="{row["part"].rpartition("@")[2]}" type="{row["value"]}" use="optional"'
        + (f" fixed={quoteattr(row['fixed'])}" if row["fixed"] else "")
        + "/>\n"
        for row in rows
    )


def alternatives(rows: list[Row]) -> Iterator[str]:
    """Declare the elements of a choice; `Name/@attribute` rows belong to the element before them."""
    for row in rows:
        if "@" in row["part"]:
            continue
        element = row["part"].split(" ")[1]
        own = [other for other in rows if other["part"].endswith(")") is False and f" {element}/@" in other["part"]]
        if not own:
            yield f'      <xsd:element name="{element}" type="{row["value"]}"/>\n'
            continue
        yield (
            f'      <xsd:element name="{element}">\n        <xsd:complexType>\n          <xsd:simpleContent>\n'
            f'            <xsd:extension base="{row["value"]}">\n{attributes(own, " " * 14)}'
            "            </xsd:extension>\n          </xsd:simpleContent>\n        </xsd:complexType>\n"
            "      </xsd:element>\n"
        )


def enumeration(name: str, codes: list[str]) -> str:
    """Declare a simple type that is one of some tokens."""
    values = "".join(f"      <xsd:enumeration value={quoteattr(code)}/>\n" for code in codes)
    return (
        f'  <xsd:simpleType name="{name}">\n    <xsd:restriction base="xsd:token">\n{values}'
        "    </xsd:restriction>\n  </xsd:simpleType>\n"
    )


def datatype(name: str, rows: list[Row]) -> str:
    """Declare a data type: an enumeration, a union, a choice of elements, or a value with attributes."""
    first, value = rows[0]["part"], rows[0]["value"]
    if value.startswith("one of: "):
        return enumeration(local(name), value.removeprefix("one of: ").split(" "))
    if first == "(union)":
        members = " ".join(row["value"] for row in rows)
        return (
            f'  <xsd:simpleType name="{local(name)}">\n    <xsd:union memberTypes="{members}"/>\n  </xsd:simpleType>\n'
        )
    if first.startswith("(choice)"):
        body = f"    <xsd:choice>\n{''.join(alternatives(rows))}    </xsd:choice>\n"
    else:
        body = (
            f'    <xsd:simpleContent>\n      <xsd:extension base="{value}">\n{attributes(rows[1:], " " * 8)}'
            "      </xsd:extension>\n    </xsd:simpleContent>\n"
        )
    return f'  <xsd:complexType name="{local(name)}">\n{body}  </xsd:complexType>\n'


def render(module: Module, modules: list[Module]) -> str:
    """Return the text of a module with the imports its declarations need."""
    used = [other for other in modules if other is not module and f'"{other.prefix}:' in module.body]
    # A union names its members with spaces between; only built-in types occur there, so quotes are enough.
    declared = "".join(f'\n            xmlns:{m.prefix}="{m.namespace}"' for m in [module, *used])
    imports = "".join(f'  <xsd:import namespace="{m.namespace}" schemaLocation="{m.file}"/>\n' for m in used)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- Written by schemas/uncefact/build.py from the tables beside it: change those, not this. -->\n"
        f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"{declared}\n'
        f'            targetNamespace="{module.namespace}" elementFormDefault="qualified"\n'
        f'            attributeFormDefault="unqualified">\n{imports}{module.body}</xsd:schema>\n'
    )


def build() -> dict[str, str]:
    """Return every file of the set by name, the manifest last."""
    release = tomllib.loads((HERE / "releases.toml").read_text(encoding="utf-8"))[RELEASE]
    entities = grouped(read("message.tsv"), "parent")
    types = grouped(read("datatypes.tsv"), "type")
    notes = {row["type"]: row["note"] for row in read("entities.tsv")}
    roots = {"SPSCertificate": "certificate", "SPSAcknowledgement": "acknowledgement"}
    reached: set[str] = set()
    messages: list[Module] = []
    for root, key in roots.items():
        names = reachable(f"rsm:{root}Type", entities, types)
        reached |= names
        body = f'  <xsd:element name="{root}" type="rsm:{root}Type"/>\n' + "".join(
            entity(name, rows, notes) for name, rows in entities.items() if name in names and name.startswith("rsm:")
        )
        messages.append(Module("rsm", release[key], f"{root}_{VERSIONS['rsm']}.xsd", body))
    modules = [
        Module(
            "ram",
            release["entity"],
            f"ReusableAggregateBusinessInformationEntity_{VERSIONS['ram']}.xsd",
            "".join(entity(n, rows, notes) for n, rows in entities.items() if n in reached and n.startswith("ram:")),
        ),
        *(
            Module(
                prefix,
                release[key],
                f"{file}_{VERSIONS[prefix]}.xsd",
                "".join(datatype(n, rows) for n, rows in types.items() if n in reached and n.startswith(prefix + ":")),
            )
            for prefix, key, file in (
                ("qdt", "qualified_data_type", "QualifiedDataType"),
                ("udt", "unqualified_data_type", "UnqualifiedDataType"),
            )
        ),
    ]
    tables = list(TABLES)
    for entry in release["lists"]:
        if entry["type"] not in reached:
            continue
        table = f"codelists/{entry['table']}"
        tables.append(table)
        body = enumeration(local(entry["type"]), [row["code"] for row in read(table)])
        file = f"UNECE_{entry['table'].removesuffix('.tsv')}.xsd"
        modules.append(Module(entry["type"].split(":")[0], entry["namespace"], file, body))
    files = {module.file: render(module, [module, *modules]) for module in messages}
    files |= {module.file: render(module, modules) for module in modules}
    manifest = {
        "release": RELEASE,
        "roots": {release[key]: f"{root}_{VERSIONS['rsm']}.xsd" for root, key in roots.items()},
        "rests_on": release["evidence"],
        "tables": {name: sha256((HERE / name).read_bytes()).hexdigest() for name in sorted(tables)},
        "files": {name: sha256(text.encode()).hexdigest() for name, text in sorted(files.items())},
    }
    return files | {"manifest.json": json.dumps(manifest, indent=2) + "\n"}


def main(arguments: list[str]) -> int:
    """Write the set, or compare it with what is on disk; return the exit code."""
    if set(arguments) - {"--check"}:
        sys.stderr.write("usage: python schemas/uncefact/build.py [--check]\n")
        return 2
    folder = HERE / RELEASE
    files = build()
    if "--check" in arguments:
        stale = [n for n, t in files.items() if not (folder / n).is_file() or (folder / n).read_bytes() != t.encode()]
        stale += [path.name for path in folder.iterdir() if path.name not in files]
        for name in stale:
            sys.stderr.write(f"{folder.name}/{name} is not what the tables say: run schemas/uncefact/build.py\n")
        return 1 if stale else 0
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
