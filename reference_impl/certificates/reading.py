"""Reads from a document what the node needs to know of it. The document may be another country's."""

from dataclasses import dataclass

from lxml import etree

from reference_impl.certificates.names import CERTIFICATE, RAM, ram


@dataclass(frozen=True)
class Summary:
    """The facts of a certificate that decide what becomes of it; texts exactly as written, empty when missing."""

    number: str
    type_code: str
    status: str
    issued: str
    authority: str
    export_country: str
    import_country: str
    transit: tuple[str, ...]
    replaces: str


def summarize(root: etree._Element) -> Summary:
    """Read the summary of an SPSCertificate tree, also of one that is not valid."""

    def text(part: str, path: str) -> str:
        return root.findtext(f"{{{CERTIFICATE}}}{part}/{ram(path)}") or ""

    references = root.iterfind(f"{{{CERTIFICATE}}}SPSExchangedDocument/{{{RAM}}}ReferenceSPSReferencedDocument")
    replaced = next((r for r in references if r.findtext(ram("RelationshipTypeCode")) == "ACW"), None)
    transit = root.iterfind(f"{{{CERTIFICATE}}}SPSConsignment/{ram('TransitSPSCountry/ID')}")
    issued = root.find(f"{{{CERTIFICATE}}}SPSExchangedDocument/{ram('IssueDateTime')}")
    return Summary(
        number=text("SPSExchangedDocument", "ID"),
        type_code=text("SPSExchangedDocument", "TypeCode"),
        status=text("SPSExchangedDocument", "StatusCode"),
        issued="" if issued is None else (issued.findtext("*") or issued.text or "").strip(),
        authority=text("SPSExchangedDocument", "IssuerSPSParty/Name"),
        export_country=text("SPSConsignment", "ExportSPSCountry/ID"),
        import_country=text("SPSConsignment", "ImportSPSCountry/ID"),
        transit=tuple(e.text or "" for e in transit),
        replaces="" if replaced is None else replaced.findtext(ram("ID")) or "",
    )
