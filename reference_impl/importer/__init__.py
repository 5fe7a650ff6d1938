"""The importing side: fetches and receives certificates, judges and keeps them, and answers."""

from reference_impl.importer.office import ImportOffice
from reference_impl.mail import Dispatch
from reference_impl.node import Node

__all__ = ["ImportOffice", "install"]


def install(node: Node) -> None:
    """Give a node its `importer`; `reference_impl.mail.install` comes first. Nothing runs before services start."""
    dispatch = node.outbox
    if not isinstance(dispatch, Dispatch):
        raise TypeError("install reference_impl.mail before reference_impl.importer")
    office = ImportOffice(node, dispatch)
    node.importer = office
    node.services.append(office)
