"""Defects of the documents the node issues: what they say and how they are written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.certificates.facts import Attachment, Facts
from reference_impl.certificates.names import RAM, UDT
from reference_impl.defects.defect import Collection, patch

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _say(node: "Node", change: Callable[[Facts], Facts]) -> None:
    build = node.builder.build
    patch(node.builder, build=lambda facts: build(change(facts)))


def _write(node: "Node", change: Callable[[etree._Element], None]) -> None:
    build = node.builder.build

    def changed(facts: Facts) -> etree._Element:
        root = build(facts)
        change(root)
        return root

    patch(node.builder, build=changed)


def _first(root: etree._Element, name: str) -> etree._Element:
    return next(root.iter(f"{{{RAM}}}{name}"))


@defects.add(
    "wrong-root-namespace", "Writes documents in the namespace of release 17B, as after half an upgrade.", "DOC-001"
)
def _wrong_root_namespace(node: "Node") -> None:
    patch(node.builder, namespace="urn:un:unece:uncefact:data:standard:SPSCertificate:18")


@defects.add("omits-issue-date", "Leaves out the date of issue, which its own form does not ask for.", "DOC-002")
def _omits_issue_date(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        element = _first(root, "IssueDateTime")
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)

    _write(node, change)


@defects.add(
    "number-with-trailing-space", "Pads the number in the document to the width of a database column.", "DOC-005"
)
def _number_with_trailing_space(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        element = _first(root, "ID")
        element.text = f"{element.text} "

    _write(node, change)


@defects.add("country-by-name", "Writes the importing country's name where its ISO 3166 code belongs.", "DOC-012")
def _country_by_name(node: "Node") -> None:
    _say(node, lambda facts: replace(facts, import_country=(facts.import_country[1], facts.import_country[1])))


@defects.add("local-times", "Writes local times without their offset from UTC.", "DOC-013")
def _local_times(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for element in root.iter(f"{{{UDT}}}DateTimeString"):
            element.text = (element.text or "").removesuffix("+00:00")

    _write(node, change)


@defects.add("issued-tomorrow", "Dates certificates with the planned day of loading, a day ahead.", "DOC-014")
def _issued_tomorrow(node: "Node") -> None:
    def change(facts: Facts) -> Facts:
        tomorrow = node.clock.now() + timedelta(days=1)
        return replace(facts, issued=tomorrow.strftime("%Y-%m-%dT%H:%M:%S+00:00"))

    _say(node, change)


@defects.add("placeholder-names", "Fills mandatory fields nobody entered with TBD and N/A.", "DOC-018")
def _placeholder_names(node: "Node") -> None:
    _say(
        node,
        lambda facts: replace(
            facts, consignor=replace(facts.consignor, name="N/A"), consignee=replace(facts.consignee, name="TBD")
        ),
    )


@defects.add("sequence-from-zero", "Numbers the goods from zero, as its programming language does.", "DOC-021")
def _sequence_from_zero(node: "Node") -> None:
    _say(
        node,
        lambda facts: replace(facts, lines=tuple(replace(g, sequence=str(i)) for i, g in enumerate(facts.lines))),
    )


@defects.add(
    "measure-without-unit", "Writes weights without their unit, everybody at home knows it is kilograms.", "DOC-023"
)
def _measure_without_unit(node: "Node") -> None:
    _say(node, lambda facts: replace(facts, lines=tuple(replace(g, unit="") for g in facts.lines)))


@defects.add(
    "bad-language-tag", "Writes the name of the operating system's locale where a language tag belongs.", "DOC-030"
)
def _bad_language_tag(node: "Node") -> None:
    _say(node, lambda facts: replace(facts, language="en_US.UTF-8"))


@defects.add("sends-doctype", "Puts a DOCTYPE before the root element, left over from an older format.", "DOC-033")
def _sends_doctype(node: "Node") -> None:
    finish = node.signer.finish

    def changed(root: etree._Element) -> bytes:
        head, _, rest = finish(root).partition(b"?>\n")
        return head + b"?>\n<!DOCTYPE rsm:SPSCertificate>\n" + rest

    patch(node.signer, finish=changed)


@defects.add("attachment-not-base64-type", "Attaches the text of a print job and calls it a PDF file.", "DOC-037")
def _attachment_not_base64_type(node: "Node") -> None:
    _say(
        node,
        lambda facts: replace(facts, attachment=Attachment("packing-list.pdf", "application/pdf", b"%!PS-Adobe-3.0\n")),
    )
