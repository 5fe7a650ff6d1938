"""What a port makes of an exchange that did not come to a whole answer."""

from conformance.model.exchange import Exchange, FailureKind, Message
from conformance.model.finding import Finding, Where
from conformance.model.outcome import Inconclusive, Nonconformity, Unreachable
from conformance.ports.tape import Tape


def case_requirement(tape: Tape) -> str:
    """The requirement the running case is about."""
    return tape.case_id.split(".", 1)[0]


def breach(requirement: str, message: str, expected: str, actual: str, *, part: str = "", path: str = "") -> Finding:
    """One finding of a port's: `part` names the message or place, `path` the step or header in it."""
    return Finding(requirement, message, expected, actual[:500], Where(part, None, path))


def reached(exchange: Exchange, who: str) -> None:
    """Raise `Unreachable` when nobody answered at the address, `Inconclusive` when it was given up before.

    `who` names the access for people. Every other failure is left to the caller.
    """
    failure = exchange.answer.failure
    if failure is None:
        return
    if failure.kind is FailureKind.UNREACHABLE:
        raise Unreachable(f"{who}: {failure.text}")
    if failure.kind is FailureKind.GIVEN_UP:
        raise Inconclusive(f"{who}: {failure.text}")


def whole(exchange: Exchange, requirement: str) -> Message:
    """Return the response of an exchange.

    Raises `Unreachable` when nobody answered at the address, `Inconclusive` when it was given up before,
    `Nonconformity` for every other failure: a system that hangs, floods, resets or speaks no protocol does not do
    what is required.
    """
    answer = exchange.answer
    if answer.failure is None and answer.response is not None:
        return answer.response
    reached(exchange, exchange.action)
    text = answer.failure.text if answer.failure else "no answer"
    about = "TLS-004" if answer.failure and answer.failure.kind is FailureKind.TLS else requirement
    raise Nonconformity(breach(about, f"{exchange.action}: {text}", "a whole answer", text, part=exchange.action))
