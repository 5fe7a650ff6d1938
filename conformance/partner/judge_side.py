"""What the judge has and where it listens when it plays the other side (IXIT), as frozen values."""

from dataclasses import dataclass
from pathlib import Path

from conformance.partner.secret import Secret


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
