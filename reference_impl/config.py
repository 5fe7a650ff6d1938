"""node.toml: what a node is told before it starts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REVOCATION = ("if-available", "require")
PLACEMENTS = ("enveloped", "detached", "xades-b", "xades-t")
MAX_SECONDS = 86_400
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")


class ConfigError(Exception):
    """The configuration cannot be used; the text says what, where and what to do."""


@dataclass(frozen=True)
class Listen:
    """Addresses to listen on; port 0 takes any free one. All on the loopback unless told otherwise."""

    host: str = "127.0.0.1"
    pull_port: int = 0
    page_port: int = 0
    mail_port: int = 0
    admin_port: int = 0
    page_http_port: int = 0


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of the TLS servers and of the node's own client.

    `authority` signs the certificates of both sides; `authority_key` is there in a demonstration folder only. `crl`
    names what the authority has revoked.
    """

    authority: Path
    authority_key: Path
    crl: Path
    certificate: Path
    key: Path
    rsa_certificate: Path
    rsa_key: Path
    client_certificate: Path
    client_key: Path


@dataclass(frozen=True)
class SigningFiles:
    """PEM files of the document signer: root, its key, its CRL, signing certificate and key."""

    root: Path
    root_key: Path
    crl: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class StampFiles:
    """PEM files of the node's own time-stamp authority: its root, its certificate and key."""

    root: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class MailSettings:
    """The node's mail: intake mailbox, sender address, size in octets, how sending is repeated, and how many
    connections the intake has open at a time, in all and from one address.
    """

    recipient: str
    sender: str
    max_message_bytes: int = 10_000_000
    retry_first_seconds: float = 1.0
    max_attempts: int = 5
    max_connections: int = 200
    max_connections_from_address: int = 50


@dataclass(frozen=True)
class SmimeSettings:
    """S/MIME: the intake's mailbox for it, and PEM files of the node's mail signer and of its decryption key."""

    recipient: str
    certificate: Path
    key: Path
    decryption_certificate: Path
    decryption_key: Path


@dataclass(frozen=True)
class DocumentSettings:
    """What is agreed of documents: trade lines and octets at most, and the older formats that are read too."""

    max_trade_lines: int = 999
    max_octets: int = 1_000_000
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class SiteSettings:
    """The site as the public knows it: `host` and `port` of its address, where they are not those it listens on
    (empty, 0), and a folder with further `catalogues` of texts, `<language>/LC_MESSAGES/site.po`.
    """

    host: str = ""
    port: int = 0
    catalogues: Path | None = None


@dataclass(frozen=True)
class PartnerConfig:
    """One country the node exchanges with: who it is, and how it is reached.

    `client_certificate`: PEM registered for its calls to us, as are the `further_certificates`.
    `username`/`password`: its WS-Security account.
    `mail_address`, `mail_username`, `mail_password`: its account at our intake. `pull_url`, `mail_host`, `mail_port`,
    `mail_recipient`, `our_mail_username`, `our_mail_password`: how we reach it, empty or 0 when not known.
    `anchor`: PEM of its signing root, or of the old and the new one during a roll-over. `crls`: its revocation lists
    (PEM); `revocation`: how much must be known of its signers (profile 2.33), `if-available` or `require`;
    `revocation_hosts`: who may be asked about it where certificates name them, `host` or `host:port`. `types`:
    document type codes agreed with it. `requests_per_minute` 0: no limit.
    With S/MIME, `smime_anchor`: PEM of the root of its mail signers and the root's revocation list;
    `smime_recipient`: its mailbox; `smime_certificate`: PEM to encrypt to.
    `pull_every_seconds`: how often its pull service is asked; 0: only when a person or a hook says so.
    `languages`: in which its certificates are agreed to be besides English.
    """

    country: str
    name: str
    client_certificate: Path
    client_key: Path
    username: str
    password: str
    mail_address: str
    mail_username: str
    mail_password: str
    types: tuple[str, ...]
    requests_per_minute: int = 0
    pull_every_seconds: float = 0.0
    anchor: Path | None = None
    crls: tuple[Path, ...] = ()
    revocation: str = REVOCATION[0]
    revocation_hosts: tuple[str, ...] = ()
    further_certificates: tuple[Path, ...] = ()
    smime_anchor: Path | None = None
    smime_certificate: Path | None = None
    smime_recipient: str = ""
    pull_url: str = ""
    mail_host: str = ""
    mail_port: int = 0
    mail_recipient: str = ""
    our_mail_username: str = ""
    our_mail_password: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class NodeConfig:
    """Everything in node.toml. Paths are absolute; `placement` is where signatures are, `enveloped` or `detached`,
    or that they are `xades-b` or `xades-t`. `stamps` is the time-stamp authority, needed with `xades-t`.
    """

    folder: Path
    name: str
    country: str
    authority: str
    contact: str
    database: Path
    log: Path
    admin_token: str
    listen: Listen
    tls: TlsFiles
    signing: SigningFiles
    placement: str
    mail: MailSettings
    partners: tuple[PartnerConfig, ...]
    smime: SmimeSettings | None = None
    documents: DocumentSettings = DocumentSettings()
    site: SiteSettings = SiteSettings()
    stamps: StampFiles | None = None
    guesses_until_alarm: int = 1000

    def partner(self, country: str) -> PartnerConfig | None:
        """The registered partner of a country, if there is one."""
        return next((p for p in self.partners if p.country == country), None)


