"""Are the documents the partner delivers signed as the profile says?"""

from cryptography.x509.oid import NameOID

from conformance.cases.helpers.agreed import examine_agreed
from conformance.cases.helpers.case import case
from conformance.cases.helpers.documents import Documents, text, tree
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("SIG-001", roles=Role.EXPORTER, needs=["signed"], defects=["alters-after-signing"])
def test_verifies(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signature of a fetched document verifies.

    Whatever was changed after signing, by malice or by a well-meaning gateway, is no longer the
    authority's word.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-001")


@case("SIG-002", roles=Role.EXPORTER, needs=["signed"], defects=["signs-part-only"])
def test_whole(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signature has one reference, to the whole document.

    What is not signed can be exchanged: a signature over the header alone protects no product.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-002")


@case("SIG-003", roles=Role.EXPORTER, needs=["signed:inside"], defects=["extra-transform", "signs-part-only"])
def test_transforms(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The transforms are the two agreed ones and no other.

    A transform changes what is signed before it is signed. Behind a filter, a document may be altered
    freely while its signature still verifies.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-003")


@case("SIG-005", roles=Role.EXPORTER, needs=["signed"], defects=["signs-with-sha1"])
def test_algorithms(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Signature and digest algorithms are on the agreed list.

    Collisions of SHA-1 can be bought; two documents may share one signature.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-005")


@case("SIG-011", roles=Role.EXPORTER, needs=["signed"], defects=["signs-with-unregistered-key"])
def test_anchor(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signer's certificate chains to the anchor the country has registered.

    Anybody can make a key and a certificate with an authority's name in it.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-011")


@case("SIG-014", roles=Role.EXPORTER, needs=["signed"], defects=["signs-as-other-country"])
def test_country(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signer's certificate names the issuing country and its authority.

    A key that is good for one country must not certify in the name of another.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-014")


@case("PKI-002", roles=Role.EXPORTER, needs=["signed"], defects=["signs-with-expired"])
def test_expired(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signer's certificate is valid at the time of checking.

    Keys are given a life so that lost ones end by themselves.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("PKI-002")


@case("PKI-005", roles=Role.EXPORTER, needs=["signed"], defects=["signs-with-tls-key"])
def test_usage(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The signer's certificate is meant for signing documents.

    A server's key lies on a machine that faces the network; it must not be able to issue certificates.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("PKI-005")


@case("SIG-004", roles=Role.EXPORTER, needs=["signed"], defects=["signs-with-comments"])
def test_signed_info(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """SignedInfo is canonicalised by one of the agreed algorithms, without comments.

    What is canonical with comments is so for one verifier and not for the next.
    """
    Documents(pull, stock, judge, tape, partner).report_signature("SIG-004")


@case("SIG-024", roles=Role.EXPORTER, needs=["signed"], defects=["signs-as-another-office"])
def test_signatory(pull: PullPort, stock: Stock, judge: Judge, tape: Tape, partner: Partner) -> None:
    """The office the document names for its signatory is the organisation in the signer's certificate.

    Person and seal belong together. A document that names one office and bears the seal of another is nobody's word.
    """
    documents = Documents(pull, stock, judge, tape, partner)
    found = documents.fetch()
    office = text(tree(judge, found), "SPSExchangedDocument/SignatorySPSAuthentication/ProviderSPSParty/Name")
    judge.precondition(office, f"The document {found.number} names no office for its signatory.")
    seen = examine_agreed(partner, found.document, found.signature, at=tape.now())
    judge.precondition(seen.signer is not None, "Who signed the document could not be found out (SIG-001).")
    names = seen.signer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME) if seen.signer else []
    told = ", ".join(str(one.value) for one in names)
    judge.expect_equal(
        office, told, "The seal is of another office than the signatory's.", where=Where(f"document {found.number}")
    )
