"""A fetched certificate, read and checked, for the cases about documents."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from lxml import etree

from conformance.cases.helpers.agreed import examine_agreed
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.document import check_document
from conformance.model.finding import Finding, Where
from conformance.parsing import Unreadable, parse
from conformance.partner import Partner
from conformance.ports.pull_values import Fetched
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape

ENTITY = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21}"
SIGNER = "signer certificate"
# What the schema of any release demands: root, validity, namespaces of data types, mandatory elements, codes of the
# state, order, and no element the release does not have.
SCHEMA = ("DOC-001", "DOC-002", "DOC-003", "DOC-004", "DOC-007", "DOC-047", "DOC-048")
# Where one of these is broken, the judgement of the signer's chain ends there.
_ENDING_CHAIN = ("PKI-001", "PKI-002", "PKI-003", "PKI-011", "PKI-015")
FORM = ("SIG-002", "SIG-003", "SIG-004", "SIG-005")


@dataclass(frozen=True)
class Documents:
    """Fetches certificates and reports what checks find, one requirement at a time."""

    pull: PullPort
    stock: Stock
    judge: Judge
    tape: Tape
    partner: Partner

    def fetch(self) -> Fetched:
        """A newly issued certificate, fetched."""
        return self.pull.get(self.stock.issued().number)

    def report(self, requirement: str, fetched: Fetched | None = None) -> Fetched:
        """Report the findings of one requirement on a fetched document; others have cases of their own."""
        found = fetched or self.fetch()
        at = self.tape.now()
        report = check_document(
            found.document,
            at=at,
            placement=self.partner.signature,
            profile=self.partner.document_profile,
            languages=self.partner.languages,
        )
        self._report(found, requirement, report.findings)
        reading = [one for one in report.findings if one.layer == "reading"]
        self.judge.precondition(
            not reading or reading[0].requirement == requirement,
            f"The document {found.number} cannot be read: {reading[0].message if reading else ''}.",
        )
        if not reading and requirement not in {*SCHEMA, *(one.requirement for one in report.findings)}:
            # Rules look for the elements of a release: in a document of another one they find nothing amiss.
            namespace = etree.QName(tree(self.judge, found)).namespace
            self.judge.precondition(
                namespace in self.partner.releases,
                f"The document {found.number} is of a release the partner does not declare (DOC-001): {namespace}.",
            )
        return found

    def report_signature(self, requirement: str, fetched: Fetched | None = None) -> Fetched:
        """Report the findings of one requirement on the signature of a fetched document."""
        found = fetched or self.fetch()
        findings = self._signature(found)
        self._report(found, requirement, findings)
        hiding = [one for one in findings if one.requirement in _hiding(requirement) and one.where.part != SIGNER]
        self.judge.precondition(
            not hiding or any(one.requirement == requirement for one in findings),
            f"The signature was not checked that far: {hiding[0].message if hiding else ''}",
        )
        return found

    def report_chain(self, requirement: str, broken: Collection[str]) -> Fetched:
        """Report what is found of the rules `broken` about the signer's chain as breaches of one requirement.

        The chain is judged as a whole: where it is not valid, nothing is known of revocation, and what is expired tells
        nothing of the rest.
        """
        found = self.fetch()
        findings = self._signature(found)
        told = [replace(one, requirement=requirement) for one in findings if one.requirement in broken]
        self._report(found, requirement, [one for one in told if one.level.binding])
        hiding = [one for one in findings if one.requirement in {*_hiding(requirement), *_ENDING_CHAIN} - {*broken}]
        self.judge.precondition(
            not hiding or told, f"The signer's chain was not judged that far: {hiding[0].message if hiding else ''}"
        )
        return found

    def _signature(self, found: Fetched) -> list[Finding]:
        tree(self.judge, found)
        trust = self.partner.trust
        return examine_agreed(
            self.partner,
            found.document,
            found.signature,
            at=self.tape.now(),
            anchors=trust.anchors,
            authorities=trust.time_stamp_anchors,
            crls=[path.read_bytes() for path in trust.crls],
            answers=[path.read_bytes() for path in trust.answers],
            country=self.partner.country,
        ).findings

    def _report(self, found: Fetched, requirement: str, findings: "list[Finding] | tuple[Finding, ...]") -> None:
        self.judge.report(placed((one for one in findings if one.requirement == requirement), found))


def placed(findings: Iterable[Finding], fetched: Fetched) -> list[Finding]:
    """Findings about a fetched document, with the message it came in as their place."""
    part = f"document {fetched.number}"
    return [replace(one, where=Where(part, one.where.line, one.where.path, fetched.message)) for one in findings]


def _hiding(requirement: str) -> set[str]:
    """The rules of the signature that are looked at before this one; where one is broken, this one is not judged.

    Those about the signer's certificate are judged each by itself, when form and value are good.
    """
    if requirement == "SIG-001":
        return {"SIG-011", *FORM}
    if requirement in FORM:
        return {"SIG-001", "SIG-002"}
    # Without the properties of XAdES nothing is known of its times.
    before = {"SIG-015"} if requirement in ("SIG-016", "SIG-017") else set()
    return {"SIG-001", "SIG-011", *FORM, *before}


def tree(judge: Judge, fetched: Fetched) -> etree._Element:
    """The document, parsed; the case is inconclusive when it cannot be."""
    try:
        return parse(fetched.document)
    except Unreadable as error:
        judge.precondition(condition=False, reason=f"The document {fetched.number} cannot be read: {error}.")
        raise


def text(root: etree._Element, path: str) -> str:
    """The text at a path of local names below the root, stripped; "" when there is none."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
    return str(root.xpath(f"string({steps})")).strip()


def notes(root: etree._Element) -> dict[str, str]:
    """The notes of the document's head: subject and content."""
    nodes = [one for one in root.iter(f"{ENTITY}IncludedSPSNote") if one.getparent() is root[0]]
    return {text(note, "Subject"): text(note, "Content") for note in nodes}


def replaced_numbers(root: etree._Element) -> list[str]:
    """The numbers of the referenced documents this one replaces (relationship ACW)."""
    documents = root.iter(f"{ENTITY}ReferenceSPSReferencedDocument")
    return [text(one, "ID") for one in documents if text(one, "RelationshipTypeCode") == "ACW"]
