"""Whether generated documents are accepted and mutated ones refused, by libxml2 and by xmlschema, and how fast.

Usage: python -m benchmarks.vectors [COUNT [RELEASE]]    Exit code 1 when an opinion differs that
docs/known-deviations.md does not explain. COUNT is 1,000 unless told; sizes run from 3 to 30 KB.
"""

import sys
import time
from collections import Counter
from pathlib import Path

from lxml import etree
from xmlschema import XMLSchema10

from benchmarks.figure import Figure, Told
from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, described
from conformance.model.words import Verdict
from conformance.vectors.breaches import all_breaches
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.grammar import grammar_of
from conformance.vectors.sources import schema_file
from conformance.vectors.words import LANGUAGES

COUNT = 1_000


def accepted(file: Path, count: int) -> int:
    """Generate documents, half plausible and half whatever the schema allows; return how many are refused."""
    schema, second = compiled(file), described(file)
    spent: Counter[str] = Counter()
    wrong = 0
    octets = 0
    for number in range(count):
        recipe = Recipe(file, 1, 3_000, 30_000, LANGUAGES, plausible=number % 2 == 0)
        begun = time.perf_counter()
        data = generated(recipe, number)
        spent["generate"] += int((time.perf_counter() - begun) * 1e9)
        octets += len(data)
        wrong += not _agreed(data, schema, second, spent)
        if recipe.plausible and check_document(data).verdict is not Verdict.PASS:
            wrong += 1
            print(f"document {number}: {check_document(data).findings[0]}")
    rates = ", ".join(f"{name} {count / (spent[name] / 1e9):,.0f} a second" for name in spent)
    print(f"{count:,} generated documents of {octets // count:,} octets on average: {wrong} not accepted; {rates}")
    return wrong


def _agreed(data: bytes, schema: etree.XMLSchema, second: XMLSchema10, spent: Counter[str]) -> bool:
    """Return whether both libraries accept a document; add what they took, in nanoseconds."""
    begun = time.perf_counter()
    root = etree.fromstring(data)
    first = schema.validate(root)
    between = time.perf_counter()
    other = second.is_valid(root)
    spent["parse and validate by libxml2"] += int((between - begun) * 1e9)
    spent["validate by xmlschema"] += int((time.perf_counter() - between) * 1e9)
    if not (first and other):
        print(f"libxml2 {first}, xmlschema {other}: {data[:400]!r}")
    return first and other


def refused(file: Path) -> int:
    """Make every single mutation; return how many are accepted without an explanation."""
    schema, second = compiled(file), described(file)
    found = all_breaches(grammar_of(file))
    wrong, explained = 0, Counter[str]()
    for breach in found.breaches:
        root = etree.fromstring(breach.document)
        opinions = (schema.validate(root), second.is_valid(root))
        if opinions == (False, True) and breach.deviation:
            explained[breach.deviation] += 1
        elif any(opinions):
            wrong += 1
            print(f"libxml2 {opinions[0]}, xmlschema {opinions[1]}: {breach.kind} {breach.subject}: {breach.what}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(one.kind for one in found.breaches).most_common())
    print(f"{len(found.breaches)} single mutations ({kinds}): {wrong} not refused")
    print(f"explained by docs/known-deviations.md: {dict(explained)}; {len(found.unbreakable)} cannot be broken")
    return wrong


def main(arguments: list[str]) -> int:
    """Measure both messages of a release; return the exit code."""
    count = int(arguments[0]) if arguments else COUNT
    release = arguments[1] if len(arguments) > 1 else "17A"
    figures = []
    for message, share in (("SPSCertificate", count * 9 // 10), ("SPSAcknowledgement", count // 10)):
        file = schema_file(release, message)
        print(f"{release} {message}")
        figures.append(Figure(f"vectors: {share:,} generated {message}, not accepted", accepted(file, share), "", 0))
        figures.append(Figure(f"vectors: single mutations of {message}, not refused", refused(file), "", 0))
    return Told(tuple(figures)).say()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
