"""What is wrong with a signature, as findings."""

from lxml import etree

from conformance.checks.soap import line_of
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer


class Notes:
    """Collects findings of the signature layer, step by step, and the octets that were signed."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.steps: dict[str, int] = {}
        self.octets: dict[str, bytes] = {}

    def begin(self, step: str) -> None:
        """Note that what is found from here on belongs to `step`."""
        self.steps[step] = len(self.found)

    def add(
        self, requirement: str, message: str, expected: str, actual: str, node: etree._Element | None = None
    ) -> None:
        """Add one finding; `node` is where it is seen."""
        where = self.where(node)
        self.found.append(Finding(requirement, message, expected, actual[:400], where, layer=Layer.SIGNATURE))

    def where(self, node: etree._Element | None) -> Where:
        """Return the place of a node for a person."""
        line = None if node is None else line_of(node)
        path = "" if node is None else str(node.getroottree().getpath(node))
        return Where("signature", line, path)
