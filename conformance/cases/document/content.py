"""What the documents the partner delivers are like: each rule of the document profile by itself."""

from lxml import etree

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import SCHEMA, Documents, tree
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("DOC-001", roles=Role.EXPORTER, defects=["wrong-root-namespace"])
def test_root(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A fetched document has the root element and namespace of a declared release.

    The namespace is the version of the document. An importer chooses by it how to read all that follows;
    a document in another one is not an SPSCertificate to its system.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    fetched = documents.report("DOC-001")
    namespace = etree.QName(tree(judge, fetched)).namespace or "none"
    judge.expect(
        namespace in partner.releases,
        expected=" or ".join(partner.releases),
        actual=namespace,
        message="The document is of a release the partner does not declare.",
        where=Where(f"document {fetched.number}", message=fetched.message),
    )


@case(
    "DOC-002",
    roles=Role.EXPORTER,
    also=["DOC-003", "DOC-004", "DOC-007", "DOC-047", "DOC-048"],
    defects=[
        "omits-issue-date",
        "type-before-number",
        "national-element",
        "misspelt-namespace",
        "own-status-code",
        "wrong-root-namespace",
    ],
)
def test_valid(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A fetched document is valid against the schema set of its release and has what the profile makes mandatory.

    What the schema demands, importers' systems rely on: a missing element stops a consignment at a
    border where nobody can repair it.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    fetched = documents.fetch()
    for requirement in SCHEMA[1:]:
        documents.report(requirement, fetched)


@case("DOC-005", roles=Role.EXPORTER, defects=["number-with-trailing-space"])
def test_number(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The certificate number has no white space around it and no control characters.

    Numbers are compared octet by octet. One that looks right and is not will never be found again.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-005")


@case("DOC-012", roles=Role.EXPORTER, defects=["country-by-name"])
def test_countries(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Countries are told by their ISO 3166-1 alpha-2 codes.

    Names differ by language and habit, codes do not; routing and access rights depend on them.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-012")


@case("DOC-013", roles=Role.EXPORTER, defects=["local-times"])
def test_times(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Every date-time carries its offset from UTC.

    Between two countries a local time can mean two different days, and treatments, inspections and
    validity are counted in days.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-013")


@case("DOC-014", roles=Role.EXPORTER, defects=["issued-tomorrow"])
def test_issue_date(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The issue date is not in the future.

    A certificate that is not issued yet certifies nothing; a date ahead of time hides when the
    inspection really took place.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-014")


@case("DOC-018", roles=Role.EXPORTER, defects=["placeholder-names"])
def test_placeholders(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """No element holds a placeholder or nothing at all.

    'N/A' in a mandatory field passes every schema and tells the inspector nothing.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-018")


@case("DOC-021", roles=Role.EXPORTER, defects=["sequence-from-zero"])
def test_sequence(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Products are numbered from 1 upwards, each number once.

    Inspectors and acknowledgements refer to a product by its number.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-021")


@case("DOC-023", roles=Role.EXPORTER, defects=["measure-without-unit"])
def test_units(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Every measure has a unit code of UN/ECE Recommendation 20 and a positive value.

    A weight without unit is a number; tonnes read as kilograms are a seized consignment.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-023")


@case("DOC-030", roles=Role.EXPORTER, defects=["bad-language-tag"])
def test_languages(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Languages are given by valid tags, each once for a repeated text.

    Bilingual certificates are shown in the reader's language; a wrong tag shows nothing or the wrong text.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-030")


@case("DOC-033", roles=Role.EXPORTER, defects=["sends-doctype"])
def test_doctype(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A document has no DOCTYPE and no processing instruction.

    A document type declaration can make a reader open files or addresses; a careful reader refuses it
    unread, and the certificate is lost.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-033")


@case("DOC-037", roles=Role.EXPORTER, defects=["attachment-not-base64-type"])
def test_attachments(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """An attachment is Base64 of a file of the type it declares.

    An inspector opens attachments. A file that is not what it says cannot be opened, or should not be.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-037")


@case("DOC-039", roles=Role.EXPORTER, needs=["hook:replace"], defects=["reference-without-type"])
def test_references(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A replacement, which must refer to the certificate it replaces, says of every document of what kind it is.

    A number alone finds nothing: it may be that of a certificate, an invoice or a packing list, each kept elsewhere.
    """
    old = stock.replaced()
    judge.precondition(old.successor, "The partner does not say by which certificate another was replaced.")
    Documents(pull, stock, judge, tape, partner).report("DOC-039", pull.get(old.successor))


@case("DOC-041", roles=Role.EXPORTER, defects=["container-mistyped"])
def test_container_numbers(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Container numbers have the check digit that follows from their other characters.

    A number mistyped by one figure names somebody else's container, and the certificate goods nobody has seen.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-041")
