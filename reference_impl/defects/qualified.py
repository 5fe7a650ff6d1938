"""Defects of judging what XAdES adds to a signature. A node without XAdES agreed has nothing of it to judge."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from lxml import etree

from reference_impl.defects.defect import Collection, patch
from reference_impl.node import Node
from reference_impl.signing.advanced import AdvancedVerifier
from reference_impl.signing.verifier import Anchor

defects = Collection()


@defects.add("ignores-signed-properties", "Whom the properties of XAdES name as signer is not looked at.", "SIG-015")
def _ignores_signed_properties(node: Node) -> None:
    def check(_signature: etree._Element, _certificates: Sequence[x509.Certificate]) -> None:
        """Nothing is looked at."""

    if isinstance(node.verifier, AdvancedVerifier):
        patch(node.verifier, check_properties=check)


@defects.add("believes-any-stamp", "A time stamp is taken for good because it is there.", "SIG-016")
def _believes_any_stamp(node: Node) -> None:
    def judged(_token: bytes, _octets: bytes, _anchor: Anchor, at: datetime) -> datetime:
        return at

    if isinstance(node.verifier, AdvancedVerifier):
        patch(node.verifier, judged=judged)
