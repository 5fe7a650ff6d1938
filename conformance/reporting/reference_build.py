"""From the record of a run against the clean reference node to the answers a report shows beside a partner's."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from conformance.model.exchange import Exchange
from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Verdict
from conformance.reporting.pictures import is_picture
from conformance.reporting.reference import MOST_ALIKE, Reference, ReferenceStep, key
from conformance.reporting.reference_clean import Inventor, Readable, readable

Shape = tuple[tuple[str, ...], ...]
_OF_THE_WIRE = frozenset({"date", "content-length", "connection", "host", "accept-encoding"})
_DETAIL = re.compile(r"<(?:[\w.-]+:)?[dD]etail>\s*<(?:[\w.-]+:)?(\w+)")
_CODE = re.compile(r"<(?:[\w.-]+:)?(?:faultcode|Value)>(?:[\w.-]+:)?(\w+)<")
_NOTHING = Readable("")
_NOT_SEEN = frozenset({"html", "accessible", "asked"})


class NotClean(Exception):
    """The record is not that of a run in which every case passed; the message says what is wrong."""


def build(*records: RunRecord) -> Reference:
    """Return the answers records hold, case by case, made readable and free of what is secret or of the run.

    A case is taken from the first record in which it ran; one that no declaration of the node allows has no answers.
    Raises `NotClean` when a run was cut off or a case did not pass: what a faulty node answers is no reference.
    """
    cases: dict[str, tuple[ReferenceStep, ...]] = {}
    for record in records:
        bad = [r.case.id for r in record.results if r.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
        if bad or not record.complete or not record.results:
            raise NotClean(f"not every case passed: {', '.join(bad) or 'the run was cut off'}")
        for result in record.results:
            if not cases.get(result.case.id):
                cases[result.case.id] = _steps(record, result)
    return Reference(records[0].header.suite_version if records else "", cases)


def shape(reference: Reference) -> Mapping[str, Shape]:
    """Return what stays the same from run to run: each case's steps in order, and of what kind their answers are.

    Repeated askings, which depend on how quick the machine is, count as one; steps that were done side by side have
    no order of their own, so equal names are what is compared.
    """
    return {
        name: tuple(dict.fromkeys((*key(step.port, step.action), _kind(step)) for step in steps))
        for name, steps in reference.cases.items()
    }


def _kind(step: ReferenceStep) -> str:
    if step.failure:
        return step.failure.partition(":")[0]
    return ", ".join((*(step.head if step.port in ("pull", "https") else ()), step.media_type))


def _steps(record: RunRecord, result: CaseResult) -> tuple[ReferenceStep, ...]:
    # A picture is taken for people, and shows what other steps tell.
    exchanges = [step.exchange for step in result.steps if step.exchange and not is_picture(step.exchange)]
    inventor = Inventor(record.header.started, record.header.run_id)
    for exchange in exchanges:
        for code in _codes(exchange):
            inventor.known.setdefault(code, f"CODE{len(inventor.known) + 1:06}")
    bodies = [_body(exchange) for exchange in exchanges]
    inventor.learn(text for body in bodies for text in (body.text, body.document))
    steps = [_step(exchange, body, inventor) for exchange, body in zip(exchanges, bodies, strict=True)]
    seen = Counter[object]()
    kept = []
    for step in steps:
        alike = key(step.port, step.action), _kind(step)
        seen[alike] += 1
        if seen[alike] <= MOST_ALIKE:
            kept.append(step)
    return tuple(kept)


def _codes(exchange: Exchange) -> tuple[str, ...]:
    """Return the verification codes a hook gave away."""
    response = exchange.answer.response
    if exchange.port == "hook" and response is not None:
        with suppress(ValueError, AttributeError):
            code = json.loads(response.body).get("verification_code")
            return (code,) if isinstance(code, str) and code else ()
    return ()


def _body(exchange: Exchange) -> Readable:
    response = exchange.answer.response
    if response is None:
        return _NOTHING
    if exchange.port == "browser":
        return Readable(_seen(response.body))
    return readable(response.body, response.media_type)


def _seen(body: bytes) -> str:
    """Return what a browser saw, without the page's own text in markup, which other steps show."""
    told = {name: value for name, value in json.loads(body).items() if name not in _NOT_SEEN}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _step(exchange: Exchange, body: Readable, inventor: Inventor) -> ReferenceStep:
    response, failure = exchange.answer.response, exchange.answer.failure
    headers = response.headers if response is not None else ()
    return ReferenceStep(
        port=exchange.port,
        action=inventor.clean(exchange.action),
        media_type=response.media_type if response is not None else "",
        head=tuple(inventor.clean(line) for line in (*_head(exchange), *_fault(body.text))),
        headers=tuple((name, inventor.clean(value)) for name, value in headers if name.lower() not in _OF_THE_WIRE),
        text=inventor.clean(body.text),
        document=inventor.clean(body.document),
        failure=inventor.clean(f"{failure.kind.value}: {failure.text}") if failure else "",
    )


def _fault(text: str) -> tuple[str, ...]:
    """Return the name of the fault a SOAP answer carries, or its code where it has no detail."""
    found = _DETAIL.search(text) or _CODE.search(text)
    return (f"fault {found.group(1)}",) if found else ()


def _head(exchange: Exchange) -> tuple[str, ...]:
    """Return the head of an answer in words: the HTTP status, the TLS agreed on, the envelope of a mail."""
    answer = exchange.answer
    if status := answer.fact("status"):
        return (f"HTTP status {status}",)
    if exchange.port == "tls" and (version := answer.fact("tls")):
        return (f"{version}, {answer.fact('cipher') or 'cipher not told'}",)
    if envelope := answer.fact("envelope"):
        told = json.loads(envelope)
        return (f"Envelope from {told['sender']} to {', '.join(told['recipients'])}, {told['tls'] or 'without TLS'}",)
    if exchange.port == "served-pull" and answer.fact("method"):
        return (f"{answer.fact('method')} by {answer.fact('tls') or 'no TLS'}",)
    return ()
