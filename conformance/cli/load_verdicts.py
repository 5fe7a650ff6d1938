"""Verdicts of a load run: the partner's own limits (IXIT) against what was measured."""

from dataclasses import dataclass

from conformance.cli.load_figures import Figures, Row
from conformance.model.finding import Finding, Where
from conformance.model.record import CaseInfo, CaseResult
from conformance.model.words import Access, Level, Role, Verdict
from conformance.partner import IxitLimits

FEWEST = 20  # below that, a 95th percentile is only the longest time


@dataclass(frozen=True)
class _Kind:
    requirement: str
    level: Level
    access: Access
    role: Role
    title: str
    purpose: str


KINDS = {
    "pull": _Kind(
        "LOAD-001", Level.MUST, Access.PULL, Role.EXPORTER,
        "At the agreed rate, certificates are fetched within the agreed time and with the agreed share of errors.",
        "A season's certificates come at once. An exporter that answers quickly one at a time and fails under the "
        "agreed rate holds up goods at the border.",
    ),
    "verification": _Kind(
        "LOAD-005", Level.SHOULD, Access.VERIFICATION, Role.EXPORTER,
        "Looking up a certificate stays quick while bulk exchange runs.",
        "An inspector at the border waits for the page while the other accesses are busy.",
    ),
    "push": _Kind(
        "LOAD-006", Level.MUST, Access.PUSH, Role.IMPORTER,
        "Parallel mail sessions are served or told to come again, never dropped in silence.",
        "A sender that is told 421 or 451 tries again; a sender that hears nothing may believe its mail was taken.",
    ),
}  # fmt: skip


def verdicts(
    accesses: tuple[str, ...], figures: Figures, limits: IxitLimits, started: float, seconds: float
) -> tuple[CaseResult, ...]:
    """Return one result per access that was loaded, in the order given."""
    return tuple(_result(KINDS[access], access, figures, limits, started, seconds) for access in accesses)


def _result(
    kind: _Kind, access: str, figures: Figures, limits: IxitLimits, started: float, seconds: float
) -> CaseResult:
    case = CaseInfo(
        kind.requirement, kind.title, kind.purpose, (kind.requirement,), kind.access, kind.role, (), (), "load/"
    )
    total = figures.totals.get(access)
    fetches = [row for row in figures.rows if row.access == access and row.name.endswith("GetCertificate")]
    timed = fetches[0] if fetches else total
    verdict, reason, away = Verdict.PASS, "", False
    findings: tuple[Finding, ...] = ()
    if figures.faults:
        verdict, reason = Verdict.ERROR, f"a load process had a fault of its own: {figures.faults[0]}"
    elif total is None or timed is None or total.count < FEWEST:
        verdict = Verdict.INCONCLUSIVE
        reason = f"only {total.count if total else 0} requests were sent; at least {FEWEST} are needed: run longer"
    elif total.errors == total.count:
        verdict, reason, away = Verdict.INCONCLUSIVE, f"not one request was answered: {_first(figures, access)}", True
    elif access == "push":
        findings = _push_findings(kind, figures, total)
    else:
        findings = _limit_findings(kind, timed, total, limits.fetch_p95_seconds, limits.error_share)
        if findings and figures.late_p95 > limits.fetch_p95_seconds * 500:
            verdict, findings = Verdict.ERROR, ()
            reason = (
                f"the judge itself was late (95th percentile {figures.late_p95:.0f} ms), so the times say nothing of "
                "the partner: use more --workers, a lower rate, or another machine"
            )
    if findings:
        verdict, reason = Verdict.FAIL, findings[0].message
    return CaseResult(case, verdict, reason, findings, (), started, seconds, unreachable=away)


def _limit_findings(kind: _Kind, timed: Row, total: Row, p95: float, share: float) -> tuple[Finding, ...]:
    found = []
    if timed.p95 > p95 * 1000:
        found.append(
            _finding(
                kind,
                f"The 95th percentile of {timed.name} is over the agreed time.",
                f"at most {p95 * 1000:.0f} ms",
                f"{timed.p95:.0f} ms over {timed.count} requests (median {timed.p50:.0f}, longest {timed.max:.0f} ms)",
                timed.name,
            )
        )
    if total.error_share > share:
        found.append(
            _finding(
                kind,
                "The share of requests without a right answer is over the agreed one.",
                f"at most {share:.2%}",
                f"{total.error_share:.2%}: {total.errors} without answer and {total.deviations} wrong of {total.count}",
                total.name,
            )
        )
    return tuple(found)


def _push_findings(kind: _Kind, figures: Figures, total: Row) -> tuple[Finding, ...]:
    dropped = [
        (t, n) for name, t, n in figures.texts if name.startswith("push") and not t.startswith("told to come again")
    ]
    if not dropped:
        return ()
    told = "; ".join(f"{count} times: {text}" for text, count in dropped[:5])
    number = sum(count for _, count in dropped)
    return (
        _finding(
            kind, f"{number} of {total.count} messages were neither taken nor put off.", "250, or 421, 450, 451 or 452",
            told, "push",
        ),
    )  # fmt: skip


def _finding(kind: _Kind, message: str, expected: str, actual: str, part: str) -> Finding:
    return Finding(kind.requirement, message, expected, actual, Where(f"load figures: {part}"), kind.level)


def _first(figures: Figures, access: str) -> str:
    return next((text for name, text, _ in figures.texts if name.startswith(access)), "no reason recorded")
