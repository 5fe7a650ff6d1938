"""Write the names of UN/ECE Recommendation 20 into conformance/checks/rules/units.tsv.

Usage: npm pack un-ece-recommendation && tar xzf un-ece-recommendation-*.tgz
       python schemas/uncefact/unit_names.py package

In: the npm package un-ece-recommendation (MIT licence, Julien Scholz), which carries the recommendation's codes and
names in three revisions. Code and name are facts; nothing else of the package is taken.
Out: units.tsv, in which every code that had no name has one. Names that are there stay, and no code comes or goes:
which codes are valid rests on other sources (conformance/checks/rules/tables.py). Exits 1 when the package does not
name a code.
"""

import csv
import re
import sys
import unicodedata
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "conformance" / "checks" / "rules" / "units.tsv"
# Newest first: its spelling is taken where revisions differ.
REVISIONS = ("3", "1", "2")
_ENTRY = re.compile(r'\{\s*code:\s*"([^"]+)",\s*name:\s*"((?:[^"\\]|\\.)*)"')


def published(package: Path) -> dict[str, str]:
    """Return the names of all units of a package by their code, spelled as its newest revision does."""
    names: dict[str, str] = {}
    for revision in REVISIONS:
        text = (package / "dist" / "esm" / "20" / revision / "index.js").read_text(encoding="utf-8")
        for code, name in _ENTRY.findall(text):
            names.setdefault(code, plain(name))
    return names


def plain(name: str) -> str:
    """Return a name on one line, in normal form, with the degree sign where a masculine ordinal stands for it."""
    spaced = unicodedata.normalize("NFC", name.replace('\\"', '"').replace("º", "°"))
    return " ".join(spaced.split())


def main() -> int:
    """Fill in the names; return the exit code."""
    names = published(Path(sys.argv[1]))
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["name"] = row["name"] or names.get(row["code"], "")
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        stream.write("code\tname\tstatus\n")
        stream.writelines(f"{row['code']}\t{row['name']}\t{row['status']}\n" for row in rows)
    nameless = [row["code"] for row in rows if not row["name"]]
    print(f"{len(rows)} units, {len(nameless)} without a name {' '.join(nameless)}".rstrip())  # noqa: T201
    return int(bool(nameless))


if __name__ == "__main__":
    sys.exit(main())
