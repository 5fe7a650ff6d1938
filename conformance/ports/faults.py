"""Faults as outcomes, and what the pull ports of one case remember of each other."""

from dataclasses import dataclass, field

from conformance.checks.soap import SoapFault
from conformance.model.finding import Finding
from conformance.model.outcome import Nonconformity
from conformance.ports.tape import Tape


class FaultReceived(Nonconformity):
    """The partner answered a request with a fault. Fails the case unless a refusal was expected."""

    def __init__(self, operation: str, fault: SoapFault, *findings: Finding) -> None:
        super().__init__(*findings)
        self.operation = operation
        self.fault = fault


@dataclass
class Memory:
    """What the ports of one case share: operations accepted so far."""

    accepted: set[str] = field(default_factory=set)


def case_requirement(tape: Tape) -> str:
    """The requirement the running case is about, as the engine's tapes know it."""
    case_id = getattr(tape, "case_id", "") or getattr(tape, "_case", "") or "PULL-001"
    return str(case_id).split(".", 1)[0]
