"""How a partner is reached by each access, and who the judge is there (IXIT), as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conformance.partner.pages import BY_THE_PROFILE, PageAccount, PageDescription
from conformance.partner.secret import Secret


@dataclass(frozen=True)
class Identity:
    """One account of the judge at the partner's pull access, by certificate, by user name, or both."""

    name: str
    country: str
    certificate: Path | None = None
    key: Path | None = None
    username: str | None = None
    password: Secret | None = None
    requests_per_minute: int | None = None


@dataclass(frozen=True)
class Identities:
    """The judge's accounts: `own` asks, `other` is a second country, `limited` has a small agreed request rate.

    `revoked` and `expired` are registered like `own`, with client certificates that may not be used any more.
    """

    own: Identity
    other: Identity | None = None
    limited: Identity | None = None
    revoked: Identity | None = None
    expired: Identity | None = None

    def __getitem__(self, name: str) -> Identity:
        """Return the account of that name; raise `KeyError` when the partner file does not give it."""
        for one in self.all():
            if one.name == name:
                return one
        raise KeyError(f"[ixit.pull.identities.{name}] is not in the partner file")

    def all(self) -> tuple[Identity, ...]:
        """Return those that are given."""
        return tuple(one for one in (self.own, self.other, self.limited, self.revoked, self.expired) if one is not None)


@dataclass(frozen=True)
class IxitPull:
    """The partner's pull access. `timeout` in seconds for a whole answer; `ca` is a PEM file or None (system trust)."""

    url: str
    ca: Path | None
    timeout: float
    max_answer_bytes: int
    identities: Identities

    @property
    def timeout_seconds(self) -> float:
        """The same as `timeout`, by its name in the file."""
        return self.timeout


@dataclass(frozen=True)
class MailAccount:
    """An account of the judge at the partner's mail intake: envelope sender address and log-in."""

    sender: str
    username: str
    password: Secret
    country: str


@dataclass(frozen=True)
class IxitPush:
    """The partner's mail intake. `own` is the judge's account, `other` that of a second country."""

    host: str
    port: int
    ca: Path | None
    recipient: str
    own: MailAccount
    other: MailAccount | None
    max_message_bytes: int
    timeout: float

    @property
    def sender(self) -> str:
        """Envelope sender of the judge's own account."""
        return self.own.sender

    @property
    def username(self) -> str:
        """Log-in name of the judge's own account."""
        return self.own.username

    @property
    def password(self) -> Secret:
        """Password of the judge's own account."""
        return self.own.password


@dataclass(frozen=True)
class IxitSmime:
    """S/MIME of the push access. Pairs are PEM files of a certificate and its key; None or "" is what is not given.

    The partner's: `recipient` is its mailbox for signed mail, `anchor` the root of its mail signers,
    `encryption_certificate` what is encrypted to it. The judge's: `judge_recipient` its mailbox, `signer` its
    registered mail signer, `decryption` for what is encrypted to it, `ca` the registered anchor of its signers,
    `revoked` a signer under it that the partner knows to be revoked.
    """

    recipient: str = ""
    anchor: Path | None = None
    encryption_certificate: Path | None = None
    judge_recipient: str = ""
    signer: tuple[Path, Path] | None = None
    decryption: tuple[Path, Path] | None = None
    ca: tuple[Path, Path] | None = None
    revoked: tuple[Path, Path] | None = None


@dataclass(frozen=True)
class IxitInquiry:
    """Where inquiries are taken: the SOAP address ("" when there is none), and the mailbox ("": the push access's)."""

    url: str = ""
    recipient: str = ""


@dataclass(frozen=True)
class IxitVerification:
    """The partner's verification pages: base address without a trailing slash.

    `http_url` is the address in clear at which people who leave out the s arrive, "" when there is none. `described`
    tells how the pages are named and marked, `accounts` who may log in: `own`, `other`, `department`, `colleague`, a
    second official of the judge's country, and `sender`, one who may send certificates. `languages` are what the pages
    are in (BCP 47), the first being that of whoever asks for none.
    """

    url: str
    ca: Path | None
    timeout: float
    max_answer_bytes: int
    http_url: str = ""
    described: PageDescription = BY_THE_PROFILE
    accounts: Mapping[str, PageAccount] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
