"""The check before issue: what stops a certificate, and what does not."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.document import check_document
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.faults import FaultReceived
from conformance.ports.hooks import Hooks
from conformance.ports.pull_values import Fetched
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case(
    "DOC-052", roles=Role.EXPORTER, needs=["hook:issue"], defects=["issues-in-spite-of-faults", "warnings-stop-issue"]
)
def test_serious_faults_stop_the_issue(pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge, tape: Tape,
                                       partner: Partner) -> None:  # fmt: skip
    """A certificate with a serious fault is not issued, and one with a warning is.

    A fault found before issue costs a minute. The same fault found at the border costs the consignment. A warning that
    stops everything is soon switched off, and the serious faults with it.
    """
    country = partner.judge.country
    asked = {"importing_country": country, "type_code": "851", "state": "issued"}
    stock.issued()  # without findings, it is issued
    warned = hooks.attempt("issue", finding="warning", **asked)
    judge.expect(
        warned is not None, expected="the certificate is issued", actual="the hook refuses",
        message="A warning stops the issue of a certificate.", where=Where("check before issue"),
    )  # fmt: skip
    if warned is not None:  # it can be fetched, and read
        Documents(pull, stock, judge, tape, partner).report("DOC-052", pull.get(str(warned.get("number"))))
    severe = hooks.attempt("issue", finding="severe", **asked)
    number = str((severe or {}).get("number") or "")
    fetched = _delivered(pull, number) if number else None
    if fetched is None:
        judge.precondition(warned is not None, "Whatever has a finding is refused: nothing tells one from the other.")
        return
    found = [
        one
        for one in check_document(
            fetched.document, at=tape.now(), placement=partner.signature, profile=partner.document_profile
        ).findings
        if one.level.binding
    ]
    judge.precondition(found, f"The hook made no serious fault: the judge sees none in {number}.")
    judge.expect(
        condition=False, expected="not issued, not delivered", actual=f"{number} is delivered: {found[0].message}",
        message="A certificate with a serious fault is delivered.",
        where=Where(f"document {number}", found[0].where.line, found[0].where.path, fetched.message),
    )  # fmt: skip


def _delivered(pull: PullPort, number: str) -> Fetched | None:
    """What the partner delivers under the number, None when it knows no such certificate."""
    try:
        return pull.get(number)
    except FaultReceived:
        return None
