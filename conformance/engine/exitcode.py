"""From a record to the exit code (docs/architecture.md, Verdicts)."""

from enum import IntEnum

from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Verdict


class ExitCode(IntEnum):
    """What the command line ends with."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    UNREACHABLE = 3
    JUDGE_FAULT = 4
    NOTHING_RAN = 5
    EXPECTATIONS = 6


def breaks(result: CaseResult, *, strict: bool = False) -> bool:
    """Tell whether a case decides against the partner: a binding requirement failed, or any when strict."""
    if result.verdict is not Verdict.FAIL:
        return False
    return strict or not result.findings or any(finding.level.binding for finding in result.findings)


def exit_code(record: RunRecord) -> ExitCode:  # noqa: PLR0911 - one return per code
    """Return the exit code of a run; the first that applies decides. Whether it was strict stands in its header."""
    listed = {deviation.case for deviation in record.deviations}
    verdicts = {result.verdict for result in record.results}
    ran = verdicts - {Verdict.NOT_APPLICABLE}
    if any(breaks(result, strict=record.header.strict) for result in record.results if result.case.id not in listed):
        return ExitCode.NOT_CONFORMANT
    if Verdict.ERROR in verdicts:
        return ExitCode.JUDGE_FAULT
    if any(result.unreachable for result in record.results):
        return ExitCode.UNREACHABLE
    if Verdict.INCONCLUSIVE in verdicts or (ran and not record.complete):
        return ExitCode.NOT_CONFORMANT
    if any(deviation.state != "as-expected" for deviation in record.deviations):
        return ExitCode.EXPECTATIONS
    if not ran:
        return ExitCode.NOTHING_RAN
    return ExitCode.CONFORMANT
