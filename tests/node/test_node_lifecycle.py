"""The state machines, without a network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reference_impl.certificates.parsing import parse
from reference_impl.config import load_config
from reference_impl.lifecycle import IllegalChange
from reference_impl.node import Node
from reference_impl.signing.verifier import BadSignature


@pytest.fixture
def node(node_folder: Path, tmp_path: Path) -> Iterator[Node]:
    node = Node(replace(load_config(node_folder), database=tmp_path / "node.sqlite"))
    yield node
    node.close()


def test_a_draft_becomes_pending_then_issued_and_only_then_is_told(node: Node) -> None:
    told: list[str] = []
    node.lifecycle.listeners.append(lambda change: told.append(change.status))
    number = node.registrar.issue("NZ", "851", "draft").number
    node.lifecycle.approve(number)
    assert told == []
    node.lifecycle.approve(number)
    assert told == ["70"]
    assert [change.status for change in node.certificates.history(number)] == ["47", "42", "70"]
    with pytest.raises(IllegalChange):
        node.lifecycle.approve(number)


def test_what_is_issued_is_valid_signed_and_of_the_authority(node: Node) -> None:
    number = node.registrar.issue("NZ", "851", "pending").number
    node.lifecycle.approve(number)
    certificate = node.certificates.get(number)
    assert certificate is not None
    root = parse(certificate.document)
    node.validator.check_certificate(root, node.clock.now())
    assert node.verifier.verify(root, "CN", node.clock.now()).subject.rfc4514_string().startswith("CN=CN e-cert signer")
    with pytest.raises(BadSignature):
        node.verifier.verify(parse(certificate.document.replace(b"KGM", b"TNE")), "CN", node.clock.now())


@pytest.mark.parametrize("end", ["replaced", "withdrawn"])
def test_an_end_is_an_end(node: Node, end: str) -> None:
    number = node.registrar.issue("NZ", "851", "issued").number
    if end == "replaced":
        node.registrar.replace(number, "a wrong name")
    else:
        node.lifecycle.withdraw(number, "not shipped")
    before = node.certificates.get(number)
    with pytest.raises(IllegalChange):
        node.registrar.replace(number, "again")
    with pytest.raises(IllegalChange):
        node.lifecycle.withdraw(number, "again")
    assert node.certificates.get(number) == before


def test_a_replacement_names_what_it_replaces(node: Node) -> None:
    old = node.registrar.issue("NZ", "851", "issued").number
    document = node.registrar.replace(old, "a wrong name").document
    text = document.decode()
    assert f"<ram:Subject>ADRPN</ram:Subject><ram:Content>{old}</ram:Content>" in text
    assert f"<ram:RelationshipTypeCode>ACW</ram:RelationshipTypeCode><ram:ID>{old}</ram:ID>" in text
    node.validator.check_certificate(parse(document), node.clock.now())
