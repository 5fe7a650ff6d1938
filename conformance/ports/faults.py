"""Faults as outcomes, and what the pull ports of one case remember of each other."""

from dataclasses import dataclass, field

from conformance.checks.soap import SoapFault
from conformance.model.finding import Finding
from conformance.model.outcome import Nonconformity


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
