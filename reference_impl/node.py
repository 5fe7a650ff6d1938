"""The node: its components, put together once. A defect replaces a method or an attribute of one of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from reference_impl.accounts.applications import Applications
from reference_impl.accounts.directory import AccountDirectory
from reference_impl.accounts.passkeys import Passkeys
from reference_impl.accounts.passwords import Passwords
from reference_impl.accounts.sessions import SessionStore
from reference_impl.certificates.builder import CertificateBuilder
from reference_impl.certificates.validation import Validator
from reference_impl.clock import Clock
from reference_impl.config import NodeConfig, PartnerConfig
from reference_impl.inquiries.desk import InquiryDesk
from reference_impl.inquiries.escalation import Escalation
from reference_impl.inquiries.measures import MeasureDesk
from reference_impl.inquiries.service import InquiryService
from reference_impl.inquiries.statistics import Statistics
from reference_impl.lifecycle import Lifecycle
from reference_impl.registrar import Registrar
from reference_impl.setup.handing_in import HandingIn
from reference_impl.signing.advanced import verifier_for
from reference_impl.signing.anchors import AnchorFiles, Registered
from reference_impl.signing.credentials import load_credentials
from reference_impl.signing.signer import Signer
from reference_impl.signing.stamping import TimeStamps
from reference_impl.soap.service import ExchangeService
from reference_impl.store.audit import AuditTrail
from reference_impl.store.certificates import CertificateStore
from reference_impl.store.database import Database
from reference_impl.store.deliveries import DeliveryStore
from reference_impl.store.nonces import NonceStore
from reference_impl.store.posts import Post
from reference_impl.store.register import Register
from reference_impl.tls import TlsContexts
from reference_impl.uploads import Uploads
from reference_impl.web import languages
from reference_impl.web.accounts.entry import EntryPages
from reference_impl.web.accounts.joining import JoiningPages
from reference_impl.web.accounts.own import OwnAccountPages
from reference_impl.web.accounts.passkeys import PasskeyPages
from reference_impl.web.department.approval import ApprovalPages
from reference_impl.web.department.certificates import DepartmentCertificates
from reference_impl.web.department.overview import OverviewPages
from reference_impl.web.department.records import RecordPages
from reference_impl.web.in_clear import InClear
from reference_impl.web.inquiries.answering import AnsweringPages
from reference_impl.web.inquiries.asking import AskingPages
from reference_impl.web.officials.certificates import OfficialPages
from reference_impl.web.officials.uploading import UploadPages
from reference_impl.web.rendering import Renderer
from reference_impl.web.routing import Room
from reference_impl.web.site import Site
from reference_impl.web.verification import VerificationPages

if TYPE_CHECKING:
    from reference_impl.mail.intake import Delivery as MailDelivery

HTTPS = 443
log = logging.getLogger("reference_impl")


@dataclass(frozen=True)
class Lookup:
    """What the importer holds under a number (hook `lookup`); `copies` 0 and empty texts mean nothing.

    `mapped` is the SPSCertificate a document of 2009 was mapped to, in base64.
    """

    copies: int = 0
    sha256: str = ""
    status_code: str = ""
    clearance: str = ""
    quarantined: bool = False
    state: str = ""
    mapped: str = ""


@dataclass(frozen=True)
class Evidence:
    """What is kept of a document that was taken: its octets, a detached signature, whose it is, when it came."""

    document: bytes
    signature: bytes | None
    country: str
    received: str


@dataclass(frozen=True)
class Delivered:
    """How far a pushed certificate got (hook `delivery`); `alarm` is a sentence, empty when all is well."""

    state: str
    attempts: int
    alarm: str


@dataclass(frozen=True)
class Uploaded:
    """What came of a certificate sent with a form; `number` is empty where none can be read, `reason` when accepted."""

    number: str
    accepted: bool
    reason: str = ""


class Importer(Protocol):
    """The node as importing country. Methods may be called from another thread and return quickly."""

    def pull_now(self, country: str) -> None:
        """Begin a pull from the country's node."""
        ...

    def lookup(self, number: str) -> Lookup:
        """What is held under the number."""
        ...

    def take_upload(self, country: str, document: bytes, signature: bytes | None) -> Uploaded:
        """Judge and keep what an official of a country has sent with a form."""
        ...

    def evidence(self, number: str) -> Evidence | None:
        """What proves the origin of a document that is held."""
        ...

    def clear(self, number: str, decision: str, reason: str) -> None:
        """Decide (`accepted`, `rejected`) and answer with an SPSAcknowledgement. `ValueError`: number not held."""
        ...


class Outbox(Protocol):
    """The node as sender of mail. Methods may be called from another thread and return quickly."""

    def enqueue_certificate(self, number: str, country: str, smime: str = "") -> None:
        """Put a certificate in the outbox. `ValueError`: no such certificate for the country."""
        ...

    def delivery(self, number: str, country: str) -> Delivered:
        """How far it got."""
        ...

    def posts(self, state: str) -> Sequence[Post]:
        """The newest messages in a state of the outbox (`store.posts`)."""
        ...

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        ...

    def resend(self, post: int) -> bool:
        """Have a message that was given up tried anew; False when there is none such."""
        ...


