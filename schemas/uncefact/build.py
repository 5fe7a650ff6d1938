"""Write the schema sets of all releases from the tables beside this file.

Usage: python schemas/uncefact/build.py [--check]

In: message.tsv (elements in order), datatypes.tsv, codelists.tsv and codelists/*.tsv (as in 17A), differences.tsv (what
the code lists of other releases add and lack), entities.tsv (our own notes), releases.toml (namespaces, and what each
release rests on), xmldsig.xsd (for a variant that carries signatures).
Out: for each release a folder with one module per namespace, holding only what the two messages reach, and a
manifest.json with what it rests on and the SHA-256 of every table and module. `--check` writes nothing and exits 1
when a file on disk differs.
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
from typing import Any
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).resolve().parent
BASE = "17A"
TABLES = ("message.tsv", "datatypes.tsv", "codelists.tsv", "differences.tsv", "entities.tsv", "releases.toml")
LISTS = "urn:un:unece:uncefact:codelist:standard:UNECE"
SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
ROOTS = {"SPSCertificate": "certificate", "SPSAcknowledgement": "acknowledgement"}
STANDINGS = ("official", "confirmed", "inferred")

Row = dict[str, str]
Facts = dict[str, Any]


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
        f'      <xsd:element ref="{row["element"]}"{occurrence(row)}/>\n'
        if ":" in row["element"]
        else f'      <xsd:element name="{row["element"]}" type="{row["type"]}"{occurrence(row)}/>\n'
        for row in rows
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


def version(namespace: str) -> str:
    """Return the part of a file name that a namespace's number gives."""
    return f"{namespace.rpartition(':')[2]}p0"


def codes(entry: Row, release: str) -> list[str]:
    """Return the codes of a list in a release: those of 17A without what that release lacks, and what it adds."""
    rows = [row for row in read("differences.tsv") if (row["release"], row["list"]) == (release, entry["list"])]
    added, removed = (set(" ".join(row[key] for row in rows).split()) for key in ("added", "removed"))
    kept = [row["code"] for row in read(f"codelists/{entry['table']}") if row["code"] not in removed]
    found = kept + [code for row in rows for code in row["added"].split() if code in added]
    if rows and len(set(found)) != int(rows[0]["codes"]):
        sys.exit(f"differences.tsv: {release} {entry['list']} has {len(set(found))} codes, not {rows[0]['codes']}")
    return found


def messages(name: str, release: Facts, entities: dict[str, list[Row]], notes: dict[str, str]) -> list[Module]:
    """Return the modules of the messages of a release, in which a variant may have something more."""
    out: list[Module] = []
    for root, key in ROOTS.items():
        if name != release["base"] and root != release["message"]:
            continue
        names = reachable(f"rsm:{root}Type", entities, {})
        extra = {"element": release.get("adds", ""), "min": "0", "max": "1"}
        body = f'  <xsd:element name="{root}" type="rsm:{root}Type"/>\n' + "".join(
            entity(kind, [*rows, extra] if extra["element"] else rows, notes)
            for kind, rows in entities.items()
            if kind in names and kind.startswith("rsm:")
        )
        out.append(Module("rsm", release[key], f"{root}_{version(release[key])}.xsd", body))
    return out


def build(name: str, releases: Facts) -> dict[str, str]:
    """Return every file of one set by name, the manifest last."""
    own = releases[name]
    base = own.get("variant_of", name)
    release = releases[base] | own | {"base": base}
    entities = grouped(read("message.tsv"), "parent")
    types = grouped(read("datatypes.tsv"), "type")
    for row in (row for rows in types.values() for row in rows):
        # The lists that every release numbers anew are fixed to its own number.
        row["fixed"] = release["code_lists"] if row["fixed"] == releases[BASE]["code_lists"] else row["fixed"]
    notes = {row["type"]: row["note"] for row in read("entities.tsv")}
    heads = messages(name, release, entities, notes)
    reached = {kind for head in heads for kind in reachable(f"rsm:{head.file.partition('_')[0]}Type", entities, types)}
    modules = [
        Module(
            "ram",
            release["entity"],
            f"ReusableAggregateBusinessInformationEntity_{version(release['entity'])}.xsd",
            "".join(entity(n, rows, notes) for n, rows in entities.items() if n in reached and n.startswith("ram:")),
        ),
        *(
            Module(
                prefix,
                release[key],
                f"{file}_{version(release[key])}.xsd",
                "".join(datatype(n, rows) for n, rows in types.items() if n in reached and n.startswith(prefix + ":")),
            )
            for prefix, key, file in (
                ("qdt", "qualified_data_type", "QualifiedDataType"),
                ("udt", "unqualified_data_type", "UnqualifiedDataType"),
            )
        ),
    ]
    tables = list(TABLES)
    for entry in read("codelists.tsv"):
        if entry["type"] not in reached:
            continue
        tables.append(f"codelists/{entry['table']}")
        number = entry["version"] or release["code_lists"]
        body = enumeration(local(entry["type"]), codes(entry, base))
        file = f"UNECE_{entry['list']}_{number}.xsd"
        modules.append(Module(entry["type"].split(":")[0], f"{LISTS}:{entry['list']}:{number}", file, body))
    files = {}
    if own.get("adds"):
        tables.append("xmldsig.xsd")
        files["xmldsig.xsd"] = (HERE / "xmldsig.xsd").read_text(encoding="utf-8")
        modules.append(Module("ds", SIGNATURES, "xmldsig.xsd", ""))
    files |= {module.file: render(module, [module, *modules]) for module in heads}
    files |= {module.file: render(module, modules) for module in modules if module.body}
    manifest = {
        "release": name,
        **({"variant_of": base, "title": own["title"], "adds": own["adds"]} if base != name else {}),
        "roots": {module.namespace: module.file for module in heads},
        "standing": max(own["rests_on"].values(), key=STANDINGS.index),
        "parts": own["rests_on"],
        "rests_on": own["evidence"],
        "tables": {table: sha256((HERE / table).read_bytes()).hexdigest() for table in sorted(tables)},
        "files": {file: sha256(text.encode()).hexdigest() for file, text in sorted(files.items())},
    }
    return files | {"manifest.json": json.dumps(manifest, indent=2) + "\n"}


def stale(folder: Path, files: dict[str, str]) -> list[str]:
    """Return the names of the files of a set that are not on disk as they should be, or should not be there."""
    wrong = [n for n, t in files.items() if not (folder / n).is_file() or (folder / n).read_bytes() != t.encode()]
    return wrong + [path.name for path in folder.glob("*") if path.name not in files]


def main(arguments: list[str]) -> int:
    """Write the sets, or compare them with what is on disk; return the exit code."""
    if set(arguments) - {"--check"}:
        sys.stderr.write("usage: python schemas/uncefact/build.py [--check]\n")
        return 2
    releases = tomllib.loads((HERE / "releases.toml").read_text(encoding="utf-8"))
    wrong = 0
    for name in releases:
        folder, files = HERE / name, build(name, releases)
        if "--check" in arguments:
            for file in stale(folder, files):
                sys.stderr.write(f"{name}/{file} is not what the tables say: run schemas/uncefact/build.py\n")
                wrong = 1
            continue
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            if path.name not in files:
                path.unlink()
        for file, text in files.items():
            (folder / file).write_bytes(text.encode())
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
