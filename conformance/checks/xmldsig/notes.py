"""What is wrong with a signature, as findings."""

from lxml import etree

from conformance.checks.soap import line_of
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer


class Notes:
    """Collects findings of the signature layer."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(
        self, requirement: str, message: str, expected: str, actual: str, node: etree._Element | None = None
    ) -> None:
        """Add one finding; `node` is where it is seen."""
        line = None if node is None else line_of(node)
        path = "" if node is None else str(node.getroottree().getpath(node))
        where = Where("signature", line, path)
        self.found.append(Finding(requirement, message, expected, actual[:400], where, layer=Layer.SIGNATURE))
