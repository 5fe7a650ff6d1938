"""What two countries have agreed for their documents: languages, identifiers, limits."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents, placed, tree
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.limits import MOST_ATTRIBUTES, MOST_DEPTH, Measures, check_limits, measured
from conformance.checks.register import check_identifier
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("DOC-031", roles=Role.EXPORTER, needs=["bilingual"], defects=["one-language-only", "bad-language-tag"])
def test_both_languages(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Every text that is translated is given in all languages agreed for the importing country.

    The inspector at the border reads one of them. A declaration he cannot read has not been made.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-031")


@case("DOC-043", roles=Role.EXPORTER, needs=["hook:issue", "data:register"],
      defects=["upper-case-identifiers", "identifiers-as-numbers", "normalises-identifiers"])  # fmt: skip
def test_identifiers_as_in_the_register(
    pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """The identifier of a consignee is delivered exactly as it stands in the importing country's register.

    The importer's system looks it up. One in capital letters, without its zeros or in another form of the same
    characters is not found, and the consignment waits for somebody to find out why.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    for identifier in partner.data.register:
        fetched = documents.report("DOC-043", pull.get(stock.issued(consignee_id=identifier).number))
        judge.report(placed(check_identifier(tree(judge, fetched), identifier), fetched))


@case("DOC-046", roles=Role.EXPORTER, defects=["a-line-for-every-package"])
def test_within_the_limits(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A document keeps the agreed limits: octets, trade lines, depth, attributes of an element.

    The importer's system is built for them. What is beyond is not read, and the goods arrive before their certificate.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    fetched = documents.report("DOC-046")
    limits = partner.limits
    most = Measures(int(limits.max_document_octets), MOST_DEPTH, int(limits.max_trade_lines), MOST_ATTRIBUTES)
    judge.report(placed(check_limits(measured(fetched.document, tree(judge, fetched)), most), fetched))
