"""Fetching a certificate: the right one, for the right caller, as often as wanted, octet by octet."""

from hashlib import sha256

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import text, tree
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.refusals import UNKNOWN, get_again
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.soap import PullPort

HEAD = "SPSExchangedDocument"


@case("PULL-002", roles=Role.EXPORTER, defects=["prefix-match"])
def test_fetch_gives_no_other_number(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A fetch gives the certificate of exactly the number asked for, and nothing for a number that is nearly it.

    Whoever asks for one certificate and gets another clears the wrong goods.
    """
    number = stock.issued().number
    inside = text(tree(judge, pull.get(number)), f"{HEAD}/ID")
    judge.expect(inside == number, expected=number, actual=inside or "no number", message="Another one was given.")
    for other in (number[:-1], f"{number}0", number.lower()):
        with pull.refused("NotFound"):
            pull.get(other)


@case("PULL-004", roles=Role.EXPORTER, defects=["hides-foreign-as-found"])
def test_unknown_and_foreign_have_their_answers(pull: PullPort, stock: Stock) -> None:
    """An unknown number is answered NotFound, another country's PermissionDenied, by every operation.

    The two have different remedies: ask the exporter, or ask whether the consignment was sent elsewhere.
    """
    own, foreign = stock.issued().number, stock.addressed_to_another_country().number
    pull.get(own)
    pull.status(own)
    with pull.refused("NotFound"):
        pull.get(UNKNOWN)
    with pull.refused("NotFound"):
        pull.status(UNKNOWN)
    with pull.refused("PermissionDenied"):
        pull.get(foreign)
    with pull.refused("PermissionDenied"):
        pull.status(foreign)


@case("PULL-007", roles=Role.EXPORTER, defects=["fetch-consumes"])
def test_fetched_stays_available(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A certificate that was fetched can be fetched again and stays on the list.

    The importer's system may fail between fetching and storing. What is handed out once only is then lost.
    """
    number = stock.issued().number
    pull.get(number)
    pull.get(number)
    listed = [item.number for item in pull.list_all()]
    judge.expect(
        number in listed,
        expected=f"{number} on the list",
        actual="not listed",
        message="A certificate that was fetched has left the list.",
    )


@case("SIG-020", roles=Role.EXPORTER, defects=["reserialises-on-delivery"])
def test_octets_never_change(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The same octets are delivered every time, and their SHA-256 is the one told in the answer and on the list.

    A document written anew at each delivery may lose its signature on the way, and nobody can say which is the
    original.
    """
    number = stock.issued().number
    first, second = pull.get(number), get_again(pull, number)
    digest = sha256(first.document).hexdigest()
    listed = next((item.digest for item in pull.list_all() if item.number == number), "not listed")
    where = Where(f"document {number}", message=second.message)
    judge.expect(
        first.document == second.document,
        expected=digest,
        actual=sha256(second.document).hexdigest(),
        message="The second delivery has other octets than the first.",
        where=where,
    )
    for place, told in (("the answer", first.digest), ("the list", listed)):
        judge.expect(
            told == digest,
            expected=digest,
            actual=told,
            message=f"The digest in {place} is not that of the octets delivered.",
            where=where,
        )


@case(
    "DOC-009",
    roles=Role.EXPORTER,
    defects=["envelope-status-differs", "own-status-code", "invoice-as-certificate", "status-of-the-goods"],
)
def test_envelope_agrees_on_state_and_type(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """Status and type in the answer are those inside the document.

    Importers sort by the answer before they open the document. If the two differ, one of them is believed wrongly.
    """
    fetched = pull.get(stock.issued().number)
    root = tree(judge, fetched)
    for name, told in (("StatusCode", fetched.status_code), ("TypeCode", fetched.type_code)):
        inside = text(root, f"{HEAD}/{name}")
        judge.expect(
            told == inside,
            expected=f"{inside}, as in the document",
            actual=told,
            message=f"{name} of the answer differs from the document.",
            where=Where("SOAP answer", path=name, message=fetched.message),
        )


@case("DOC-010", roles=Role.EXPORTER, defects=["envelope-number-differs"])
def test_envelope_agrees_on_number(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The number in the answer is the number inside the document.

    The number in the answer is what is filed, the one in the document what is signed.
    """
    number = stock.issued().number
    fetched = pull.get(number)
    inside = text(tree(judge, fetched), f"{HEAD}/ID")
    judge.expect(
        fetched.number == inside == number,
        expected=number,
        actual=f"answer: {fetched.number}, document: {inside}",
        message="The numbers in answer and document differ.",
        where=Where("SOAP answer", path="Number", message=fetched.message),
    )
