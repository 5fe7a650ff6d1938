"""What a partner declares (ICS) and what is needed to reach it (IXIT), as frozen values.

ICS tokens in `Partner.ics`:
`role:exporter|importer`, `access:pull|push|verification` as declared, and derived from them `access:document`
(always), `access:tls` (pull or verification), `access:lifecycle` (pull); `release:<namespace>`,
`document-type:<code>`, `signature:enveloped|detached|xades-b|xades-t|none`, `signed` for all but the last,
`signed:inside` for all but `detached` of those, and `xades` for the two of that name;
`document-profile:<name>`, `bilingual` (several languages agreed), `identity:mutual-tls|username-token`, `soap:1.1|1.2`,
`smime` and with its IXIT `smime:intake|sender|encryption|test-ca|revoked`, `format:2009` (an older format is read too),
`printed-form` (the result page links a printed form);
`hook:<name>` for each hook given; `data:issued|replaced|withdrawn|foreign|codes|legacy|other_system|register` for test
data given; `account:other|limited|revoked|expired` (pull identities), `account:push-other`; `crl` (revocation lists or
stored answers of OCSP are given); `judge:pull` and `judge:mail` (the judge may serve), `judge:browser` (always: such
a case says itself when there is no browser), `judge:revocation` (it may be
asked about revocation), `asks:ocsp|crl` (and the partner's verifier does), `judge:expired-server`,
`judge:revoked-server` and `judge:misnamed-server` (it has such a TLS certificate to show),
`judge:signing` (it may sign as exporter), `judge:test-ca` (it may make bad signers);
`page:http` (there is an address in clear beside the pages);
`inquiry:soap|mail|page` the ways by which inquiries are taken, and with any of them `access:inquiry`;
`page:languages` (the languages of the pages are named); `handed-in:monitoring|logs|files` for documents handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

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


@dataclass(frozen=True)
class HandedIn:
    """Files the partner hands in with its declaration: the record of watching for look-alike sites, samples of its logs
    of the time of the run, and whatever else (configuration, sources, descriptions).
    """

    monitoring: Path | None = None
    logs: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()

    def all(self) -> tuple[Path, ...]:
        """Every file."""
        return (*((self.monitoring,) if self.monitoring is not None else ()), *self.logs, *self.files)


@dataclass(frozen=True)
class Listen:
    """Where the judge listens; port 0 means any free one."""

    host: str
    port: int


@dataclass(frozen=True)
class JudgeSigning:
    """The judge as exporter: its signer, and the test anchor by which it makes signers that must be refused.

    `tsa_certificate` and `tsa_key` are the time-stamp authority of its XAdES B-T signatures.
    """

    certificate: Path
    key: Path
    ca_certificate: Path | None = None
    ca_key: Path | None = None
    tsa_certificate: Path | None = None
    tsa_key: Path | None = None


@dataclass(frozen=True)
class JudgeRevocation:
    """The judge as an authority that is asked: its addresses stand in the certificates of signers it makes.

    `listen` is where lists and answers of OCSP are served, `host` the name under which the partner reaches it. `asks`
    says what the partner's verifier asks there (`ocsp`, `crl`), `demand` how much it must know (`require`,
    `if-available`; profile 2.33).
    """

    listen: Listen
    host: str
    asks: tuple[str, ...] = ("ocsp", "crl")
    demand: str = "if-available"


@dataclass(frozen=True)
class IxitJudge:
    """The judge's side: its country, its TLS server, where it listens, and what the partner's sender must use.

    `public_host` is the host name under which the partner reaches the judge's servers. `expired`, `revoked` and
    `misnamed` (for another host) are server certificates with their keys, right in all but that. `addresses` are
    further ones of its machine, from which it can call as somebody else. `browser` is the program that
    pages are looked at with, "" for Chromium by its usual names.
    """

    country: str = "NZ"
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    public_host: str = "localhost"
    pull_listen: Listen | None = None
    mail_listen: Listen | None = None
    mail_username: str | None = None
    mail_password: Secret | None = None
    mail_sender: str | None = None
    mail_recipient: str | None = None
    signing: JudgeSigning | None = None
    expired: tuple[Path, Path] | None = None
    revoked: tuple[Path, Path] | None = None
    misnamed: tuple[Path, Path] | None = None
    revocation: JudgeRevocation | None = None
    addresses: tuple[str, ...] = ()
    browser: str = ""


@dataclass(frozen=True)
class IxitTrust:
    """The partner's signing anchors (PEM files), revocation lists (PEM or DER files) and stored answers of OCSP (DER).

    `time_stamp_anchors` are those of time-stamp authorities (PEM files); without them the signing anchors count.
    """

    anchors: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    time_stamp_anchors: tuple[Path, ...] = ()
    answers: tuple[Path, ...] = ()


@dataclass(frozen=True)
class IxitLimits:
    """Agreed limits, in seconds, octets and numbers.

    Under load: `error_share` is the share (0 to 1) of requests that may fail, `availability` the share of seconds in
    which at least one is answered rightly, `pace_factor` how much longer answers may take at the end of a run of
    `soak_seconds` or more than at its beginning. Within `backlog_seconds` what waited during an outage is fetched.
    `users_per_partner` accounts on the site are agreed for a country at least.
    Answers that must not be told apart differ in time by less than `equal_answer_seconds`. One address gets
    `guesses_per_minute` wrong answers on the pages, all together `guesses_until_alarm` in an hour before it is noticed.
    `session_idle_seconds` without use end a session. `look_up_p95_seconds` 0 means: as `fetch_p95_seconds`.
    """

    state_delay_seconds: float = 5.0
    delivery_seconds: float = 10.0
    clock_skew_seconds: float = 30.0
    case_seconds: float = 30.0
    fetch_p95_seconds: float = 2.0
    error_share: float = 0.01
    retry_first_seconds: float = 2.0
    escalation_seconds: float = 25.0
    availability: float = 0.99
    pace_factor: float = 2.0
    soak_seconds: float = 600.0
    backlog_seconds: float = 60.0
    large_document_octets: float = 1_000_000
    max_trade_lines: float = 999
    max_document_octets: float = 1_000_000
    users_per_partner: float = 1000
    look_up_p95_seconds: float = 0.0
    equal_answer_seconds: float = 0.01
    guesses_per_minute: float = 30
    guesses_until_alarm: float = 1000
    session_idle_seconds: float = 1800

    @property
    def look_up_p95(self) -> float:
        """Seconds within which 95 of 100 look-ups on the pages are answered under load."""
        return self.look_up_p95_seconds or self.fetch_p95_seconds


@dataclass(frozen=True)
class OldCertificate:
    """A certificate issued by the system before this one, as it stood at the switch.

    `sha256` is that of the document as it was delivered then (hexadecimal, small letters), `status_code` its state.
    """

    number: str
    status_code: str
    sha256: str


@dataclass(frozen=True)
class TestData:
    """Numbers of certificates in known states, addressed to the judge (`foreign`: to another country).

    `legacy` are certificates of the system before this one. `other_system` is how the numbers of another system of the
    same authority begin, `register` what identifiers of consignees the judge's country has in its register.
    """

    __test__ = False  # the name begins like a test class, and pytest would look into it

    issued: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    codes: Mapping[str, str] | None = None
    legacy: tuple[OldCertificate, ...] = ()
    other_system: tuple[str, ...] = ()
    register: tuple[str, ...] = ()

    def code(self, number: str) -> str | None:
        """Return the verification code of a certificate, or None when the file does not tell."""
        return (self.codes or {}).get(number)


@dataclass(frozen=True)
class HookCommand:
    """A hook as a program: JSON on its standard input, JSON on its standard output, exit code 0.

    It runs in `folder`, the folder of the partner file.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    timeout: float
    url: Literal[""] = ""
    token: None = None


