"""Beside a finding: the step it speaks of, and what the reference node answers at the same step of the same case."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.model.exchange import Exchange, Message
from conformance.model.finding import Finding, Where
from conformance.model.record import CaseResult
from conformance.reporting.excerpt import Excerpt, excerpt
from conformance.reporting.pictures import is_picture
from conformance.reporting.place import offset_of_path
from conformance.reporting.reference import Reference, ReferenceStep, counterpart, failure_in_words

FIRST_LINES = 40
_BINARY = ("application/pkix-cert", "image/png", "image/jpeg")
# What a finding's place tells of the port it was seen at; the first that fits counts.
_PORTS = (
    ("verification page", "https", ""),
    ("page in the browser", "browser", ""),
    ("HTTP answer", "https", ""),
    ("SMTP dialogue", "smtp", ""),
    ("mail message", "mailbox", ""),
    ("judge's mailbox", "mailbox", ""),
    ("at the importer", "hook", "lookup"),
    ("delivery of", "hook", "delivery"),
    ("partner's client", "served-pull", ""),
    ("judge's pull service", "served-pull", ""),
    ("TLS at", "tls", ""),
    ("pull access", "pull", ""),
    ("SOAP", "pull", ""),
    ("WSDL", "pull", ""),
    ("document", "pull", "GetCertificate"),
    ("sign", "pull", "GetCertificate"),
)
_VERBS = {
    "served-pull": "What the reference node sends",
    "mailbox": "What the reference node sends",
    "hook": "What the reference node's hook answers",
}
_LAST_NAME = re.compile(r"([\w.-]+)(?:\[\d+\])*$")


@dataclass(frozen=True)
class Place:
    """The exchange a finding speaks of, by its index; `certain` when the finding names a message of it."""

    at: int
    exchange: Exchange
    certain: bool


@dataclass(frozen=True)
class ReferenceView:
    """The reference node's answer as a report shows it. `excerpt` is None where there is nothing to show.

    `note` says plainly when there is no counterpart, or in what the two runs differ.
    """

    title: str
    step: str = ""
    head: tuple[str, ...] = ()
    failure: str = ""
    excerpt: Excerpt | None = None
    note: str = ""


def exchanges_of(result: CaseResult) -> list[Exchange]:
    """Return the exchanges of a case in their order."""
    return [step.exchange for step in result.steps if step.exchange]


def place_of(exchanges: Sequence[Exchange], finding: Finding | None) -> Place | None:
    """Return the exchange a finding speaks of: the one whose message it names, else the last of its kind."""
    if not exchanges:
        return None
    indexes = range(len(exchanges))
    if finding is not None and finding.where.message:
        named = [i for i in indexes if finding.where.message in _digests(exchanges[i])]
        if named:
            return Place(named[-1], exchanges[named[-1]], certain=True)
    fits = [i for i in indexes if _fits(exchanges[i], finding)] if finding is not None else []
    at = (fits or list(indexes))[-1]
    return Place(at, exchanges[at], certain=False)


def message_of(place: Place | None) -> Message | None:
    """Return the answer at a place when a person can read it."""
    message = place.exchange.answer.response if place else None
    return None if message is None or message.media_type in _BINARY else message


def reference_view(result: CaseResult, finding: Finding | None, reference: Reference) -> ReferenceView | None:
    """Return what to show of the reference node beside a finding (or, without one, beside the case's last step).

    None where there are no reference answers at all, and for load runs, which have no steps.
    """
    if not reference.cases or result.case.source.startswith("load"):
        return None
    title = "What the reference node answers"
    theirs = reference.cases.get(result.case.id)
    if theirs is None:
        return ReferenceView(title, note="Not known: this case was not in the run the reference answers are from.")
    if not theirs:
        return ReferenceView(title, note="Not known: the reference node does not declare what this case needs.")
    exchanges = exchanges_of(result)
    place = place_of(exchanges, finding)
    if place is None:
        return ReferenceView(title, note="Nothing to compare: no exchange of this case was recorded.")
    step = f"{place.exchange.port}: {place.exchange.action}"
    found = counterpart(exchanges, place.at, theirs)
    if found is None:
        note = f"Nothing to compare: the reference node's run of this case has no step '{step}'."
        return ReferenceView(title, note=note)
    title = _VERBS.get(found.step.port, title)
    return ReferenceView(
        title=f"{title} to the same input" if title.endswith("answers") else f"{title} at the same step",
        step=f"{found.step.port}: {found.step.action}",
        head=found.step.head,
        failure=failure_in_words(found.step),
        excerpt=_excerpt(found.step, finding.where if finding else Where()),
        note=found.note,
    )


def reply_line(dialogue: str, command: str) -> int | None:
    """Return the line of the last reply to an SMTP command, the final one where there are two."""
    lines = dialogue.split("\n")
    asked = [at for at, line in enumerate(lines) if line.upper().startswith(f"C: {command.upper()}")]
    if not asked:
        return None
    replies = [at for at in range(asked[-1], len(lines)) if lines[at].startswith("S: ")]
    final = [at for at in replies if not lines[at].startswith("S: 354")]
    return final[0] + 1 if final else None


def _digests(exchange: Exchange) -> set[str]:
    return {m.digest for m in (exchange.request, exchange.answer.response) if m is not None}


def _fits(exchange: Exchange, finding: Finding) -> bool:
    for words, port, action in _PORTS:
        if words in finding.where.part:
            if port != exchange.port or not exchange.action.startswith(action) or is_picture(exchange):
                return False
            return port != "tls" or _same_handshake(exchange.action, finding)
    return False


def _same_handshake(action: str, finding: Finding) -> bool:
    """Tell whether a handshake is of the access a finding names and, if it names one, of its protocol version."""
    access, _, rest = action.partition(" ")
    if f"TLS at {access} " not in finding.where.part:
        return False
    named = re.search(r"\bTLSv1(\.\d)?\b", finding.message)
    return named is None or rest.startswith(f"{named.group()},")


def _excerpt(step: ReferenceStep, where: Where) -> Excerpt | None:
    if not step.text and not step.document:
        return excerpt(b"", "", where, Message("", b"", step.headers)) if step.headers else None
    text, line = _shown(step, where)
    message = Message(step.media_type, b"", () if text == step.document and step.text else step.headers)
    place = Where(where.part, line, where.path)
    return excerpt(text.encode(), "", place, message, first=FIRST_LINES)


def _shown(step: ReferenceStep, where: Where) -> tuple[str, int | None]:
    """Return the text that holds the place, the certificate before what carries it, and the place's line if known."""
    texts = [text for text in (step.document, step.text) if text]
    for text in texts:
        if where.path.startswith("/") and (offset := offset_of_path(text, where.path)) is not None:
            return text, text.count("\n", 0, offset) + 1
    named = _LAST_NAME.search(where.path)
    if step.port == "smtp" and where.path:
        return step.text, reply_line(step.text, where.path)
    for text in texts if named and where.path else ():
        element = re.search(rf"<(?:[\w.-]+:)?{re.escape(named.group(1))}[\s/>]", text) if named else None
        if element:
            return text, text.count("\n", 0, element.start()) + 1
    about_document = where.part.startswith(("document", "sign"))
    return (texts[0] if about_document else step.text or step.document), None
