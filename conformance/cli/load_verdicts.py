"""Verdicts of a load run: the partner's own limits (IXIT) against what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance.cli.load_figures import Figures
from conformance.cli.load_kinds import AVAILABLE, LARGE, OFFICIALS, OVER_RATE, PACE, PAGE, RATE, SESSIONS, Kind
from conformance.model.finding import Finding
from conformance.model.load import LoadLimit, LoadRow
from conformance.model.record import CaseResult
from conformance.model.words import Access, Role, Verdict
from conformance.partner import IxitLimits

FEWEST = 20  # below that, a 95th percentile is only the longest time
PUT_OFF = ("told to come again", "put off with")
HELD_BACK = "put off with TooManyRequests"  # as load/load_answers.py says it
# Of each access the one kind of request whose time was agreed upon.
TIMED = {
    "pull": "pull GetCertificate",
    "verification": "verification look-up",
    "officials": "officials verification",
}
LARGE_NAME = "push large certificate"
# A growth below this part of the agreed time is nothing a user would notice, whatever the factor.
UNNOTICED = 20


@dataclass(frozen=True)
class Measured:
    """What one verdict rests on: `inconclusive` says why it cannot be given, `away` that nobody answered at all.

    `doubtful` is true when the judge's own lateness alone would explain what was found.
    """

    limit: LoadLimit
    findings: tuple[Finding, ...] = ()
    inconclusive: str = ""
    away: bool = False
    doubtful: bool = False
    not_applicable: str = ""


@dataclass(frozen=True)
class LoadVerdict:
    """A result as the record keeps it, and what was agreed beside what was measured."""

    result: CaseResult
    limit: LoadLimit


def verdicts(
    accesses: tuple[str, ...], figures: Figures, limits: IxitLimits, started: float, seconds: float
) -> tuple[LoadVerdict, ...]:
    """Judge the figures of a run that began at `started` (seconds since 1970) and sent for `seconds`."""
    given: list[tuple[Kind, Measured]] = []
    if "pull" in accesses:
        given.append((RATE, _in_time(RATE, figures, "pull", limits)))
    if "limited" in accesses:
        given.append((OVER_RATE, _held_back(figures)))
    if "verification" in accesses:
        given.append((PAGE, _in_time(PAGE, figures, "verification", limits)))
    if "officials" in accesses:
        given.append((OFFICIALS, _in_time(OFFICIALS, figures, "officials", limits)))
    if "push" in accesses:
        given.append((SESSIONS, _not_dropped(figures)))
        given.append((LARGE, _large_taken(figures, limits)))
    lasting = tuple(name for name in accesses if name != "limited")
    if lasting:
        kind = _of_access(PACE, lasting[0])
        given.append((kind, _paced(kind, figures, lasting, limits, seconds)))
    if serving := tuple(name for name in lasting if name != "push"):
        kind = _of_access(AVAILABLE, serving[0])
        given.append((kind, _available(kind, figures, serving, limits)))
    return tuple(_verdict(kind, measured, figures, started, seconds) for kind, measured in given)


def _of_access(kind: Kind, access: str) -> Kind:
    named = Access.VERIFICATION if access == "officials" else Access(access)
    return replace(kind, access=named, role=Role.IMPORTER if access == "push" else Role.EXPORTER)


def _verdict(kind: Kind, measured: Measured, figures: Figures, started: float, seconds: float) -> LoadVerdict:
    verdict, reason, findings = Verdict.PASS, "", measured.findings
    if measured.not_applicable:
        verdict, reason = Verdict.NOT_APPLICABLE, measured.not_applicable
    elif figures.faults:
        verdict, reason = Verdict.ERROR, f"a load process had a fault of its own: {figures.faults[0]}"
    elif measured.inconclusive:
        verdict, reason = Verdict.INCONCLUSIVE, measured.inconclusive
    elif findings and measured.doubtful:
        verdict = Verdict.ERROR
        reason = (
            f"the judge itself was late (95th percentile {figures.late_p95:.0f} ms), so the times say nothing of "
            "the partner: use more --workers, a lower rate, or another machine"
        )
    elif findings:
        verdict, reason = Verdict.FAIL, findings[0].message
    findings = findings if verdict is Verdict.FAIL else ()
    result = CaseResult(kind.info(), verdict, reason, findings, (), started, seconds, unreachable=measured.away)
    return LoadVerdict(result, replace(measured.limit, requirement=kind.requirement, kept=verdict.value))


def _limit(name: str, agreed: str, measured: str) -> LoadLimit:
    return LoadLimit("", name, agreed, measured, "")


def _unanswered(figures: Figures, access: str, limit: LoadLimit) -> Measured | None:
    """Return why an access cannot be judged at all, or None when it can."""
    total = figures.totals.get(access)
    if total is not None and total.errors == total.count:
        first = next((one.text for one in figures.texts if one.name.startswith(access)), "no reason recorded")
        return Measured(limit, inconclusive=f"not one request was answered: {first}", away=True)
    if total is None or total.count < FEWEST:
        sent = total.count if total else 0
        return Measured(limit, inconclusive=f"only {sent} requests were sent; at least {FEWEST} are needed: run longer")
    return None


def _in_time(kind: Kind, figures: Figures, access: str, limits: IxitLimits) -> Measured:
    total = figures.totals.get(access)
    timed = figures.row(TIMED[access]) or total
    most = (limits.fetch_p95_seconds if access == "pull" else limits.look_up_p95) * 1000
    agreed = f"95 of 100 within {most:.0f} ms; at most {limits.error_share:.2%} fail"
    told = f"{timed.p95:.0f} ms; {total.error_share:.2%}" if timed and total else "nothing"
    limit = _limit(f"{timed.name if timed else access}", agreed, told)
    if (problem := _unanswered(figures, access, limit)) is not None:
        return problem
    assert timed is not None  # noqa: S101 - something was sent
    assert total is not None  # noqa: S101
    found = []
    doubtful = timed.p95 - figures.late_p95 <= most and total.error_share <= limits.error_share
    if timed.p95 > most:
        found.append(
            kind.finding(
                f"The 95th percentile of {timed.name} is over the agreed time.",
                f"at most {most:.0f} ms",
                f"{timed.p95:.0f} ms over {timed.count} requests (median {timed.p50:.0f}, longest {timed.max:.0f} ms)",
                timed.name,
            )
        )
    if total.error_share > limits.error_share:
        found.append(
            kind.finding(
                "The share of requests without a right answer is over the agreed one.",
                f"at most {limits.error_share:.2%}",
                f"{total.error_share:.2%}: {total.errors} without answer and {total.deviations} wrong of {total.count}",
                total.name,
            )
        )
    return Measured(limit, tuple(found), doubtful=doubtful)


def _held_back(figures: Figures) -> Measured:
    total = figures.totals.get("limited")
    held = sum(one.count for one in figures.texts if one.name.startswith("limited") and one.text == HELD_BACK)
    other = [one for one in figures.texts if one.name.startswith("limited") and one.text != HELD_BACK]
    count = total.count if total else 0
    limit = _limit(
        "caller over its rate", "an answer, or TooManyRequests with the time to wait",
        f"{held} of {count} held back, {sum(one.count for one in other)} without either",
    )  # fmt: skip
    if (problem := _unanswered(figures, "limited", limit)) is not None and not held:
        return problem
    found = []
    if not held:
        found.append(
            OVER_RATE.finding(
                "A caller far over its agreed rate is never held back.",
                "TooManyRequests", f"{count} requests served", "limited Echo",
            )
        )  # fmt: skip
    if other:
        told = "; ".join(f"{one.count} times: {one.text}" for one in other[:5])
        found.append(
            OVER_RATE.finding(
                "A caller over its rate gets neither an answer nor TooManyRequests.",
                "one of both",
                told,
                "limited Echo",
            )
        )
    return Measured(limit, tuple(found))


def _not_dropped(figures: Figures) -> Measured:
    total = figures.totals.get("push")
    dropped = [
        one for one in figures.texts
        if one.name.startswith("push") and one.name != LARGE_NAME and not one.text.startswith(PUT_OFF)
    ]  # fmt: skip
    number, count = sum(one.count for one in dropped), total.count if total else 0
    limit = _limit("mail sessions", "taken, or told to come again", f"{number} of {count} neither")
    if (problem := _unanswered(figures, "push", limit)) is not None:
        return problem
    if not dropped:
        return Measured(limit)
    told = "; ".join(f"{one.count} times: {one.text}" for one in dropped[:5])
    message = f"{number} of {count} messages were neither taken nor put off."
    return Measured(limit, (SESSIONS.finding(message, "250, or 421, 450, 451 or 452", told, "push"),))


def _large_taken(figures: Figures, limits: IxitLimits) -> Measured:
    row = figures.row(LARGE_NAME)
    lost = [one for one in figures.texts if one.name == LARGE_NAME]
    refused = [one for one in lost if not one.text.startswith(PUT_OFF)]
    put_off = sum(one.count for one in lost) - sum(one.count for one in refused)
    count = row.count if row else 0
    taken = count - sum(one.count for one in lost)
    limit = _limit(
        f"certificates of {limits.large_document_octets:,.0f} octets", "taken",
        f"{taken} of {count}; {put_off} put off" if put_off else f"{taken} of {count}",
    )  # fmt: skip
    if (problem := _unanswered(figures, "push", limit)) is not None and problem.away:
        return problem
    if row is None or count == put_off:
        why = "every one was put off" if count else "none was sent"
        return Measured(limit, inconclusive=f"no large certificate was taken or refused: {why}")
    if not refused:
        return Measured(limit)
    told = "; ".join(f"{one.count} times: {one.text}" for one in refused[:5])
    message = f"{sum(one.count for one in refused)} of {count} large certificates were not taken."
    return Measured(limit, (LARGE.finding(message, "250", told, LARGE_NAME),))


def _paced(kind: Kind, figures: Figures, accesses: Sequence[str], limits: IxitLimits, seconds: float) -> Measured:
    found, told, few = [], [], []
    doubtful = True
    least = limits.fetch_p95_seconds * 1000 / UNNOTICED
    for access in accesses:
        first, last = figures.thirds.get(access, (None, None))
        if first is None or last is None or min(first.count, last.count) < FEWEST:
            few.append(access)
            continue
        told.append(f"{access} {_pace(first)} to {_pace(last)} ms")
        if last.p95 > first.p95 * limits.pace_factor and last.p95 - first.p95 > least:
            doubtful = doubtful and last.p95 - figures.late_p95 <= first.p95 * limits.pace_factor
            found.append(
                kind.finding(
                    f"Answers take longer at the end of the run than at its beginning ({access}).",
                    f"95th percentile of the last third at most {limits.pace_factor:g} times that of the first",
                    f"{_pace(first)} ms in the first third, {_pace(last)} ms in the last", access,
                )
            )  # fmt: skip
    limit = _limit(
        "pace, first to last third",
        f"at most {limits.pace_factor:g} times, in a run of {limits.soak_seconds:g} s or more",
        ", ".join(told) or "too few requests",
    )  # fmt: skip
    if seconds < limits.soak_seconds:
        short = f"the run lasted {seconds:g} s; a soak run of this partner lasts {limits.soak_seconds:g} s or more"
        return Measured(limit, not_applicable=short)
    if few and not found:
        reason = f"fewer than {FEWEST} requests in a third of the run ({', '.join(few)}): use a higher rate"
        return Measured(limit, inconclusive=reason)
    return Measured(limit, tuple(found), doubtful=doubtful)


def _pace(row: LoadRow) -> str:
    return f"{row.p95:.0f}"


def _available(kind: Kind, figures: Figures, accesses: Sequence[str], limits: IxitLimits) -> Measured:
    found, told, problems = [], [], []
    for access in accesses:
        course = figures.courses.get(access, ())
        down = [point.second for point in course if not point.good]
        share = 1 - len(down) / len(course) if course else 0.0
        told.append(f"{access} {share:.2%} of {len(course)} s")
        problem = _unanswered(figures, access, _limit("", "", ""))
        if problem is not None:
            problems.append(problem)
        elif share < limits.availability:
            found.append(
                kind.finding(
                    f"There are too many seconds without a single right answer ({access}).",
                    f"a right answer in at least {limits.availability:.2%} of the seconds",
                    f"{share:.2%}: none in {len(down)} of {len(course)} s, the first {down[0]} s after the start",
                    access,
                )
            )  # fmt: skip
    limit = _limit("availability", f"at least {limits.availability:.2%} of the seconds", ", ".join(told))
    if problems and not found:
        return replace(problems[0], limit=limit)
    return Measured(limit, tuple(found))
