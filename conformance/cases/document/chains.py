"""Is the chain behind the signer of the partner's documents good, and is nobody on it revoked?"""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("PKI-017", roles=Role.EXPORTER, needs=["signed", "crl"], defects=["signs-with-revoked"])
def test_revoked(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Nobody on the signer's chain is revoked, by the lists the partner names, and those lists are in force.

    A key is revoked because somebody else may have it. Partners learn of it by the list alone.
    """
    Documents(pull, stock, judge, tape, partner).report_chain("PKI-017", {"PKI-007", "PKI-009"})


@case(
    "PKI-018", roles=Role.EXPORTER, needs=["signed"],
    defects=["signs-below-signer", "signs-with-private-extension", "signs-with-short-key"],
)  # fmt: skip
def test_chain(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The chain from the signer to the registered anchor is valid, of strong keys and unbroken hashes.

    Who may issue certificates, for whom and how deep, is written in the certificates above: an importer holds to it.
    """
    Documents(pull, stock, judge, tape, partner).report_chain("PKI-018", {"PKI-001", "PKI-011", "PKI-015"})
