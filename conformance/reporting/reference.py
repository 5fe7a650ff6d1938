"""What the reference node answers: the answers of a clean run, and which of them belongs to a step of another run.

The answers lie in `reports/reference/answers.json`. The file is built from the record of a run against the clean
node (`ecert reference`); the judge reads it as it reads the catalogue, and never the node itself.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from conformance.data import data_path
from conformance.model.exchange import Exchange

FORMAT = "ecert-reference-2"
PLACE = ("reports", "reference", "answers.json")
_NAME_LENGTH = 12
MOST_ALIKE = 6
"""How many steps of one name with answers of one kind are kept of a case: a hundred samples say no more."""
_NUMBER = re.compile(r"\b[A-Z]{2}-\d{4}-[0-9A-F]{6,}\S*")
_VARIANT = re.compile(r"(?<=/)[A-Z]{2}-\d[^/\s]*")
_DOMAIN = re.compile(r"@\S+")
_TOKEN = re.compile(r"/(?=[\w-]*\d)[\w-]{16,}(?=/|$)")


@dataclass(frozen=True)
class ReferenceStep:
    """One step of a case against the clean reference node: what was done, and what it answered.

    `head` is the answer's head in words, `text` a readable excerpt of its body, `document` the certificate inside it,
    `failure` why there was no whole answer. Numbers, codes, times and keys are invented.
    """

    port: str
    action: str
    media_type: str = ""
    head: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    document: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Reference:
    """The reference node's answers by case id, and the version of the suite they were taken with."""

    suite_version: str
    cases: Mapping[str, tuple[ReferenceStep, ...]]


@dataclass(frozen=True)
class Counterpart:
    """The step of the reference node that belongs to a step; `note` says where the two runs are not alike."""

    step: ReferenceStep
    note: str = ""


NONE = Reference("", {})


def key(port: str, action: str) -> tuple[str, str]:
    """Return what two runs of a case have in common in a step's name: numbers, mail domains and link tokens go."""
    common = _DOMAIN.sub("@", _NUMBER.sub("", _VARIANT.sub("", action)))
    return port, _TOKEN.sub("/…", common).strip()


def failure_in_words(step: ReferenceStep) -> str:
    """Return why a step has no whole answer, as a person says it: with this node it is always as it should be."""
    if not step.failure:
        return ""
    if step.port == "tls" and step.failure.startswith("tls:"):
        return f"It refuses the handshake ({step.failure.removeprefix('tls: ')})."
    if step.port in ("served-pull", "mailbox"):
        return f"Nothing, as it should ({step.failure.partition(': ')[2]})."
    return f"No whole answer ({step.failure})."


def counterpart(exchanges: Sequence[Exchange], at: int, reference: Sequence[ReferenceStep]) -> Counterpart | None:
    """Return the reference node's step that belongs to the exchange at an index of the same case, or None.

    It is the one of the same name and the same place among its namesakes. A step asked more often than the reference
    node had to be asked has the last of them.
    """
    wanted = exchanges[at]
    for same in (key, _loose):
        name = same(wanted.port, wanted.action)
        theirs = [step for step in reference if same(step.port, step.action) == name]
        if not theirs:
            continue
        before = sum(same(one.port, one.action) == name for one in exchanges[:at])
        if before < len(theirs):
            return Counterpart(theirs[before])
        if len(theirs) >= MOST_ALIKE:
            return Counterpart(theirs[-1], "Of this step no more answers are kept; this is the last.")
        times = "once" if len(theirs) == 1 else f"{len(theirs)} times"
        return Counterpart(theirs[-1], f"The reference node needs this step only {times}; this is the last.")
    return None


def _loose(port: str, action: str) -> tuple[str, str]:
    """Return port and method: where a page lies is each system's own business, all other names are the judge's."""
    return (port, action.partition(" ")[0]) if port == "https" else key(port, action)


def to_text(reference: Reference) -> str:
    """Return the file's content: every text stands once, under a name of its own and line by line.

    So a change of one answer is a change of one place in a diff.
    """
    texts: dict[str, str] = {}
    cases = {name: [_step_to_json(step, texts) for step in steps] for name, steps in sorted(reference.cases.items())}
    document = {
        "format": FORMAT,
        "suite_version": reference.suite_version,
        "texts": {name: text.split("\n") for name, text in sorted(texts.items())},
        "cases": cases,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def from_text(text: str) -> Reference:
    """Return what a file says. Raises `ValueError` when it is not such a file."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r} is not known")
        texts = {name: "\n".join(lines) for name, lines in data["texts"].items()}
        cases = {name: tuple(_step_from_json(step, texts) for step in steps) for name, steps in data["cases"].items()}
        return Reference(data["suite_version"], cases)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"these are not reference answers: {error!r}") from error


@lru_cache(maxsize=1)
def load_reference() -> Reference:
    """Return the installed answers. Raises `OSError` or `ValueError` when the installation is broken."""
    return from_text(data_path(*PLACE).read_text("utf-8"))


def _step_to_json(step: ReferenceStep, texts: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"port": step.port, "action": step.action}
    if step.media_type:
        told["media_type"] = step.media_type
    if step.head:
        told["head"] = list(step.head)
    headers = "\n".join(f"{name}: {value}" for name, value in step.headers)
    for name, text in (("headers", headers), ("text", step.text), ("document", step.document)):
        if text:
            told[name] = sha256(text.encode()).hexdigest()[:_NAME_LENGTH]
            texts[told[name]] = text
    if step.failure:
        told["failure"] = step.failure
    return told


def _step_from_json(data: Mapping[str, Any], texts: Mapping[str, str]) -> ReferenceStep:
    return ReferenceStep(
        port=data["port"],
        action=data["action"],
        media_type=data.get("media_type", ""),
        head=tuple(data.get("head", ())),
        headers=tuple(_header(line) for line in texts[data["headers"]].split("\n")) if "headers" in data else (),
        text=texts[data["text"]] if "text" in data else "",
        document=texts[data["document"]] if "document" in data else "",
        failure=data.get("failure", ""),
    )


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value
