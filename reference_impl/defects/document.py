"""Defects of the documents the node issues: what they say and how they are written."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.certificates.facts import Attachment, Facts
from reference_impl.certificates.names import RAM, UDT
from reference_impl.defects.defect import Collection, patch
from reference_impl.defects.writing import say, write
from reference_impl.store.certificates import Certificate
from reference_impl.web.view import View

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _first(root: etree._Element, name: str) -> etree._Element:
    return next(root.iter(f"{{{RAM}}}{name}"))


@defects.add(
    "wrong-root-namespace",
    "Writes documents in the namespace of release 17B, as after half an upgrade.",
    "DOC-001",
    "DOC-002",
    "DOC-004",
    "DOC-048",
)
def _wrong_root_namespace(node: "Node") -> None:
    patch(node.builder, namespace="urn:un:unece:uncefact:data:standard:SPSCertificate:18")


@defects.add("type-before-number", "Writes the type before the number, in the order of its own tables.", "DOC-047")
def _type_before_number(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        number = _first(root, "ID")
        _first(root, "TypeCode").addnext(number)

    write(node, change)


@defects.add("national-element", "Adds an element of its own, as the national system has always done.", "DOC-048")
def _national_element(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        office = etree.Element(f"{{{RAM}}}RegionalOfficeCode")
        office.text = "0417"
        _first(root, "StatusCode").addnext(office)

    write(node, change)


@defects.add(
    "misspelt-namespace",
    "Writes the namespace of a data type with a capital letter too many.",
    "DOC-003",
    "DOC-002",
    "DOC-048",
)
def _misspelt_namespace(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for element in [*root.iter(f"{{{UDT}}}*")]:
            element.tag = element.tag.replace(":data:standard:", ":data:Standard:")

    write(node, change)


@defects.add("own-status-code", "Writes the state by the number it has in its own database.", "DOC-007", "DOC-009")
def _own_status_code(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        _first(root, "StatusCode").text = "7000"

    write(node, change)


@defects.add(
    "omits-issue-date", "Leaves out the date of issue, which its own form does not ask for.", "DOC-004", "WEB-002"
)
def _omits_issue_date(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        element = _first(root, "IssueDateTime")
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)

    write(node, change)


@defects.add(
    "number-with-trailing-space", "Pads the number in the document to the width of a database column.", "DOC-005"
)
def _number_with_trailing_space(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        element = _first(root, "ID")
        element.text = f"{element.text} "

    write(node, change)


@defects.add("country-by-name", "Writes the importing country's name where its code belongs.", "DOC-011", "DOC-012")
def _country_by_name(node: "Node") -> None:
    say(node, lambda facts: replace(facts, import_country=(facts.import_country[1], facts.import_country[1])))


@defects.add("local-times", "Writes local times without their offset from UTC.", "DOC-013")
def _local_times(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for element in root.iter(f"{{{UDT}}}DateTimeString"):
            element.text = (element.text or "").removesuffix("+00:00")

    write(node, change)


@defects.add(
    "issued-tomorrow", "Dates certificates with the planned day of loading, a day ahead.", "DOC-014", "DOC-015"
)
def _issued_tomorrow(node: "Node") -> None:
    def change(facts: Facts) -> Facts:
        tomorrow = node.clock.now() + timedelta(days=1)
        return replace(facts, issued=tomorrow.strftime("%Y-%m-%dT%H:%M:%S+00:00"))

    say(node, change)


@defects.add("placeholder-names", "Fills mandatory fields nobody entered with TBD and N/A.", "DOC-018")
def _placeholder_names(node: "Node") -> None:
    say(
        node,
        lambda facts: replace(
            facts, consignor=replace(facts.consignor, name="N/A"), consignee=replace(facts.consignee, name="TBD")
        ),
    )


@defects.add("sequence-from-zero", "Numbers the goods from zero, as its programming language does.", "DOC-021")
def _sequence_from_zero(node: "Node") -> None:
    say(
        node,
        lambda facts: replace(facts, lines=tuple(replace(g, sequence=str(i)) for i, g in enumerate(facts.lines))),
    )


@defects.add(
    "measure-without-unit", "Writes weights without their unit, everybody at home knows it is kilograms.", "DOC-023"
)
def _measure_without_unit(node: "Node") -> None:
    say(node, lambda facts: replace(facts, lines=tuple(replace(g, unit="") for g in facts.lines)))


@defects.add(
    "bad-language-tag",
    "Writes the name of the operating system's locale where a language tag belongs.",
    "DOC-030",
    "DOC-031",
)
def _bad_language_tag(node: "Node") -> None:
    say(node, lambda facts: replace(facts, language="en_US.UTF-8"))


@defects.add("sends-doctype", "Puts a DOCTYPE before the root element, left over from an older format.", "DOC-033")
def _sends_doctype(node: "Node") -> None:
    finish, view = node.signer.finish, node.pages.view
    doctype = b"<!DOCTYPE rsm:SPSCertificate>\n"

    def changed(root: etree._Element) -> bytes:
        head, _, rest = finish(root).partition(b"?>\n")
        return head + b"?>\n" + doctype + rest

    def shown(certificate: Certificate) -> View:
        return view(replace(certificate, document=certificate.document.replace(doctype, b"")))

    patch(node.signer, finish=changed)
    patch(node.pages, view=shown)


@defects.add("attachment-not-base64-type", "Attaches the text of a print job and calls it a PDF file.", "DOC-037")
def _attachment_not_base64_type(node: "Node") -> None:
    say(
        node,
        lambda facts: replace(facts, attachment=Attachment("packing-list.pdf", "application/pdf", b"%!PS-Adobe-3.0\n")),
    )


@defects.add("reference-without-type", "Leaves out of what kind the documents are that it refers to.", "DOC-039")
def _reference_without_type(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for reference in root.iter(f"{{{RAM}}}ReferenceSPSReferencedDocument"):
            type_code = reference.find(f"{{{RAM}}}TypeCode")
            if type_code is not None:
                reference.remove(type_code)

    write(node, change)


@defects.add("container-mistyped", "Takes container numbers as they were typed in, one figure wrong.", "DOC-041")
def _container_mistyped(node: "Node") -> None:
    def mistyped(number: str) -> str:
        return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"

    say(node, lambda facts: replace(facts, container=mistyped(facts.container)))
