"""The two seams at which a defect changes a document: what it is built from, and what was built."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.certificates.facts import Facts
from reference_impl.defects.defect import patch

if TYPE_CHECKING:
    from reference_impl.node import Node


def say(node: "Node", change: Callable[[Facts], Facts]) -> None:
    """Build documents from other facts than those given."""
    build = node.builder.build
    patch(node.builder, build=lambda facts: build(change(facts)))


def write(node: "Node", change: Callable[[etree._Element], None]) -> None:
    """Change a document after it was built and before it is signed."""
    build = node.builder.build

    def changed(facts: Facts) -> etree._Element:
        root = build(facts)
        change(root)
        return root

    patch(node.builder, build=changed)
