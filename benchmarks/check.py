"""How much a whole check (parse, schema, rules) costs beside lxml's own parse and validate of the same octets.

Usage: python -m benchmarks.check    Exit code 1 when the ratio is above the budget.

Both are measured in turn in one run, in small rounds, and the smallest times are compared: other work on the machine
then disturbs both alike.
"""

import sys
import timeit

from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, releases
from conformance.model.words import Verdict
from conformance.vectors.certificate import CERTIFICATE, CertificateData, certificate, sized

BUDGET = 1.3
OCTETS = 31_000
ROUNDS, TIMES = 500, 1


def measure(data: bytes) -> tuple[float, float]:
    """Return seconds for lxml's own parse and validate, and for our whole check, each the least of all rounds."""
    file = releases()[CERTIFICATE].file
    assert file is not None
    schema = compiled(file)

    def own() -> None:
        assert schema.validate(etree.fromstring(data))

    def ours() -> None:
        assert check_document(data).verdict is Verdict.PASS

    own()
    ours()
    rounds = [(timeit.timeit(own, number=TIMES), timeit.timeit(ours, number=TIMES)) for _ in range(ROUNDS)]
    return min(a for a, _ in rounds) / TIMES, min(b for _, b in rounds) / TIMES


def main() -> int:
    """Print both times and their ratio."""
    data = certificate(sized(CertificateData(), OCTETS))
    own, ours = measure(data)
    print(f"{len(data):,} octets: parse and validate {own * 1e6:.0f} us, check {ours * 1e6:.0f} us, "
          f"ratio {ours / own:.2f} (budget {BUDGET})")  # fmt: skip
    return 0 if ours / own <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
