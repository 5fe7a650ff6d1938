"""Defects of what the node's documents say of people, goods, treatments and other documents."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.certificates.facts import Facts
from reference_impl.certificates.names import RAM, UDT, add, add_moment, ram
from reference_impl.defects.defect import Collection
from reference_impl.defects.writing import say, write

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()
_LINE = "IncludedSPSTradeLineItem"


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return list(root.iter(f"{{{RAM}}}{name}"))


def _drop(root: etree._Element, name: str, within: str) -> None:
    """Take every element of a name out of the elements of another one."""
    for parent in _all(root, within):
        for element in parent.findall(ram(name)):
            parent.remove(element)


def _made(name: str) -> etree._Element:
    return etree.Element(f"{{{RAM}}}{name}")


def _treatment(line: etree._Element, start: str, end: str) -> etree._Element:
    """Append a treatment, which comes after everything else a line of ours has."""
    process = add(line, "AppliedSPSProcess")
    add(process, "TypeCode", "ZZZ")
    period = add(process, "CompletionSPSPeriod")
    add_moment(period, "StartDateTime", start)
    add_moment(period, "EndDateTime", end)
    return process


@defects.add(
    "invoice-as-certificate", "Sends the commercial invoice in the form of a certificate.", "DOC-006", "DOC-009"
)
def _invoice_as_certificate(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        next(root.iter(f"{{{RAM}}}TypeCode")).text = "380"

    write(node, change)


@defects.add(
    "status-of-the-goods", "Writes where the goods are where the certificate's state belongs.", "DOC-008", "DOC-009"
)
def _status_of_the_goods(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        next(root.iter(f"{{{RAM}}}StatusCode")).text = "35"

    write(node, change)


@defects.add("mode-in-words", "Writes the mode of transport in words.", "DOC-025")
def _mode_in_words(node: "Node") -> None:
    say(node, lambda facts: replace(facts, transport=("SEA", facts.transport[1])))


@defects.add("addressed-to-itself", "Has its own country in both fields, as in its test records.", "DOC-011", "DOC-036")
def _addressed_to_itself(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        own = next(root.iter(f"{{{RAM}}}ExportSPSCountry")).findtext(ram("ID"))
        for country in _all(root, "ImportSPSCountry"):
            for code in country.findall(ram("ID")):
                code.text = own

    write(node, change)


@defects.add("signed-tomorrow", "Dates the signature with the day on which the officer will be back.", "DOC-015")
def _signed_tomorrow(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for moment in _all(root, "ActualDateTime"):
            text = moment.find(f"{{{UDT}}}DateTimeString")
            if text is not None:
                text.text = (node.clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    write(node, change)


@defects.add("unnamed-officer", "Leaves out the officer's name, to protect his privacy.", "DOC-016")
def _unnamed_officer(node: "Node") -> None:
    write(node, lambda root: _drop(root, "SpecifiedSPSPerson", "ProviderSPSParty"))


@defects.add("statement-left-out", "Prints the certifying statement on its paper form and nowhere else.", "DOC-017")
def _statement_left_out(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for clause in _all(root, "IncludedSPSClause"):
            for number in clause.findall(ram("ID")):
                number.text = "2"

    write(node, change)


@defects.add("own-label-for-the-document", "Labels remarks in the words of its own forms.", "DOC-019")
def _own_label_for_the_document(node: "Node") -> None:
    say(node, lambda facts: replace(facts, notes=(*facts.notes, ("REMARK", "Keep cool."))))


@defects.add("own-label-for-a-line", "Labels lots in the words of its own forms.", "DOC-020")
def _own_label_for_a_line(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for weight in _all(root, "NetWeightMeasure"):
            note = _made("AdditionalInformationSPSNote")
            add(note, "Subject", "LOT")
            add(note, "Content", "Lot 8 of 9")
            weight.addnext(note)

    write(node, change)


@defects.add("undescribed-goods", "Leaves the description to the scientific name.", "DOC-022")
def _undescribed_goods(node: "Node") -> None:
    write(node, lambda root: _drop(root, "Description", _LINE))


@defects.add("negative-packages", "Books packages that were taken back as negative ones.", "DOC-024")
def _negative_packages(node: "Node") -> None:
    say(node, lambda facts: replace(facts, lines=tuple(replace(g, packages=f"-{g.packages}") for g in facts.lines)))


@defects.add("port-of-another-country", "Writes the port of loading where the point of entry belongs.", "DOC-026")
def _port_of_another_country(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for event in _all(root, "ExaminationSPSEvent"):
            place = _made("UnloadingBaseportSPSLocation")
            add(place, "ID", "ZWBUQ")
            add(place, "Name", "Bulawayo")
            event.addprevious(place)

    write(node, change)


@defects.add("common-names-only", "Names plants as growers call them.", "DOC-027")
def _common_names_only(node: "Node") -> None:
    write(node, lambda root: _drop(root, "ScientificName", _LINE))


@defects.add("treatment-ends-first", "Mixes up the two fields for the time of a treatment.", "DOC-028")
def _treatment_ends_first(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        _treatment(_all(root, _LINE)[0], "2026-02-03T08:00:00+00:00", "2026-02-01T08:00:00+00:00")

    write(node, change)


@defects.add("treatment-without-text", "Gives treatments in structured form only.", "DOC-029")
def _treatment_without_text(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        process = _treatment(_all(root, _LINE)[0], "2026-02-01T08:00:00+00:00", "2026-02-03T08:00:00+00:00")
        value = add(process, "ApplicableSPSProcessCharacteristic")
        add(value, "Description", "TTL1")
        add(value, "Description", "Cold treatment")

    write(node, change)


@defects.add("decomposed-letters", "Writes accents as characters of their own, as its file system does.", "DOC-032")
def _decomposed_letters(node: "Node") -> None:
    say(node, lambda facts: replace(facts, consignor=replace(facts.consignor, name="Huerta Espan\u0303ola")))


@defects.add("consignee-without-address", "Leaves out the address of consignees it knows well.", "DOC-034")
def _consignee_without_address(node: "Node") -> None:
    write(node, lambda root: _drop(root, "SpecifiedSPSAddress", "ConsigneeSPSParty"))


@defects.add("origin-left-out", "Leaves out the origin of goods that are its own country's.", "DOC-035")
def _origin_left_out(node: "Node") -> None:
    write(node, lambda root: _drop(root, "OriginSPSCountry", _LINE))


@defects.add("attaches-a-program", "Attaches whatever was uploaded with the application, programs too.", "DOC-038")
def _attaches_a_program(node: "Node") -> None:
    def change(facts: Facts) -> Facts:
        if facts.attachment is None:
            return facts
        program = replace(
            facts.attachment, name="viewer.exe", mime="application/x-msdownload", content=b"MZ\x90\x00 invented"
        )
        return replace(facts, attachment=program)

    say(node, change)


@defects.add("attachment-over-http", "Refers to attachments on a server without TLS.", "DOC-040")
def _attachment_over_http(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for reference in _all(root, "ReferenceSPSReferencedDocument"):
            for attachment in reference.findall(ram("AttachmentBinaryObject")):
                link = _made("AttachmentBinaryObject")
                link.set("uri", "http://files.example/packing-list.pdf")
                attachment.addnext(link)

    write(node, change)


@defects.add(
    "customs-code-cut-short", "Keeps customs codes in a number field, which drops the leading zero.", "DOC-042"
)
def _customs_code_cut_short(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        for package in _all(root, "PhysicalSPSPackage"):
            kind = _made("ApplicableSPSClassification")
            add(kind, "SystemName", "CN")
            add(kind, "ClassCode", "8081080")
            add(kind, "ClassName", "Apples, fresh")
            package.addprevious(kind)

    write(node, change)


@defects.add("re-export-without-origin", "Re-exports without a word about the certificate of origin.", "DOC-044")
def _re_export_without_origin(node: "Node") -> None:
    say(node, lambda facts: replace(facts, original=None))


@defects.add("repacked-and-not", "Ticks both boxes of its form, packed and repacked.", "DOC-045")
def _repacked_and_not(node: "Node") -> None:
    def change(root: etree._Element) -> None:
        if next(root.iter(f"{{{RAM}}}TypeCode")).text != "657":
            return
        for weight in _all(root, "NetWeightMeasure"):
            for subject in ("RPCRP", "RPCPK"):
                note = _made("AdditionalInformationSPSNote")
                add(note, "Subject", subject)
                add(note, "Content", "True")
                weight.addnext(note)

    write(node, change)
