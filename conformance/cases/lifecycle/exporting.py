"""The life of a certificate at the exporter: which states, which changes, and what never changes."""

from hashlib import sha256
from itertools import pairwise

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.documents import notes, replaced_numbers, tree
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.refusals import get_again
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import acknowledgement

LEGAL = {("47", "42"), ("47", "70"), ("42", "47"), ("42", "70"), ("70", "44"), ("70", "40")}
REASON = "Conformance test"


@case("LIFE-002", roles=Role.EXPORTER, needs=["hook:issue"], defects=["lists-drafts"])
def test_drafts_are_invisible(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A draft is neither listed nor given out, and its number is answered as unknown.

    A draft says what has not been decided. Whoever clears goods on it clears them on nothing.
    """
    issued, draft = stock.issued().number, stock.draft().number
    listed = {item.number for item in pull.list_all()}
    judge.expect(issued in listed, expected=issued, actual="not listed", message="An issued certificate is not listed.")
    judge.expect(
        draft not in listed, expected="no drafts", actual=f"{draft} is listed", message="A draft is on the list."
    )
    pull.get(issued)
    pull.status(issued)
    with pull.refused("NotFound"):
        pull.get(draft)
    with pull.refused("NotFound"):
        pull.status(draft)


@case("LIFE-003", roles=Role.EXPORTER, needs=["hook:replace", "hook:withdraw"], defects=["edits-in-place"])
def test_content_never_changes(pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge) -> None:
    """The octets under a number stay the same when the certificate is replaced or withdrawn.

    Two parties who look at the same number at different times must see the same certificate.
    """
    replaced, withdrawn = stock.issued().number, stock.issued().number
    before = {number: pull.get(number).document for number in (replaced, withdrawn)}
    announced = {item.number: item.digest for item in pull.list_all()}
    hooks.call("replace", number=replaced, reason=REASON)
    hooks.call("withdraw", number=withdrawn, reason=REASON)
    listed = {item.number: item.digest for item in pull.list_all()}
    for number, document in before.items():
        digest = sha256(document).hexdigest()
        after = get_again(pull, number)
        where = Where(f"document {number}", message=after.message)
        message = "The document was changed under its number."
        equal(judge, digest, sha256(after.document).hexdigest(), message, where)
        if number in announced and number in listed:  # what a list leaves out is PULL-001's
            equal(judge, announced[number], listed[number], "The digest on the list has changed.", where)


@case("LIFE-004", roles=Role.EXPORTER, needs=["hook:replace"], defects=["replacement-without-notes"])
def test_replacement_names_the_replaced(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A replacement has a new number and says in itself which certificate it replaces, why and since when.

    The paper that travels with the goods shows only this document; the link must be in it, under the signature.
    """
    old = stock.replaced()
    judge.precondition(old.successor, "The partner does not say by which certificate another was replaced.")
    fetched = pull.get(old.successor)
    judge.expect(
        old.successor != old.number, expected="a new number", actual=old.successor, message="The number is the old one."
    )
    root = tree(judge, fetched)
    where = Where(f"document {fetched.number}", path="SPSExchangedDocument/IncludedSPSNote", message=fetched.message)
    found = notes(root)
    equal(judge, old.number, found.get("ADRPN", "no such note"), "Note ADRPN does not name the replaced number.", where)
    for subject, what in (("ADRP", "statement"), ("ADRPR", "reason"), ("ADRD", "date")):
        judge.expect(
            found.get(subject),
            expected=f"a note {subject}",
            actual="none",
            message=f"The replacement gives no {what}.",
            where=where,
        )
    linked = replaced_numbers(root)
    judge.expect(
        old.number in linked,
        expected=f"a reference ACW to {old.number}",
        actual=", ".join(linked) or "none",
        message="No referenced document is the replaced one.",
        where=where,
    )


@case("LIFE-005", roles=Role.EXPORTER, needs=["hook:replace"], defects=["old-stays-issued", "list-forgets-replaced"])
def test_replaced_is_told_as_replaced(pull: PullPort, stock: Stock, judge: Judge, partner: Partner) -> None:
    """After a replacement the old certificate is 44, names its successor, and is on the list again.

    Two certificates in force for the same goods are two consignments to a customs officer.
    """
    old = stock.replaced()
    delay = partner.limits.state_delay_seconds
    judge.wait_until(lambda: pull.status(old.number).status_code == "44", delay, "the state 44")
    status = pull.status(old.number)
    equal(judge, "44", status.status_code, "The replaced certificate has another state.")
    if old.successor:
        equal(judge, old.successor, status.replaced_by or "nothing", "GetStatus does not name the successor.")
        equal(judge, old.number, pull.status(old.successor).replaces or "nothing", "The successor does not name it.")
    listed = {item.number: item.status_code for item in pull.list_all()}
    equal(judge, "44", listed.get(old.number, "not listed"), "The list does not tell the replacement.")


@case("LIFE-006", roles=Role.EXPORTER, needs=["hook:replace"], defects=["forks-replacements"])
def test_replaced_cannot_be_replaced_again(pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge) -> None:
    """A certificate that was replaced cannot be replaced a second time.

    Otherwise two successors are in force, and both are right.
    """
    old = stock.replaced()
    first = pull.status(old.number)
    judge.precondition(
        first.status_code == "44", f"The replaced certificate {old.number} is {first.status_code}, not 44."
    )
    again = hooks.attempt("replace", number=old.number, reason=REASON)
    judge.expect(
        again is None,
        expected="the second replacement is refused",
        actual=f"a second successor {(again or {}).get('number')}",
        message="A replaced certificate was replaced again.",
    )
    equal(judge, first.replaced_by, pull.status(old.number).replaced_by, "The successor was exchanged for another.")


@case(
    "LIFE-001",
    roles=Role.EXPORTER,
    needs=["hook:withdraw", "hook:replace"],
    defects=["withdrawn-can-be-withdrawn-back"],
)
def test_withdrawn_is_final(pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge) -> None:
    """A withdrawn certificate stays withdrawn, whatever is asked afterwards; its history has legal steps only.

    The importer has turned goods back on the strength of a withdrawal. It cannot be undone quietly.
    """
    number = stock.withdrawn().number
    equal(judge, "40", pull.status(number).status_code, "A withdrawn certificate has another state.")
    hooks.attempt("withdraw", number=number, reason=REASON)
    equal(judge, "40", pull.status(number).status_code, "Withdrawing again has changed the state.")
    hooks.attempt("replace", number=number, reason=REASON)
    status = pull.status(number)
    equal(judge, "40", status.status_code, "Replacing a withdrawn certificate has changed its state.")
    codes = [change.status_code for change in status.history]
    steps = [step for step in pairwise(codes) if step[0] != step[1]]
    judge.expect(
        all(step in LEGAL for step in steps) and codes[-1] == "40",
        expected="draft, pending, issued, and at the end withdrawn",
        actual=", ".join(codes),
        message="The history has a step that must not occur.",
    )
    times = [change.at for change in status.history]
    judge.expect(
        times == sorted(times), expected="in order of time", actual="another", message="The history is out of order."
    )


@case("LIFE-011", roles=Role.EXPORTER, defects=["rejection-withdraws"])
def test_rejection_does_not_withdraw(pull: PullPort, stock: Stock, judge: Judge, tape: Tape) -> None:
    """The importer's rejection of the goods leaves the state of the certificate as it is.

    Rejecting is the importer's, withdrawing the exporter's. The certificate may be right and the goods wrong.
    """
    accepted, rejected = stock.issued().number, stock.issued().number
    now = tape.now().replace(microsecond=0)
    pull.submit_acknowledgement(acknowledgement([accepted], status="39", issued=now))
    pull.submit_acknowledgement(
        acknowledgement([rejected], status="41", reasons=["Live insects were found."], issued=now)
    )
    for number in (accepted, rejected):
        equal(
            judge, "70", pull.status(number).status_code, "The importer's decision has changed the certificate's state."
        )
