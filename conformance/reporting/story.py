"""The view of a run the templates are given: one frozen value per thing that is shown."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.model.exchange import Exchange, Message
from conformance.model.finding import Finding
from conformance.model.record import CaseResult, RunRecord, Step
from conformance.model.words import Verdict
from conformance.reporting.excerpt import Excerpt, excerpt
from conformance.reporting.requirements import Requirement
from conformance.reporting.text import duration, octets

Bodies = Callable[[str], bytes]
MAX_STEPS = 60


@dataclass(frozen=True)
class FindingView:
    """A finding with its requirement and the message it speaks of."""

    finding: Finding
    requirement: Requirement
    excerpt: Excerpt | None


@dataclass(frozen=True)
class StepView:
    """One line of the story: when (from the start of the case), what, how it ended."""

    at: str
    port: str
    action: str
    took: str
    sent: str
    got: str
    facts: str
    failure: str
    note: str


@dataclass(frozen=True)
class CaseView:
    """A case that did not simply pass, with all a reader needs to mend and repeat it."""

    result: CaseResult
    anchor: str
    findings: tuple[FindingView, ...]
    steps: tuple[StepView, ...]
    more_steps: int
    last: Excerpt | None
    command: str
    took: str


def case_view(record: RunRecord, index: int, bodies: Bodies, requirements: Mapping[str, Requirement]) -> CaseView:
    """Return the view of the result at an index of the record."""
    result = record.results[index]
    messages = _messages(result)
    findings = tuple(_finding_view(f, messages, bodies, requirements) for f in result.findings)
    shown = any(view.excerpt for view in findings)
    return CaseView(
        result=result,
        anchor=f"case-{index + 1}",
        findings=findings,
        steps=tuple(_step_view(step, result.started) for step in result.steps[:MAX_STEPS]),
        more_steps=max(0, len(result.steps) - MAX_STEPS),
        last=None if shown else _last_answer(result, bodies),
        command=command(record, result),
        took=duration(result.seconds),
    )


def command(record: RunRecord, result: CaseResult) -> str:
    """Return the command line that repeats just this case."""
    partner = shlex.quote(record.header.partner_file or "partner.toml")
    if result.case.source.startswith("load"):
        return f"ecert load {partner} {record.header.selection}".strip()
    return f"ecert run {partner} --case {shlex.quote(result.case.id)}"


def _messages(result: CaseResult) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for step in result.steps:
        if step.exchange:
            for message in (step.exchange.request, step.exchange.answer.response):
                if message is not None:
                    found[message.digest] = message
    return found


def _finding_view(
    finding: Finding, messages: Mapping[str, Message], bodies: Bodies, requirements: Mapping[str, Requirement]
) -> FindingView:
    requirement = requirements.get(finding.requirement) or Requirement(finding.requirement, level=finding.level.value)
    digest = finding.where.message
    shown = None
    if digest:
        message = messages.get(digest)
        body = _body(digest, message, bodies)
        if body is not None:
            shown = excerpt(body, digest, finding.where, message)
    return FindingView(finding, requirement, shown)


def _body(digest: str, message: Message | None, bodies: Bodies) -> bytes | None:
    """Return the octets of a message; a record may have lost the file, then what the exchange holds."""
    try:
        return bodies(digest)
    except (KeyError, OSError, ValueError):
        return message.body if message is not None else None


def _last_answer(result: CaseResult, bodies: Bodies) -> Excerpt | None:
    """Return the beginning of the last answer: the nearest to evidence when no finding names a message."""
    if result.verdict is Verdict.PASS:
        return None
    for step in reversed(result.steps):
        if step.exchange and step.exchange.answer.response is not None:
            message = step.exchange.answer.response
            body = _body(message.digest, message, bodies)
            return None if body is None else excerpt(body, message.digest, None, message)
    return None


def _step_view(step: Step, started: float) -> StepView:
    at = f"+{max(0.0, step.at - started):.3f} s"
    exchange = step.exchange
    if exchange is None:
        return StepView(at, "", "", "", "", "", "", "", step.note)
    failure = exchange.answer.failure
    return StepView(
        at=at,
        port=exchange.port,
        action=exchange.action,
        took=duration(exchange.seconds),
        sent=_size(exchange.request),
        got=_size(exchange.answer.response),
        facts=_facts(exchange),
        failure=f"{failure.kind.value}: {failure.text}" if failure else "",
        note=step.note,
    )


def _size(message: Message | None) -> str:
    return "" if message is None else f"{octets(len(message.body))} {message.media_type}".strip()


def _facts(exchange: Exchange) -> str:
    return ", ".join(f"{name}: {value[:120]}" for name, value in exchange.answer.facts[:8])
