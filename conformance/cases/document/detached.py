"""Documents whose signature is delivered beside them."""

from conformance.cases.helpers.agreed import examine_agreed
from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case(
    "SIG-025", roles=Role.EXPORTER, needs=["signature:detached"],
    defects=["signs-before-finishing", "forgets-detached-signature"],
)  # fmt: skip
def test_signature_beside_the_document(
    pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A detached signature comes in the answer with the document, and is over the octets delivered there.

    Beside the document it is easily lost, or left behind when the document is written anew. Without it the importer
    holds a text that anybody may have written.
    """
    fetched = Documents(pull, stock, judge, tape, partner).fetch()
    where = Where(f"document {fetched.number}", path="DetachedSignature", message=fetched.message)
    judge.require(
        fetched.signature is not None,
        expected="DetachedSignature in the answer of GetCertificate",
        actual="none",
        message="The answer carries no signature.",
        where=where,
    )
    found = examine_agreed(partner, fetched.document, fetched.signature, at=tape.now()).findings
    for one in found:
        judge.expect(
            one.requirement != "SIG-001",
            expected="a signature of the octets delivered",
            actual=f"{one.message} {one.actual}",
            message="The signature beside the document is not of its octets.",
            where=where,
        )
