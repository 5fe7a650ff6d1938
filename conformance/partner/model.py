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

from conformance.partner.accesses import (
    IxitInquiry,
    IxitPull,
    IxitPush,
    IxitSmime,
    IxitVerification,
)
from conformance.partner.judge_side import IxitJudge
from conformance.partner.secret import Secret


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
    inquiry: IxitInquiry = field(default_factory=IxitInquiry)
    languages: tuple[str, ...] = ()
    connection_codes: Mapping[str, str] = field(default_factory=dict)
    algorithms: tuple[str, ...] = ()
    handed_in: HandedIn = HandedIn()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret string, for redaction; raises `PartnerFileError` when one cannot be read."""
        return tuple(dict.fromkeys(secret.reveal() for secret in self.secret_values))
