"""The view of a run the templates are given: one frozen value per thing that is shown."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.model.exchange import Exchange, Message
from conformance.model.finding import Finding
from conformance.model.record import CaseResult, RunRecord, Step
from conformance.model.words import Verdict
from conformance.reporting.beside import (
    ReferenceView,
    exchanges_of,
    message_of,
    place_of,
    reference_view,
    reply_line,
)
from conformance.reporting.excerpt import FIRST_LINES, Excerpt, excerpt
from conformance.reporting.pictures import PictureView, is_picture, pictures_of
from conformance.reporting.reference import Reference
from conformance.reporting.requirements import Requirement
from conformance.reporting.text import duration, octets

Bodies = Callable[[str], bytes]
MAX_STEPS = 60
DIALOGUE_LINES = 60
# Said better elsewhere: certificates are no reading matter, and a dialogue is shown as a message.
_NOT_TOLD = frozenset({"peer", "peer-certificate", "envelope", "order", "answered-after"})


@dataclass(frozen=True)
class FindingView:
    """A finding with its requirement, the message it speaks of, and the reference node's answer at the same step.

    Where message or answer were shown with an earlier finding of the case just so, `same` and `reference_same` are the
    number of that finding, counted from 1, and they are not shown again.
    """

    finding: Finding
    requirement: Requirement
    excerpt: Excerpt | None
    title: str
    reference: ReferenceView | None
    same: int = 0
    reference_same: int = 0


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
    reference: ReferenceView | None
    pictures: tuple[PictureView, ...]
    command: str
    took: str


def case_view(
    record: RunRecord, index: int, bodies: Bodies, requirements: Mapping[str, Requirement], reference: Reference
) -> CaseView:
    """Return the view of the result at an index of the record."""
    result = record.results[index]
    messages = _messages(result)
    findings = [_finding_view(result, f, messages, bodies, requirements, reference) for f in result.findings]
    undecided = result.verdict is Verdict.INCONCLUSIVE and not findings and bool(exchanges_of(result))
    return CaseView(
        result=result,
        anchor=f"case-{index + 1}",
        findings=_each_once(findings),
        steps=tuple(_step_view(step, result.started) for step in result.steps[:MAX_STEPS]),
        more_steps=max(0, len(result.steps) - MAX_STEPS),
        last=None if findings else _last_answer(result, bodies),
        reference=reference_view(result, None, reference) if undecided else None,
        pictures=pictures_of(result, bodies),
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
    result: CaseResult,
    finding: Finding,
    messages: Mapping[str, Message],
    bodies: Bodies,
    requirements: Mapping[str, Requirement],
    reference: Reference,
) -> FindingView:
    requirement = requirements.get(finding.requirement) or Requirement(finding.requirement, level=finding.level.value)
    digest, title, where = finding.where.message, finding.where.part or "The message", finding.where
    place = place_of(exchanges_of(result), finding)
    if not digest and (message := message_of(place)) is not None and place is not None:
        digest = message.digest
        title = f"The last answer of this kind: {place.exchange.port}: {place.exchange.action}"
    message = messages.get(digest)
    body = _body(digest, message, bodies) if digest else None
    if body is not None and place is not None and place.exchange.port == "smtp" and where.path:
        where = replace(where, line=reply_line(body.decode("utf-8", "replace"), where.path))
    # The reply that matters stands near the end of a mail dialogue, and the way to it is part of the evidence.
    first = DIALOGUE_LINES if place is not None and place.exchange.port == "smtp" else FIRST_LINES
    shown = None if body is None else excerpt(body, digest, where, message, first=first)
    return FindingView(finding, requirement, shown, title, reference_view(result, finding, reference))


def _each_once(views: Sequence[FindingView]) -> tuple[FindingView, ...]:
    """Return the views, with messages and answers that an earlier one shows just so pointing there."""
    shown: dict[object, int] = {}
    once = []
    for number, view in enumerate(views, 1):
        same = shown.setdefault(view.excerpt, number) if view.excerpt else number
        other = shown.setdefault(view.reference, number) if view.reference else number
        once.append(replace(view, same=same % number, reference_same=other % number))
    return tuple(once)


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
        if step.exchange and step.exchange.answer.response is not None and not is_picture(step.exchange):
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
    told = [(n, v) for n, v in exchange.answer.facts if v and n not in _NOT_TOLD and not n.startswith("reply ")]
    return ", ".join(f"{name}: {value[:120]}" for name, value in told[:8])