@dataclass(frozen=True)
class HookUrl:
    """A hook as an address: POST of JSON with the token as bearer, JSON back."""

    name: str
    url: str
    token: Secret | None
    ca: Path | None
    timeout: float
    command: tuple[()] = ()


Hook = HookCommand | HookUrl


@dataclass(frozen=True)
class Partner:
    """A partner file, read. `settings` are its printable values without credentials; `digest` names it.

    `digest` is the SHA-256 of the file's values with every plain secret left out, so it says nothing of them.
    `connection_codes` are names of connections and the country each stands for. `algorithms` are the words of profile
    2.27 that were agreed; none means the list of profile 2.20.
    """

    path: Path
    name: str
    country: str
    ics: frozenset[str]
    releases: tuple[str, ...]
    document_types: tuple[str, ...]
    signature: str
    pull: IxitPull | None
    push: IxitPush | None
    verification: IxitVerification | None
    judge: IxitJudge
    trust: IxitTrust
    limits: IxitLimits
    data: TestData
    hooks: Mapping[str, Hook]
    settings: tuple[tuple[str, str], ...]
    digest: str
    secret_values: tuple[Secret, ...]
    document_profile: str = "exchange"
    officials: Path | None = None
    smime: IxitSmime | None = None
    inquiry: IxitInquiry = IxitInquiry()
    languages: tuple[str, ...] = ()
    connection_codes: Mapping[str, str] = field(default_factory=dict)
    algorithms: tuple[str, ...] = ()
    handed_in: HandedIn = HandedIn()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret string, for redaction; raises `PartnerFileError` when one cannot be read."""
        return tuple(dict.fromkeys(secret.reveal() for secret in self.secret_values))
