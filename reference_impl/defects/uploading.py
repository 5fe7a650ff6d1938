"""Defects of certificates sent with a form."""

from reference_impl.defects.defect import Collection, patch
from reference_impl.importer import ImportOffice
from reference_impl.node import Node, Uploaded

defects = Collection()


@defects.add(
    "shows-accepted",
    "The answer to the form says accepted, whatever came of the certificate.",
    "SIG-028",
    # A forgery that is shown as accepted is not refused, for whoever looks at the page.
    "PKI-001",
    "SIG-001",
    "SIG-003",
    "SIG-007",
    "SIG-011",
)
def _shows_accepted(node: Node) -> None:
    patch(node.upload_pages, state=lambda _told: "accepted")


@defects.add("refuses-uploads", "Nothing that comes with the form is taken.", "SIG-028")
def _refuses_uploads(node: Node) -> None:
    if not isinstance(node.importer, ImportOffice):
        raise TypeError("the node's importer is not the one this defect knows")

    def take(_country: str, _document: bytes, _signature: bytes | None) -> Uploaded:
        return Uploaded("", accepted=False, reason="closed")

    patch(node.importer.uploads, take=take)
