"""Decides what a document that came in is worth: good, or to be kept apart, and why."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from reference_impl.certificates.legacy import FORMAT, LegacyReader, is_legacy
from reference_impl.certificates.names import RAM
from reference_impl.certificates.parsing import NotReadable, parse
from reference_impl.certificates.reading import Summary, summarize
from reference_impl.certificates.remarks import MANDATORY, MAPPING, SEVERE, Remark, severe
from reference_impl.certificates.validation import InvalidDocument, Validator
from reference_impl.config import DocumentSettings
from reference_impl.signing.signer import DETACHED
from reference_impl.signing.verifier import BadSignature, Verifier

ACCEPTABLE_STATES = ("70", "44", "40")


class NotAddressed(Exception):
    """The document is not from the country that sent it, or not for us; the text says which."""


@dataclass(frozen=True)
class Expected:
    """What was said of a document before it was read. Empty texts: nothing was said.

    `signature` holds the octets of the detached signature that came with it.
    """

    country: str
    number: str = ""
    type_code: str = ""
    status: str = ""
    digests: tuple[str, ...] = ()
    signature: bytes | None = None


@dataclass(frozen=True)
class Decision:
    """`good` documents are kept; others go to quarantine for the reason given. `readable`: it was XML at all.

    `signature` is kept with the document.
    """

    good: bool
    readable: bool
    reason: str
    number: str
    status: str
    digest: str
    signature: bytes | None = None


class Examiner:
    """Examines documents for one importing country."""

    def __init__(
        self, country: str, validator: Validator, verifier: Verifier, placement: str, agreed: DocumentSettings
    ) -> None:
        """`placement` is where signatures are by agreement, `enveloped` or `detached`; `agreed` the other things."""
        self.agreed = agreed
        self.legacy = LegacyReader()
        self.country = country
        self.placement = placement
        self.validator = validator
        self.verifier = verifier

    def examine(self, document: bytes, expected: Expected, at: datetime) -> Decision:
        """Decide on a document. Never raises for what is in it."""
        digest = hashlib.sha256(document).hexdigest().upper()
        try:
            root = self.read(document)
        except NotReadable as error:
            return Decision(False, False, str(error), expected.number, expected.status, digest)
        older = FORMAT in self.agreed.formats and is_legacy(root)
        summary = summarize(root)
        number, status = expected.number or summary.number, summary.status or expected.status
        try:
            self.check_size(root, document)
            if older:
                summary = summarize(self.legacy.mapped(root, at))
                number, status = expected.number or summary.number, summary.status
            self.check_promises(summary, digest, expected)
            if not older:
                self.check_valid(root, at)
            self.check_addressed(summary, expected)
            if self.placement == DETACHED or older:  # the format of 2009 has no place for a signature
                self.check_detached(root, document, expected.signature, summary.export_country, at)
            else:
                self.check_signature(root, summary.export_country, at)
        except InvalidDocument as error:
            return Decision(False, True, self.told(error), number, status, digest)
        except (NotAddressed, BadSignature) as error:
            return Decision(False, True, str(error), number, status, digest)
        return Decision(True, True, "", number, status, digest, expected.signature)

    def told(self, error: InvalidDocument) -> str:
        """What the sender is told of a document that is not good."""
        return str(error)

    def read(self, document: bytes) -> etree._Element:
        """Parse a document. Raises `NotReadable`."""
        return parse(document)

    def check_promises(self, summary: Summary, digest: str, expected: Expected) -> None:
        """The document is the one that was announced."""
        self.check_digest(digest, expected)
        for name, said, found in (
            ("ID", expected.number, summary.number),
            ("TypeCode", expected.type_code, summary.type_code),
            ("StatusCode", expected.status, summary.status),
        ):
            if said and said != found:
                area, text = (MAPPING if found else MANDATORY), f"announced is {said}, here it is {found or 'missing'}"
                raise InvalidDocument(Remark(area, SEVERE, f"SPSExchangedDocument/{name}", text))

    def check_digest(self, digest: str, expected: Expected) -> None:
        """The octets have the digest that was announced."""
        if any(said != digest for said in expected.digests):
            text = "the digest announced is not that of the document"
            raise InvalidDocument(Remark(MAPPING, SEVERE, "SPSCertificate", text))

    def check_size(self, root: etree._Element, document: bytes) -> None:
        """No larger than agreed, and no more trade lines."""
        lines = sum(1 for _ in root.iter(f"{{{RAM}}}IncludedSPSTradeLineItem"))
        if lines > self.agreed.max_trade_lines:
            text = f"{lines} trade lines, {self.agreed.max_trade_lines} are agreed"
            raise InvalidDocument(severe(MAPPING, root, text))
        if len(document) > self.agreed.max_octets:
            text = f"{len(document)} octets, {self.agreed.max_octets} are agreed"
            raise InvalidDocument(severe(MAPPING, root, text))

    def check_valid(self, root: etree._Element, at: datetime) -> None:
        """Schema and rules."""
        self.validator.check_certificate(root, at)

    def check_addressed(self, summary: Summary, expected: Expected) -> None:
        """From the country that sent it, for us, and in a state that may be shown to us."""
        if summary.export_country != expected.country:
            raise NotAddressed(f"issued by {summary.export_country or 'nobody'}, sent by {expected.country}")
        if self.country != summary.import_country and self.country not in summary.transit:
            raise NotAddressed(f"addressed to {summary.import_country or 'nobody'}, not to {self.country}")
        if summary.status not in ACCEPTABLE_STATES:
            raise NotAddressed(f"a certificate in state {summary.status} must not be sent")

    def check_signature(self, root: etree._Element, country: str, at: datetime) -> None:
        """Signed by the issuing country."""
        self.verifier.verify(root, country, at)

    def check_detached(
        self, root: etree._Element, document: bytes, signature: bytes | None, country: str, at: datetime
    ) -> None:
        """Signed by the issuing country, beside the document."""
        try:
            read = None if signature is None else parse(signature)
        except NotReadable as error:
            raise BadSignature(f"the signature cannot be read: {error}") from error
        self.verifier.verify_detached(root, document, read, country, at)
