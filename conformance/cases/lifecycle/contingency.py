"""Certificates on paper, handed out while the system was out of service and entered later."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.soap import PullPort


@case("LIFE-019", roles=Role.EXPORTER, needs=["hook:issue"], defects=["paper-gets-a-second-number"])
def test_what_was_on_paper_keeps_its_number(
    pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge, partner: Partner
) -> None:
    """A certificate that was handed out on paper is entered later under the number printed on it, and once.

    The goods travel with the paper. Under another number the importer would look for it in vain; entered twice, two
    consignments could travel under one certificate.
    """
    paper = stock.draft().number
    asked = {"importing_country": partner.judge.country, "type_code": "851", "state": "issued", "on_paper": paper}
    late = hooks.attempt("issue", **asked)
    judge.precondition(late is not None, "The hook refuses to enter a certificate that was handed out on paper.")
    where = Where(f"the certificate {paper} on paper")
    number = str((late or {}).get("number") or "")
    judge.require(
        number == paper, expected=paper, actual=number or "no number",
        message="What was handed out on paper is entered under another number.", where=where,
    )  # fmt: skip
    first = pull.get(paper)
    again = hooks.attempt("issue", **asked)
    second = paper if again is None else str(again.get("number") or "")
    judge.expect(
        second == paper, expected="a refusal, or the same certificate", actual=f"another certificate, {second}",
        message="Entered a second time, the paper makes a second certificate.", where=where,
    )  # fmt: skip
    judge.expect(
        pull.get(paper).document == first.document, expected="the same octets", actual="other octets",
        message="Entered a second time, the paper changes the certificate.", where=where,
    )  # fmt: skip
