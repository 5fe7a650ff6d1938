"""How many 31 KB certificates with faults are checked in a second of the processor, and what a second opinion costs.

Usage: python -m benchmarks.faults    Exit code 1 when a handful of faults takes longer than promised.

Certificates of several makes are spoilt in one way each. `uri` is a known deviation: libxml2 refuses it, and xmlschema,
asked about the whole document because no part of it tells, does not.
"""

import re
import sys
import time
from collections.abc import Callable, Mapping

from benchmarks.figure import Figure, Told
from conformance.checks.document import check_document
from conformance.checks.schema_cost import taken
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.sources import schema_file

OCTETS, MAKES, ROUNDS = 31_000, 25, 4
LEAST = 200


def _code(data: bytes) -> bytes:
    return data.replace(b"<ram:StatusCode>70", b"<ram:StatusCode>none", 1)


def _handful(data: bytes) -> bytes:
    data = re.sub(rb"<ram:ItemQuantity>[^<]*<", b"<ram:ItemQuantity>many<", _code(data), count=1)
    data = re.sub(rb"(<ram:SequenceNumeric>)2<", rb"\1two<", data, count=1)
    return data.replace(b"</rsm:SPSExchangedDocument>", b"<ram:Odd/></rsm:SPSExchangedDocument>", 1)


def _unit(data: bytes) -> bytes:
    return re.sub(rb'unitCode="[A-Z0-9]+"', b'unitCode="KILO"', data, count=1)


def _uri(data: bytes) -> bytes:
    return re.sub(rb"<ram:ID>", b'<ram:ID schemeURI="http://[x">', data, count=1)


KINDS: Mapping[str, Callable[[bytes], bytes]] = {
    "none": lambda data: data,
    "a handful": _handful,
    "a code": _code,
    "a rule": _unit,
    "a uri": _uri,
}


def rate(documents: list[bytes]) -> tuple[float, float]:
    """Return documents a second of the processor, and findings a document."""
    findings = sum(len(check_document(data, profile="auto").findings) for data in documents)
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for data in documents:
            check_document(data, profile="auto")
        best = min(best, time.process_time() - begun)
    return len(documents) / best, findings / len(documents)


def main() -> int:
    """Measure and print; return the exit code."""
    recipe = Recipe(schema_file("17A"), 1, OCTETS, OCTETS, ("en", "zh", "ar"), volume=True)
    good = [generated(recipe, number) for number in range(MAKES)]
    figures = []
    for kind, spoil in KINDS.items():
        taken()
        speed, findings = rate([spoil(data) for data in good])
        cost = taken()
        budget = LEAST if kind == "a handful" else None
        figures.append(Figure(f"faults: {kind}, {findings:.1f} findings", speed, "a second", budget, most=False))
        if cost is not None and cost.asked:
            figures.append(Figure("faults: xmlschema about one whole document", cost.asking / cost.asked * 1e3, "ms"))
    return Told(tuple(figures)).say()


if __name__ == "__main__":
    sys.exit(main())
