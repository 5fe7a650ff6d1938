"""Frozen values to JSON objects and back: the vocabulary of the record (schemas/json/record-1.json)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.finding import Finding, Where
from conformance.model.record import CaseInfo, Deviation, RunHeader
from conformance.model.words import Access, Layer, Level, Role

Json = dict[str, Any]
Store = Callable[[bytes], str]
Headers = tuple[tuple[str, str], ...]
Fetch = Callable[[str, Headers, str], Message]


def moment(time: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the microsecond."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def case_to_json(case: CaseInfo) -> Json:
    """Return a case as a JSON object."""
    return {
        "id": case.id,
        "title": case.title,
        "purpose": case.purpose,
        "requirements": list(case.requirements),
        "access": case.access.value,
        "role": case.role.value,
        "needs": list(case.needs),
        "defects": list(case.defects),
        "source": case.source,
        "interconnection": case.interconnection,
    }


def case_from_json(data: Mapping[str, Any]) -> CaseInfo:
    """Return a case from its JSON object."""
    return CaseInfo(
        id=data["id"],
        title=data["title"],
        purpose=data["purpose"],
        requirements=tuple(data["requirements"]),
        access=Access(data["access"]),
        role=Role(data["role"]),
        needs=tuple(data["needs"]),
        defects=tuple(data["defects"]),
        source=data["source"],
        interconnection=data["interconnection"],
    )


def finding_to_json(finding: Finding) -> Json:
    """Return a finding as a JSON object."""
    where = finding.where
    return {
        "requirement": finding.requirement,
        "message": finding.message,
        "expected": finding.expected,
        "actual": finding.actual,
        "level": finding.level.value,
        "layer": finding.layer.value if finding.layer else None,
        "where": {"part": where.part, "line": where.line, "path": where.path, "message": where.message},
    }


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """Return a finding from its JSON object."""
    return Finding(
        requirement=data["requirement"],
        message=data["message"],
        expected=data["expected"],
        actual=data["actual"],
        where=Where(**data["where"]),
        level=Level(data["level"]),
        layer=Layer(data["layer"]) if data["layer"] else None,
    )


def _message_to_json(message: Message | None, store: Store) -> Json | None:
    if message is None:
        return None
    return {
        "media_type": message.media_type,
        "headers": [list(pair) for pair in message.headers],
        "digest": store(message.body),
        "size": len(message.body),
    }


def _message_from_json(data: Mapping[str, Any] | None, fetch: Fetch) -> Message | None:
    if data is None:
        return None
    headers = tuple((str(name), str(value)) for name, value in data["headers"])
    return fetch(data["media_type"], headers, data["digest"])


def exchange_to_json(exchange: Exchange, store: Store) -> Json:
    """Return an exchange as a JSON object; `store` keeps a body and gives its name."""
    answer = exchange.answer
    return {
        "port": exchange.port,
        "action": exchange.action,
        "request": _message_to_json(exchange.request, store),
        "response": _message_to_json(answer.response, store),
        "failure": {"kind": answer.failure.kind.value, "text": answer.failure.text} if answer.failure else None,
        "facts": [list(pair) for pair in answer.facts],
        "started": exchange.started,
        "seconds": exchange.seconds,
    }


def exchange_from_json(data: Mapping[str, Any], fetch: Fetch) -> Exchange:
    """Return an exchange from its JSON object; `fetch` makes a message of media type, headers and name."""
    failure = data["failure"]
    return Exchange(
        port=data["port"],
        action=data["action"],
        request=_message_from_json(data["request"], fetch),
        answer=Answer(
            response=_message_from_json(data["response"], fetch),
            failure=Failure(FailureKind(failure["kind"]), failure["text"]) if failure else None,
            facts=tuple((str(name), str(value)) for name, value in data["facts"]),
        ),
        started=data["started"],
        seconds=data["seconds"],
    )


_PAIRS = ("settings", "digests", "environment")


def header_to_json(header: RunHeader) -> Json:
    """Return the head of a run as a JSON object."""
    return {
        "run_id": header.run_id,
        "started": moment(header.started),
        "suite_version": header.suite_version,
        "seed": header.seed,
        "partner": header.partner,
        "country": header.country,
        "ics": list(header.ics),
        "selection": header.selection,
        "started_by": header.started_by,
        "partner_file": header.partner_file,
        "strict": header.strict,
        **{name: [list(pair) for pair in getattr(header, name)] for name in _PAIRS},
    }


def header_from_json(data: Mapping[str, Any]) -> RunHeader:
    """Return the head of a run from its JSON object."""
    return RunHeader(
        run_id=data["run_id"],
        started=datetime.fromisoformat(data["started"]),
        suite_version=data["suite_version"],
        seed=data["seed"],
        partner=data["partner"],
        country=data["country"],
        ics=tuple(data["ics"]),
        settings=_pairs(data["settings"]),
        digests=_pairs(data["digests"]),
        environment=_pairs(data["environment"]),
        selection=data["selection"],
        started_by=data["started_by"],
        partner_file=data["partner_file"],
        strict=bool(data.get("strict", False)),
    )


def _pairs(data: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in data)


def deviation_to_json(deviation: Deviation) -> Json:
    """Return a deviation as a JSON object."""
    names = ("case", "reason", "owner", "expires", "state")
    return {name: getattr(deviation, name) for name in names}


def deviation_from_json(data: Mapping[str, Any]) -> Deviation:
    """Return a deviation from its JSON object."""
    return Deviation(data["case"], data["reason"], data["owner"], data["expires"], data["state"])
