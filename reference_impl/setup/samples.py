"""Sample certificates in every state, for NZ, AU and FJ."""

from dataclasses import replace
from datetime import timedelta

from reference_impl.node import Node
from reference_impl.registrar import OLD_STYLE, moment


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
    _add_old(node)
    node.lifecycle.listeners = listeners


def _add_old(node: Node) -> None:
    """Take over what the system before this one had issued: one in force, one that was withdrawn, numbered its way."""
    issued = moment(node.clock.now() - timedelta(days=400))
    for sequence, withdrawn in ((93117, False), (93118, True)):
        facts = replace(node.registrar.facts("NZ", "851"), number=f"{OLD_STYLE}44/{sequence:07d}", issued=issued)
        number = node.lifecycle.issue(facts).number
        if withdrawn:
            node.lifecycle.withdraw(number, "the consignment did not leave")
