"""What the documents the partner delivers say: the rules about people, goods, treatments and other documents."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("DOC-006", roles=Role.EXPORTER, defects=["invoice-as-certificate"])
def test_type(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The type of a document is one that is exchanged.

    By the type an importer decides what the document is good for; an invoice releases no plants.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-006")


@case("DOC-008", roles=Role.EXPORTER, defects=["status-of-the-goods"])
def test_status(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The status is one of those that certificates have.

    The code list mixes states of documents with states of goods; only a few say whether a certificate holds.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-008")


@case("DOC-015", roles=Role.EXPORTER, defects=["signed-tomorrow"])
def test_signing_time(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signatory's time is not in the future.

    A signature dated ahead was given before anybody could know what it says.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-015")


@case("DOC-016", roles=Role.EXPORTER, defects=["unnamed-officer"])
def test_officer(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The place of issue and the authorised officer are named.

    The model certificate of ISPM 12 has a field for both; an inspector in doubt asks for this person.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-016")


@case("DOC-017", roles=Role.EXPORTER, defects=["statement-left-out"])
def test_statement(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A phytosanitary certificate carries its certifying statement.

    Without the statement the document lists goods and certifies nothing.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-017")


@case("DOC-019", roles=Role.EXPORTER, defects=["own-label-for-the-document"])
def test_labels_of_the_document(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Notes of the whole document carry the labels that are agreed for it.

    An importer's system files declarations by their label; one it does not know is shown to nobody.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-019")


@case("DOC-020", roles=Role.EXPORTER, defects=["own-label-for-a-line"])
def test_labels_of_lines(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Notes of a trade line carry the labels that are agreed for lines.

    A declaration for one kind of goods is found by its label, or is not found at all.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-020")


@case("DOC-022", roles=Role.EXPORTER, defects=["undescribed-goods"])
def test_descriptions(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Every trade line has a description.

    The inspector compares what the line describes with what lies before him.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-022")


@case("DOC-024", roles=Role.EXPORTER, defects=["negative-packages"])
def test_packages(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Kinds of packages are codes of UN/ECE Recommendation 21, and their number is not negative.

    Packages are counted at the border; a number nobody can count to stops the consignment.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-024")


@case("DOC-025", roles=Role.EXPORTER, defects=["mode-in-words"])
def test_modes_of_transport(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Modes of transport are codes of UN/ECE Recommendation 19.

    The office that awaits the goods is chosen by the mode: harbour, airport or border post.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-025")


@case("DOC-026", roles=Role.EXPORTER, defects=["port-of-another-country"])
def test_point_of_entry(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A point of entry is a UN/LOCODE of the importing or a transit country.

    The certificate is sent to the office at the point of entry; another country's office never asks for it.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-026")


@case("DOC-027", roles=Role.EXPORTER, defects=["common-names-only"])
def test_scientific_names(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Plants are named by their scientific name or EPPO code.

    Import requirements are made for species; a common name means another one in the next country.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-027")


@case("DOC-028", roles=Role.EXPORTER, defects=["treatment-ends-first"])
def test_treatment_times(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A treatment does not end before it starts.

    Whether it was long enough is counted from both times.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-028")


@case("DOC-029", roles=Role.EXPORTER, defects=["treatment-without-text"])
def test_treatment_text(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A structured treatment is repeated as full text.

    Receivers that cannot read structured treatments otherwise see goods that were not treated.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-029")


@case("DOC-032", roles=Role.EXPORTER, defects=["decomposed-letters"])
def test_normal_form(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Texts are in UTF-8 or UTF-16 and in Unicode normal form NFC.

    Two ways to write one letter look the same and are never found by each other.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-032")


@case("DOC-034", roles=Role.EXPORTER, defects=["consignee-without-address"])
def test_parties(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Consignor and consignee have a name and an address.

    The goods are released to somebody at some place; a name alone is borne by many.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-034")


@case("DOC-035", roles=Role.EXPORTER, defects=["origin-left-out"])
def test_origin(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Every trade line names its country of origin, and a first certificate comes from the exporting country.

    Pests come from where goods have grown, not from where they were loaded.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-035")


@case("DOC-036", roles=Role.EXPORTER, defects=["addressed-to-itself"])
def test_two_countries(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Exporting and importing country are two different ones.

    A certificate from a country to itself is a record of a trial, and must not release goods.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-036")


@case("DOC-038", roles=Role.EXPORTER, defects=["attaches-a-program"])
def test_kinds_of_attachments(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Attachments are of the agreed kinds and not too large.

    Inspectors open what comes with a certificate; a program among it runs in the authority's network.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-038")


@case("DOC-040", roles=Role.EXPORTER, defects=["attachment-over-http"])
def test_attachments_elsewhere(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """An attachment that is only referred to is to be fetched over https.

    What comes over http may be anybody's paper.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-040")


@case("DOC-042", roles=Role.EXPORTER, defects=["customs-code-cut-short"])
def test_customs_codes(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A customs code has as many digits as its system wants.

    Customs look the goods up by this code; one that is cut short is in no tariff.
    """
    Documents(pull, stock, judge, tape, partner).report("DOC-042")


@case("DOC-044", roles=Role.EXPORTER, needs=["hook:issue", "document-type:657"], defects=["re-export-without-origin"])
def test_re_export(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A certificate for re-export refers to the phytosanitary certificate of the country of origin.

    The re-exporting country has not seen the goods grow; it certifies on the word of the first certificate.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    documents.report("DOC-044", pull.get(stock.issued(type_code="657").number))


@case("DOC-045", roles=Role.EXPORTER, needs=["hook:issue", "document-type:657"], defects=["repacked-and-not"])
def test_re_export_notes(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Statements of a re-export say True or False and do not contradict each other.

    Goods that were repacked may have met other goods; whether they were must be clear.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    documents.report("DOC-045", pull.get(stock.issued(type_code="657").number))
