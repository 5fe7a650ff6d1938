"""What an examination comes to, in the words of ETSI EN 319 102-1 clause 5.1.3 (requirement SIG-018, profile 2.30)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conformance.model.finding import Finding


class Indication(StrEnum):
    """The main indication of a validation."""

    PASSED = "TOTAL-PASSED"
    FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


@dataclass(frozen=True)
class Status:
    """The indication, its sub-indication ("" when it passed), and why, for a person."""

    indication: Indication
    sub: str = ""
    why: str = ""


_FAILED = {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "NOT_YET_VALID"}
# By step and requirement; "" is any other requirement found in the step.
_SUB = {
    "place": {"": "SIG_CONSTRAINTS_FAILURE", "SIG-001": "FORMAT_FAILURE"},
    "form": {"": "SIG_CONSTRAINTS_FAILURE", "SIG-005": "CRYPTO_CONSTRAINTS_FAILURE"},
    "key-info": {"": "NO_SIGNING_CERTIFICATE_FOUND"},
    "value": {"": "SIG_CONSTRAINTS_FAILURE", "SIG-001": "SIG_CRYPTO_FAILURE"},
    "reference": {"": "HASH_FAILURE"},
    "properties": {"": "SIG_CONSTRAINTS_FAILURE", "SIG-001": "HASH_FAILURE"},
    "time": {
        "": "SIG_CONSTRAINTS_FAILURE",
        "SIG-017": "TIMESTAMP_ORDER_FAILURE",
        "PKI-008": "TRY_LATER",
        "PKI-009": "TRY_LATER",
    },
    "path": {
        "": "CHAIN_CONSTRAINTS_FAILURE",
        "SIG-011": "NO_CERTIFICATE_CHAIN_FOUND",
        "PKI-002": "OUT_OF_BOUNDS_NO_POE",
        "PKI-003": "OUT_OF_BOUNDS_NO_POE",
        "PKI-007": "REVOKED_NO_POE",
        "PKI-008": "TRY_LATER",
        "PKI-009": "TRY_LATER",
        "PKI-011": "CRYPTO_CONSTRAINTS_FAILURE",
        "PKI-015": "CRYPTO_CONSTRAINTS_FAILURE",
        "PKI-016": "NO_CERTIFICATE_CHAIN_FOUND",
    },
}


def status_of(
    steps: Mapping[str, Sequence[Finding]], *, trusted: bool, revocation: bool, stamped: bool = False
) -> Status:
    """Return what the steps of an examination come to.

    `trusted` tells whether anchors were given, `revocation` whether revocation data of the signer were at hand or
    none are needed, `stamped` whether a good time stamp proves when the signature was there.
    """
    found = list(_subs(steps, stamped))
    for sub, why in found:
        if sub in _FAILED:
            return Status(Indication.FAILED, sub, why)
    if found:
        return Status(Indication.INDETERMINATE, *found[0])
    if not trusted:
        why = "nobody was named whom to trust"
        return Status(Indication.INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND", why)
    if not revocation:
        why = "whether the signer's certificate is revoked is not known: no revocation list of its authority is at hand"
        return Status(Indication.INDETERMINATE, "TRY_LATER", why)
    return Status(Indication.PASSED)


def _subs(steps: Mapping[str, Sequence[Finding]], stamped: bool) -> Iterator[tuple[str, str]]:
    for step, findings in steps.items():
        table = _SUB[step]
        for one in findings:
            sub = table.get(one.requirement, table[""])
            if step == "path" and one.requirement == "PKI-003" and stamped:
                sub = "NOT_YET_VALID"  # the stamp proves that it was signed before its certificate began
            yield sub, one.message
