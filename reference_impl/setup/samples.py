"""Sample certificates in every state, for NZ, AU and FJ."""

from reference_impl.node import Node


def add_samples(node: Node) -> None:
    """Issue them into the node's database. Nobody is told of them: they have been there, so to speak, for long."""
    listeners, node.lifecycle.listeners = node.lifecycle.listeners, []
    registrar = node.registrar
    for country, count in (("NZ", 6), ("AU", 2), ("FJ", 1)):
        for _ in range(count):
            registrar.issue(country, "851", "issued")
    registrar.issue("NZ", "657", "issued")
    for country in ("NZ", "AU"):
        registrar.replace(registrar.issue(country, "851", "issued").number, "the consignee's address was corrected")
        node.lifecycle.withdraw(registrar.issue(country, "851", "issued").number, "the consignment did not leave")
        registrar.issue(country, "851", "draft")
        registrar.issue(country, "851", "pending")
    node.lifecycle.listeners = listeners