def load_config(folder: Path) -> NodeConfig:
    """Read `folder`/node.toml. Raises `ConfigError` with one clear sentence."""
    path = folder / "node.toml"
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder. Make one with: python -m reference_impl init {folder}")
    if not path.is_file():
        raise ConfigError(f"{path}: no such file. Make one with: python -m reference_impl init {folder}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is not TOML ({error}). Correct it, or make a new folder with init") from error
    try:
        return _config(folder.resolve(), data)
    except KeyError as error:
        raise ConfigError(f"{path}: the key {error} is missing. Compare with a new folder made by init") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{path}: {error}. Compare with a new folder made by init") from error


def _config(folder: Path, data: Mapping[str, object]) -> NodeConfig:
    node = _table(data, "node")
    placement = _placement(_table(data, "signing"))
    stamps = StampFiles(**_files(folder, _table(data, "time_stamps"), StampFiles)) if "time_stamps" in data else None
    if placement == "xades-t" and stamps is None:
        raise ValueError("signing.placement xades-t needs the table [time_stamps]")
    return NodeConfig(
        folder=folder,
        name=_text(node, "name"),
        country=_text(node, "country"),
        authority=_text(node, "authority"),
        contact=_text(node, "contact"),
        database=folder / _text(node, "database"),
        log=folder / _text(node, "log"),
        admin_token=_file(folder, node, "admin_token_file").read_text(encoding="ascii").strip(),
        listen=_listen(_table(data, "listen")),
        tls=TlsFiles(**_files(folder, _table(data, "tls"), TlsFiles)),
        signing=SigningFiles(**_files(folder, _table(data, "signing"), SigningFiles)),
        placement=placement,
        mail=_mail(_table(data, "mail")),
        partners=tuple(_partner(folder, p) for p in _tables(data, "partners")),
        smime=_smime(folder, _table(data, "smime")) if "smime" in data else None,
        documents=_documents(_table(data, "documents") if "documents" in data else {}),
        site=_site(folder, _table(data, "site") if "site" in data else {}),
        stamps=stamps,
        guesses_until_alarm=_guesses(_table(data, "site") if "site" in data else {}),
    )


def _listen(table: Mapping[str, object]) -> Listen:
    ports = ("pull_port", "page_port", "mail_port", "admin_port", "page_http_port")
    for name in ports:
        if not 0 <= _number(table, name) <= 65535:  # noqa: PLR2004 - the range of TCP ports
            raise ValueError(f"listen.{name} must be 0 (any free port) to 65535")
    return Listen(_text(table, "host"), *(_number(table, name) for name in ports))


def _placement(table: Mapping[str, object]) -> str:
    value = _text(table, "placement", PLACEMENTS[0])
    if value not in PLACEMENTS:
        raise ValueError(f"signing.placement must be {' or '.join(PLACEMENTS)}, not {value!r}")
    return value


def _revocation(table: Mapping[str, object]) -> str:
    value = _text(table, "revocation", REVOCATION[0])
    if value not in REVOCATION:
        raise ValueError(f"revocation must be {' or '.join(REVOCATION)}, not {value!r}")
    return value


def _guesses(table: Mapping[str, object]) -> int:
    return _number(table, "guesses_until_alarm", NodeConfig.guesses_until_alarm)


def _documents(table: Mapping[str, object]) -> DocumentSettings:
    plain = DocumentSettings()
    return DocumentSettings(
        _number(table, "max_trade_lines", plain.max_trade_lines),
        _number(table, "max_octets", plain.max_octets),
        _texts(table, "formats"),
    )


