"""Certificates that break one thing each, for cases about what an importer says of them."""

from dataclasses import dataclass

from conformance.cases.helpers.exporter import Exporter, Made
from conformance.model.outcome import JudgeFault
from conformance.vectors.certificate import certificate


@dataclass(frozen=True)
class Broken:
    """One change that makes a certificate useless: what is wrong then, the field, and octets before and after."""

    what: str
    field: str
    before: bytes
    after: bytes


BROKEN = (
    Broken("the type code is missing", "TypeCode", b"<ram:TypeCode>851</ram:TypeCode>", b""),
    Broken(
        "a measure has no unit", "NetWeightMeasure",
        b'<ram:NetWeightMeasure unitCode="KGM">', b"<ram:NetWeightMeasure>",
    ),
)  # fmt: skip


def broken(exporter: Exporter, change: Broken) -> Made:
    """A certificate with that change, signed as it should be."""
    data = exporter.data()
    plain = certificate(data)
    if change.before not in plain:
        raise JudgeFault(f"the judge's certificate has no {change.before!r} to change")
    return exporter.seal(plain.replace(change.before, change.after, 1), data)
