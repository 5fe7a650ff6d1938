"""What XAdES adds to the signature of a document the partner delivers."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("SIG-015", roles=Role.EXPORTER, needs=["xades"], defects=["names-another-certificate"])
def test_properties(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signed properties are those of baseline B-B, and name the certificate that signed.

    Two certificates may be of one key. Which of them was meant, with what it allows, is told by the signed properties
    alone.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-015")


@case("SIG-016", roles=Role.EXPORTER, needs=["signature:xades-t"], defects=["stamps-signed-info"])
def test_stamp(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The time stamp is over the signature's value, by an authority that is registered for time stamps.

    It proves that the signature was there before its key was lost or its certificate ended. A stamp over anything else
    proves nothing of it.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-016")


@case("SIG-017.document", roles=Role.EXPORTER, needs=["xades"], defects=["claims-early-signing"])
def test_signing_time(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signing time that is claimed lies within the validity of the signer's certificate, and not after the stamp.

    Whoever holds an old key would claim an old time.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-017")
