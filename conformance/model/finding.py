"""A finding: one requirement, what was expected, what came, and where."""

from dataclasses import dataclass

from conformance.model.words import Layer, Level


@dataclass(frozen=True, slots=True)
class Where:
    """The place a finding speaks of.

    `part` names the message part for a person ("SOAP answer", "document CN-2026-7"), `message` is the SHA-256 of
    the recorded message if there is one, `line` counts from 1, `path` is an XPath with the document's own prefixes
    or the name of a header or field.
    """

    part: str = ""
    line: int | None = None
    path: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one requirement, told so that it can be mended and repeated."""

    requirement: str
    message: str
    expected: str
    actual: str
    where: Where = Where()
    level: Level = Level.MUST
    layer: Layer | None = None
