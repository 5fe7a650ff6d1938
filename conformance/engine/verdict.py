"""From what happened in a case to its verdict (docs/architecture.md, Verdicts)."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.model.finding import Finding
from conformance.model.outcome import Inconclusive, JudgeFault, Nonconformity, Unreachable
from conformance.model.words import Verdict


class CaseTimeout(BaseException):
    """A case reached its time limit. Not an `Exception`: a case must not catch it by accident."""


@dataclass(frozen=True)
class Judgement:
    """A verdict, why, and what it rests on. `cut` is true when the case was stopped, not ended."""

    verdict: Verdict
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    unreachable: bool = False
    log: str = ""
    cut: bool = False


def judgement(raised: Sequence[BaseException], collected: Sequence[Finding], *, exchanges: int) -> Judgement:
    """Judge a case from what its parts raised, the findings reported through `judge`, and how often it acted."""
    findings = list(collected)
    for one in raised:
        if isinstance(one, Nonconformity):
            findings += one.findings
    for one in raised:
        if isinstance(one, JudgeFault):
            return Judgement(Verdict.ERROR, str(one), tuple(findings), log=_log(one))
        if not isinstance(one, Nonconformity | Inconclusive | CaseTimeout):
            reason = f"The judge failed: {type(one).__name__}: {one}".strip(": ")
            return Judgement(Verdict.ERROR, reason, tuple(findings), log=_log(one))
    if findings or any(isinstance(one, Nonconformity) for one in raised):
        reason = findings[0].message if findings else str(raised[0])
        return Judgement(Verdict.FAIL, reason, tuple(findings), cut=_cut(raised))
    if raised:
        first = raised[0]
        unreachable = any(isinstance(one, Unreachable) for one in raised)
        return Judgement(Verdict.INCONCLUSIVE, str(first), unreachable=unreachable, cut=_cut(raised))
    if exchanges == 0:
        return Judgement(Verdict.ERROR, "The case ended without an exchange, so it has proved nothing.")
    return Judgement(Verdict.PASS)


def _cut(raised: Sequence[BaseException]) -> bool:
    return any(isinstance(one, CaseTimeout) for one in raised)


def _log(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-25))[-8000:]
