"""How much a whole check (parse, schema, rules) costs beside lxml's own parse and validate of the same octets.

Usage: python -m benchmarks.check    Exit code 1 when a ratio is above the budget.

Three kinds of certificates of about 31 KB: in one language, in two, and with the notes of a re-export on every line.
Both sides are measured in turn in one run, in small rounds of several checks, as an archive is checked, and the
smallest times are compared: other work on the machine then disturbs both alike.
"""

import re
import sys
import timeit

from lxml import etree

from benchmarks.figure import Figure, Told
from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, releases
from conformance.model.words import Verdict
from conformance.vectors.certificate import CERTIFICATE, CertificateData, Line, Note, certificate, sized

BUDGET = 1.3
OCTETS = 31_000
ROUNDS, TIMES = 250, 8
RE_EXPORT = (
    ("RPCST", "1"), ("RPCCO", "AU"), ("RPCRF", "AU-2026-004711"), ("RPCOR", "False"), ("RPCTC", "True"),
    ("RPCPK", "True"), ("RPCRP", "False"), ("RPCOC", "True"), ("RPCNC", "False"), ("RPCPC", "True"), ("RPCAI", "False"),
)  # fmt: skip


def bilingual(data: bytes) -> bytes:
    """Repeat every English text in Chinese."""
    repeated = r'\g<0>\n<ram:\1 languageID="zh">新鲜苹果，已按规定程序检验</ram:\1>'
    return re.sub(r'<ram:(\w+) languageID="en">[^<]*</ram:\1>', repeated, data.decode()).encode()


def documents() -> dict[str, bytes]:
    notes = tuple(Note(*pair) for pair in RE_EXPORT)
    return {
        "one language": certificate(sized(CertificateData(), OCTETS)),
        "two languages": bilingual(certificate(sized(CertificateData(), OCTETS * 3 // 4))),
        "re-export notes": certificate(sized(CertificateData(lines=(Line(notes=notes),)), OCTETS)),
    }


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
    """Print both times and their ratio for each kind."""
    figures = []
    for kind, data in documents().items():
        own, ours = measure(data)
        print(f"{kind}: {len(data):,} octets: parse and validate {own * 1e6:.0f} us, check {ours * 1e6:.0f} us")
        figures.append(Figure(f"check beside lxml's parse and validate, {kind}", ours / own, "", BUDGET))
    return Told(tuple(figures)).say()


if __name__ == "__main__":
    sys.exit(main())
