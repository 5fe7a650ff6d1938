"""What a port makes of an exchange that did not come to a whole answer."""

from conformance.model.exchange import Exchange, FailureKind, Message
from conformance.model.finding import Finding, Where
from conformance.model.outcome import Nonconformity, Unreachable
from conformance.ports.tape import Tape


def case_requirement(tape: Tape) -> str:
    """The requirement the running case is about, as the engine's tapes know it; "" for a tape without a case."""
    case_id = getattr(tape, "case_id", "") or getattr(tape, "_case", "")
    return str(case_id).split(".", 1)[0]


def breach(requirement: str, message: str, expected: str, actual: str, *, part: str = "", path: str = "") -> Finding:
    """One finding of a port's: `part` names the message or place, `path` the step or header in it."""
    return Finding(requirement, message, expected, actual[:500], Where(part, None, path))


def whole(exchange: Exchange, requirement: str) -> Message:
    """Return the response of an exchange.

    Raises `Unreachable` when nobody answered at the address, `Nonconformity` for every other failure: a system that
    hangs, floods, resets or speaks no protocol does not do what is required.
    """
    answer = exchange.answer
    if answer.failure is None and answer.response is not None:
        return answer.response
    text = answer.failure.text if answer.failure else "no answer"
    if answer.failure is not None and answer.failure.kind is FailureKind.UNREACHABLE:
        raise Unreachable(f"{exchange.action}: {text}")
    raise Nonconformity(breach(requirement, f"{exchange.action}: {text}", "a whole answer", text, part=exchange.action))
