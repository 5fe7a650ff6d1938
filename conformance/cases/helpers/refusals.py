"""Refusals: provoked to look at them, or in the way of what a case is about; and a number nobody has given out."""

from collections.abc import Iterator
from contextlib import contextmanager

from conformance.checks.soap import SoapFault
from conformance.model.outcome import Inconclusive
from conformance.ports.faults import FaultReceived
from conformance.ports.pull_values import Fetched
from conformance.ports.soap import PullPort

UNKNOWN = "NO-SUCH-CERTIFICATE"
"""A number like no other: whether a service takes a number for another that is like it is a case by itself."""


def about(fault: SoapFault | None) -> str | None:
    """The requirement a fault of another name breaks: None, the case's own, but that of types where it has no type."""
    return "SOAP-028" if fault is not None and not fault.name else None


def get_again(pull: PullPort, number: str) -> Fetched:
    """Fetch what was fetched before; `Inconclusive` when it is not given a second time."""
    try:
        return pull.get(number)
    except FaultReceived as refused:
        raise Inconclusive(
            f"The certificate {number} is not given a second time (PULL-007): {refused.fault}."
        ) from None


@contextmanager
def provoked(port: PullPort, *names: str) -> Iterator[None]:
    """As `port.refused`, for cases about how a refusal is made: `Inconclusive` when there is none to look at."""
    with port.refused(*names):
        yield
        raise Inconclusive("The request is served where it should be refused, so there is no refusal to look at.")
