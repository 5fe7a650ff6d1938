"""Comparing what came with what was expected, in one line."""

from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where

NOWHERE = Where()


def equal(judge: Judge, expected: object, actual: object, message: str, where: Where = NOWHERE) -> bool:
    """Collect a finding unless both are the same; tells whether they are."""
    return judge.expect(expected == actual, expected=expected, actual=actual, message=message, where=where)
