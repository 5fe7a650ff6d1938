"""From facts to an SPSCertificate 17A tree. One method for each part, so that a part can be replaced."""

import base64
from collections.abc import Mapping
from datetime import datetime

from lxml import etree

from reference_impl.certificates.facts import Facts, Line, Party
from reference_impl.certificates.names import CERTIFICATE, RAM, UDT, add, add_moment

NOTE_REPLACED = "ADRP"
NOTE_REPLACED_NUMBER = "ADRPN"
NOTE_REPLACED_REASON = "ADRPR"
NOTE_REPLACED_DATE = "ADRD"
REPLACES, ORIGINAL, OTHER = "ACW", "AWR", "ZZZ"
PHYTOSANITARY = "851"


class CertificateBuilder:
    """Builds the document without its signature."""

    namespace = CERTIFICATE

    def build(self, facts: Facts) -> etree._Element:
        """The root element of the document."""
        root = etree.Element(
            f"{{{self.namespace}}}SPSCertificate", nsmap={"rsm": self.namespace, "ram": RAM, "udt": UDT}
        )
        self.exchanged_document(root, facts)
        self.consignment(root, facts)
        return root

    def restate(self, root: etree._Element, status: str, at: datetime) -> None:
        """Write another state and moment of issue into a document that was not issued yet."""
        next(root.iter(f"{{{RAM}}}StatusCode")).text = status
        for name in ("IssueDateTime", "ActualDateTime"):
            moment = next(root.iter(f"{{{RAM}}}{name}")).find(f"{{{UDT}}}DateTimeString")
            if moment is not None:
                moment.text = at.strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def exchanged_document(self, root: etree._Element, facts: Facts) -> None:
        """Who says what kind of document this is, when, and what it refers to."""
        document = add(root, "SPSExchangedDocument", namespace=self.namespace)
        add(document, "Name", facts.name, languageID=facts.language)
        for other in facts.translations:
            add(document, "Name", other.name, languageID=other.language)
        add(document, "ID", facts.number)
        add(document, "TypeCode", facts.type_code)
        add(document, "StatusCode", facts.status)
        add_moment(document, "IssueDateTime", facts.issued)
        add(add(document, "IssuerSPSParty"), "Name", facts.authority)
        self.notes(document, facts)
        self.references(document, facts)
        self.authentication(document, facts)

    def notes(self, document: etree._Element, facts: Facts) -> None:
        """Notes of the document: those of a replacement, then the others."""
        for subject, content in (*self.replacement_notes(facts), *facts.notes):
            note = add(document, "IncludedSPSNote")
            add(note, "Subject", subject)
            add(note, "Content", content)

    def replacement_notes(self, facts: Facts) -> tuple[tuple[str, str], ...]:
        """The four notes by which a replacement names what it replaces."""
        if facts.replaces is None:
            return ()
        return (
            (NOTE_REPLACED, "1"),
            (NOTE_REPLACED_NUMBER, facts.replaces),
            (NOTE_REPLACED_REASON, facts.replacement_reason),
            (NOTE_REPLACED_DATE, facts.replaced_issue),
        )

    def references(self, document: etree._Element, facts: Facts) -> None:
        """The replaced certificate, that of origin, and a document that goes along."""
        if facts.replaces is not None:
            self.replaced(document, facts)
        if facts.original is not None:
            self.reference(document, PHYTOSANITARY, ORIGINAL, facts.original)
        if facts.attachment is not None:
            reference = self.reference(document, facts.attachment.type_code, OTHER, facts.attachment.name)
            add(
                reference,
                "AttachmentBinaryObject",
                base64.b64encode(facts.attachment.content).decode("ascii"),
                mimeCode=facts.attachment.mime,
                filename=facts.attachment.name,
            )

    def replaced(self, document: etree._Element, facts: Facts) -> None:
        """The reference to the certificate this one takes the place of, which is of the same type."""
        self.reference(document, facts.type_code, REPLACES, facts.replaces or "")

    def reference(self, document: etree._Element, type_code: str, relation: str, number: str) -> etree._Element:
        """A reference to another document: its type, what it is to this one, its number."""
        reference = add(document, "ReferenceSPSReferencedDocument")
        add(reference, "TypeCode", type_code)
        add(reference, "RelationshipTypeCode", relation)
        add(reference, "ID", number)
        return reference

    def authentication(self, document: etree._Element, facts: Facts) -> None:
        """Who signed, where and when, and the clause signed."""
        signature = add(document, "SignatorySPSAuthentication")
        add_moment(signature, "ActualDateTime", facts.issued)
        add(add(signature, "IssueSPSLocation"), "Name", facts.place)
        provider = add(signature, "ProviderSPSParty")
        add(provider, "Name", facts.authority)
        add(add(provider, "SpecifiedSPSPerson"), "Name", facts.officer)
        clause = add(signature, "IncludedSPSClause")
        add(clause, "ID", "1")
        add(clause, "Content", facts.clause, languageID=facts.language)
        for other in facts.translations:
            add(clause, "Content", other.clause, languageID=other.language)

    def consignment(self, root: etree._Element, facts: Facts) -> None:
        """The goods and their way."""
        consignment = add(root, "SPSConsignment", namespace=self.namespace)
        self.party(consignment, "ConsignorSPSParty", facts.consignor)
        self.party(consignment, "ConsigneeSPSParty", facts.consignee)
        self.country(consignment, "ExportSPSCountry", facts.export_country)
        self.country(consignment, "ImportSPSCountry", facts.import_country)
        for country in facts.transit:
            self.country(consignment, "TransitSPSCountry", country)
        event = add(consignment, "ExaminationSPSEvent")
        add(add(event, "OccurrenceSPSLocation"), "Name", facts.place)
        movement = add(consignment, "MainCarriageSPSTransportMovement")
        add(movement, "ModeCode", facts.transport[0])
        add(add(movement, "UsedSPSTransportMeans"), "Name", facts.transport[1])
        equipment = add(consignment, "UtilizedSPSTransportEquipment")
        add(equipment, "ID", facts.container)
        if facts.seal:
            add(add(equipment, "AffixedSPSSeal"), "ID", facts.seal)
        item = add(consignment, "IncludedSPSConsignmentItem")
        for place, line in enumerate(facts.lines):
            other = {one.language: one.descriptions[place] for one in facts.translations}
            self.line(item, line, {facts.language: line.description, **other})

    def party(self, parent: etree._Element, name: str, party: Party) -> None:
        """A party with its address."""
        element = add(parent, name)
        if party.id:
            add(element, "ID", party.id)
        add(element, "Name", party.name)
        address = add(element, "SpecifiedSPSAddress")
        add(address, "LineOne", party.street)
        add(address, "CityName", party.city)
        add(address, "CountryID", party.country)

    def country(self, parent: etree._Element, name: str, country: tuple[str, str]) -> None:
        """A country by code and name."""
        element = add(parent, name)
        add(element, "ID", country[0])
        add(element, "Name", country[1])

    def line(self, item: etree._Element, line: Line, descriptions: Mapping[str, str]) -> None:
        """One kind of goods; descriptions by language."""
        element = add(item, "IncludedSPSTradeLineItem")
        add(element, "SequenceNumeric", line.sequence)
        for language, description in descriptions.items():
            add(element, "Description", description, languageID=language)
        add(element, "ScientificName", line.scientific_name)
        measure = add(element, "NetWeightMeasure", line.weight)
        if line.unit:
            measure.set("unitCode", line.unit)
        package = add(element, "PhysicalSPSPackage")
        add(package, "LevelCode", "4")
        add(package, "TypeCode", line.package_type)
        add(package, "ItemQuantity", line.packages)
        self.country(element, "OriginSPSCountry", (line.origin, line.origin_name))