def _site(folder: Path, table: Mapping[str, object]) -> SiteSettings:
    host, named = _text(table, "host", ""), _text(table, "catalogues", "")
    if host and not _HOST.fullmatch(host):
        raise ValueError(f"site.host must be a host name without scheme and port, not {host!r}")
    if named and not (folder / named).is_dir():
        raise ValueError(f"site.catalogues names {folder / named}, which is not a folder")
    return SiteSettings(host.lower(), _number(table, "port", 0), folder / named if named else None)


def _mail(table: Mapping[str, object]) -> MailSettings:
    seconds = table["retry_first_seconds"]
    if not isinstance(seconds, int | float):
        raise TypeError("mail.retry_first_seconds must be a number of seconds")
    return MailSettings(
        _text(table, "recipient"),
        _text(table, "sender"),
        _number(table, "max_message_bytes"),
        float(seconds),
        _number(table, "max_attempts"),
        _number(table, "max_connections", MailSettings.max_connections),
        _number(table, "max_connections_from_address", MailSettings.max_connections_from_address),
    )


def _smime(folder: Path, table: Mapping[str, object]) -> SmimeSettings:
    names = ("certificate", "key", "decryption_certificate", "decryption_key")
    return SmimeSettings(_text(table, "recipient"), *(_file(folder, table, name) for name in names))


def _partner(folder: Path, table: Mapping[str, object]) -> PartnerConfig:
    return PartnerConfig(
        country=_text(table, "country"),
        name=_text(table, "name"),
        client_certificate=_file(folder, table, "client_certificate"),
        client_key=_file(folder, table, "client_key"),
        username=_text(table, "username"),
        password=_text(table, "password"),
        mail_address=_text(table, "mail_address"),
        mail_username=_text(table, "mail_username"),
        mail_password=_text(table, "mail_password"),
        types=_texts({"types": table["types"]}, "types"),
        requests_per_minute=_number(table, "requests_per_minute", 0),
        pull_every_seconds=_seconds(table, "pull_every_seconds"),
        anchor=_file(folder, table, "anchor") if "anchor" in table else None,
        crls=_file_list(folder, table, "crls"),
        revocation=_revocation(table),
        revocation_hosts=_texts(table, "revocation_hosts"),
        further_certificates=_file_list(folder, table, "further_certificates"),
        smime_anchor=_file(folder, table, "smime_anchor") if "smime_anchor" in table else None,
        smime_certificate=_file(folder, table, "smime_certificate") if "smime_certificate" in table else None,
        smime_recipient=_text(table, "smime_recipient", ""),
        pull_url=_text(table, "pull_url", ""),
        mail_host=_text(table, "mail_host", ""),
        mail_port=_number(table, "mail_port", 0),
        mail_recipient=_text(table, "mail_recipient", ""),
        our_mail_username=_text(table, "our_mail_username", ""),
        our_mail_password=_text(table, "our_mail_password", ""),
        languages=_texts(table, "languages"),
    )


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data[key]
    if not isinstance(value, dict):
        raise TypeError(f"[{key}] must be a table")
    return value


def _tables(data: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = data[key]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise TypeError(f"[[{key}]] must be a list of tables")
    return value


def _text(table: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = table[key] if default is None else table.get(key, default)
    if not isinstance(value, str):
        raise TypeError(f"{key} must be text in quotes")
    return value


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(f'{key} must be a list of texts such as ["851"]')
    return tuple(value)


def _number(table: Mapping[str, object], key: str, default: int | None = None) -> int:
    value = table[key] if default is None else table.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} must be a whole number")
    return value


def _seconds(table: Mapping[str, object], key: str) -> float:
    value = table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_SECONDS:
        raise ValueError(f"{key} must be a number of seconds from 0 to {MAX_SECONDS}")
    return float(value)


def _file_list(folder: Path, table: Mapping[str, object], key: str) -> tuple[Path, ...]:
    names = table.get(key, [])
    if not isinstance(names, list):
        raise TypeError(f"{key} must be a list of file names")
    return tuple(_file(folder, {key: name}, key) for name in names)


def _file(folder: Path, table: Mapping[str, object], key: str) -> Path:
    path = folder / _text(table, key)
    if not path.is_file():
        raise ValueError(f"{key} names {path}, which is not a file")
    return path


def _files(
    folder: Path, table: Mapping[str, object], kind: type[TlsFiles | SigningFiles | StampFiles]
) -> dict[str, Path]:
    return {name: _file(folder, table, name) for name in kind.__dataclass_fields__}
