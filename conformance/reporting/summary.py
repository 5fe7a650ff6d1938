"""What a run amounts to: the overall sentence, the counts, the tables of verdicts and of requirements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Access, Role, Verdict
from conformance.reporting.requirements import Requirement

ORDER = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.NOT_APPLICABLE)


class Overall(StrEnum):
    """The result of a whole run, in the order in which the first that applies decides."""

    NOT_CONFORMANT = "not conformant"
    JUDGE_FAULT = "no result: fault of the test suite"
    UNREACHABLE = "no result: partner not reached"
    NOT_PROVEN = "not proven"
    EXPECTATIONS = "expectations out of date"
    NOTHING_RAN = "no result: nothing was run"
    CONFORMANT = "conformant in what was tested"


@dataclass(frozen=True)
class Result:
    """The overall result and the sentence that tells it."""

    overall: Overall
    sentence: str

    @property
    def good(self) -> bool:
        """True for the one result that says conformant."""
        return self.overall is Overall.CONFORMANT


@dataclass(frozen=True)
class Row:
    """Counts of one access and role, by verdict."""

    access: Access
    role: Role
    counts: tuple[tuple[Verdict, int], ...]
    state: str


@dataclass(frozen=True)
class Coverage:
    """One requirement and what became of it in the run; `why` is filled when it has no result."""

    requirement: Requirement
    verdict: Verdict | None
    cases: tuple[str, ...]
    why: str


def counts(record: RunRecord) -> dict[Verdict, int]:
    """Return how many cases ended with each verdict, in the order of the report."""
    found = Counter(result.verdict for result in record.results)
    return {verdict: found[verdict] for verdict in ORDER}


def decides(record: RunRecord, result: CaseResult) -> bool:
    """Return True when a failed case decides: it broke a binding requirement, or the run is strict."""
    if result.verdict is not Verdict.FAIL:
        return False
    return record.header.strict or not result.findings or any(finding.level.binding for finding in result.findings)


def overall(record: RunRecord) -> Result:  # noqa: PLR0911 - one return per result, in the order that decides
    """Return the overall result of a run; the order is that of the exit codes (docs/architecture.md)."""
    expected = {d.case for d in record.deviations}
    failed = [r for r in record.results if decides(record, r) and r.case.id not in expected]
    number = counts(record)
    ran = len(record.results) - number[Verdict.NOT_APPLICABLE]
    cut = "" if record.complete else " The run was cut off before its end; what is missing was not tested."
    if failed:
        return Result(Overall.NOT_CONFORMANT, _failed(record, failed, ran) + cut)
    if number[Verdict.ERROR]:
        text = f"{_cases(number[Verdict.ERROR])} of {ran} ended in a fault of the test suite itself. This says nothing "
        text += "about the partner: please report it, with the folder of the run."
        return Result(Overall.JUDGE_FAULT, text + cut)
    if any(r.unreachable for r in record.results):
        away = {r.case.access: None for r in record.results if r.unreachable}
        text = f"The partner's system was not reached ({', '.join(away)}), so nothing is decided: "
        text += f"{_cases(number[Verdict.INCONCLUSIVE])} of {ran} without a verdict."
        return Result(Overall.UNREACHABLE, text + cut)
    if number[Verdict.INCONCLUSIVE] or (ran and not record.complete):
        return Result(Overall.NOT_PROVEN, _open(number, ran) + cut)
    if any(d.state != "as-expected" for d in record.deviations):
        return Result(Overall.EXPECTATIONS, "An expected failure passes now, or its date is over: mend the list." + cut)
    if not number[Verdict.PASS] and not number[Verdict.FAIL]:
        return Result(Overall.NOTHING_RAN, "No case was run, so nothing is decided." + cut)
    text = f"{number[Verdict.PASS]} of {_cases(ran)} passed"
    if number[Verdict.FAIL]:
        text += f"; {_cases(number[Verdict.FAIL])} failed that do not decide (expected, or a recommendation)"
    return Result(Overall.CONFORMANT, text + ".")


def _failed(record: RunRecord, failed: Sequence[CaseResult], ran: int) -> str:
    strict, number = record.header.strict, counts(record)
    broken = {f.requirement for r in failed for f in r.findings if f.level.binding or strict}
    text = f"{len(failed)} of {_cases(ran)} failed"
    text += f"; {_plural(len(broken), 'requirement' if strict else 'binding requirement')} broken" if broken else ""
    text += ". The run was strict: recommendations (SHOULD) decide too." if strict else "."
    if number[Verdict.FAIL] > len(failed):
        text += f" Another {_cases(number[Verdict.FAIL] - len(failed))} failed without deciding."
    if undecided := number[Verdict.INCONCLUSIVE] + number[Verdict.ERROR]:
        text += f" {_cases(undecided)} could not be decided."
    return text


def _open(number: Mapping[Verdict, int], ran: int) -> str:
    text = "Nothing failed that decides" if number[Verdict.FAIL] else "Nothing failed"
    if number[Verdict.INCONCLUSIVE]:
        text += f", but {_cases(number[Verdict.INCONCLUSIVE])} of {ran} could not be decided"
    return text + "."


def table(record: RunRecord) -> tuple[Row, ...]:
    """Return the counts by access and role, in the order of the accesses."""
    rows = []
    for access in Access:
        for role in Role:
            found = Counter(r.verdict for r in record.results if r.case.access is access and r.case.role is role)
            if found:
                state = next(v for v in ORDER if found[v])
                rows.append(Row(access, role, tuple((v, found[v]) for v in ORDER), state.value))
    return tuple(rows)


def coverage(record: RunRecord, requirements: Mapping[str, Requirement]) -> tuple[Coverage, ...]:
    """Return what became of every requirement of the catalogue, and of those only the record knows."""
    by_requirement: dict[str, list[CaseResult]] = {name: [] for name in requirements}
    for result in record.results:
        for name in (*result.case.requirements, *(f.requirement for f in result.findings)):
            cases = by_requirement.setdefault(name, [])
            if not cases or cases[-1] is not result:
                cases.append(result)
    return tuple(
        _covered(requirements.get(name) or Requirement(name), results) for name, results in by_requirement.items()
    )


def _covered(requirement: Requirement, results: list[CaseResult]) -> Coverage:
    verdicts = {_verdict_on(requirement.id, result) for result in results}
    verdict = next((v for v in ORDER if v in verdicts), None)
    if not results:
        why = requirement.untested or "no case of this run was about it"
    elif verdict is None:
        why = "only touched by cases that ended for another reason"
    elif verdict is Verdict.NOT_APPLICABLE:
        why = "the partner does not declare what it needs"
    elif verdict in (Verdict.INCONCLUSIVE, Verdict.ERROR):
        why = next(result.reason for result in results if result.verdict is verdict)
    else:
        why = ""
    return Coverage(requirement, verdict, tuple(r.case.id for r in results), why)


def _verdict_on(requirement: str, result: CaseResult) -> Verdict | None:
    """Return what a case says of one of its requirements: a failed case says nothing of those it did not name."""
    if result.verdict is not Verdict.FAIL or not result.findings:
        return result.verdict
    return Verdict.FAIL if any(f.requirement == requirement for f in result.findings) else None


def _cases(number: int) -> str:
    return _plural(number, "case")


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