class InquiryMail(Protocol):
    """The inquiry by mail."""

    def receive(self, delivery: "MailDelivery") -> None:
        """Open an inquiry that came by mail. Raises what `mail.intake` turns into a refusal."""
        ...


class Service(Protocol):
    """Something that runs beside the web servers, in the same event loop."""

    async def start(self) -> None:
        """Begin; ready to serve when it returns."""
        ...

    async def stop(self) -> None:
        """End within one second."""
        ...


class Node:
    """Components by name. `importer`, `outbox` and further `services` are added by `reference_impl.mail` and
    `reference_impl.importer` (their `install(node)`); `addresses` holds (host, port) of each server once bound,
    under "pull", "page", "page-http", "admin", "mail".
    """

    importer: Importer
    outbox: Outbox
    inquiry_post: InquiryMail

    def __init__(self, config: NodeConfig) -> None:
        """Load keys, open the database. Raises `ConfigError`."""
        self.config = config
        if config.site.catalogues is not None:
            languages.offer(config.site.catalogues)
        self.clock = Clock()
        self.database = Database(config.database)
        self.partners: dict[str, PartnerConfig] = {p.country: p for p in config.partners}
        self.addresses: dict[str, tuple[str, int]] = {}
        self.services: list[Service] = []
        self.tls = TlsContexts(config.tls)
        self.audit = AuditTrail(self.database, self.clock)
        self.certificates = CertificateStore(self.database, self.audit)
        self.deliveries = DeliveryStore(self.database)
        self.nonces = NonceStore(self.database)
        self.builder = CertificateBuilder()
        self.signer = Signer(
            load_credentials(config.signing.key, config.signing.certificate),
            config.placement,
            TimeStamps(config.stamps.certificate, config.stamps.key) if config.stamps else None,
        )
        self.anchors = _anchors(config)
        self.verifier = verifier_for(config.placement, self.anchors)
        self.validator = Validator()
        self.lifecycle = Lifecycle(
            self.certificates, self.deliveries, self.builder, self.signer, self.clock, self.audit
        )
        self.measures = MeasureDesk(self.lifecycle, self.validator, self.clock)
        self.registrar = Registrar(config, self.lifecycle, self.clock)
        self.uploads, self.attachments = Uploads(), Uploads()
        self.exchange = ExchangeService(self)
        self.inquiries = InquiryDesk(self.database, self.clock, self.audit, self.certificates)
        self.statistics = Statistics(self.database)
        self.inquiry_service = InquiryService(self)
        self.escalation = Escalation(self.inquiries)
        self.services.append(self.escalation)
        self.sessions = SessionStore(self.database, self.clock)
        self.renderer = Renderer(config.authority)
        self.pages = VerificationPages(self)
        self.register = Register(self.database)
        self.passwords = Passwords()
        self.directory = AccountDirectory(self.database, self.clock)
        self.applications = Applications(self.database, self.clock, self.audit, self.directory)
        self.entry = EntryPages(self)
        self.joining = JoiningPages(self)
        self.own_account = OwnAccountPages(self)
        self.passkeys = Passkeys(self.database, self.clock)
        self.passkey_pages = PasskeyPages(self)
        self.approval = ApprovalPages(self)
        self.official_pages = OfficialPages(self)
        self.upload_pages = UploadPages(self)
        self.asking_pages = AskingPages(self)
        rooms: list[Room] = [
            self.pages,
            self.entry,
            self.joining,
            self.own_account,
            self.passkey_pages,
            self.approval,
            self.official_pages,
            self.upload_pages,
            OverviewPages(self),
            self.asking_pages,
            AnsweringPages(self),
            DepartmentCertificates(self),
            RecordPages(self),
        ]
        self.in_clear = InClear(self)
        # What the HTTP parser of each connection may let pass (httptools' dangerous leniencies): nothing.
        self.leniencies: dict[str, bool] = {}
        self.handing_in = HandingIn(config)
        self.site = Site(self, rooms)

    def site_address(self) -> str:
        """The address of the site as the public knows it, without a slash at its end."""
        host, port = self.addresses["page"]
        known = self.config.site
        port = known.port or port
        return f"https://{known.host or host}" + ("" if port == HTTPS else f":{port}")

    def partner_moved(self, country: str, pull_url: str, mail_host: str, mail_port: int) -> bool:
        """Remember where a partner serves now; False when nothing is new. `ValueError`: no such partner."""
        known = self.partners.get(country)
        if known is None:
            raise ValueError(f"{country} is not a registered partner")
        moved = replace(
            known,
            pull_url=pull_url or known.pull_url,
            mail_host=mail_host or known.mail_host,
            mail_port=mail_port or known.mail_port,
        )
        self.partners[country] = moved
        return moved != known

    def close(self) -> None:
        """Give files back."""
        self.audit.close()
        self.database.close()


def _anchors(config: NodeConfig) -> AnchorFiles:
    registered = {
        p.country: Registered(p.anchor, p.crls, p.revocation, p.revocation_hosts) for p in config.partners if p.anchor
    }
    registered[config.country] = Registered(config.signing.root, (config.signing.crl,))
    return AnchorFiles(registered)
