"""`init`: everything a new node needs, made in a second."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tomli_w

from reference_impl.config import ConfigError, load_config
from reference_impl.node import Node
from reference_impl.setup.accounts import add_accounts, write_accounts
from reference_impl.setup.pki import Issued, Wanted, issue, load_issued, revocation_list, save
from reference_impl.setup.renewal import server_wanted
from reference_impl.setup.samples import add_samples

COUNTRY = "CN"
AUTHORITY = "Example Border Inspection Authority"
CRL_DAYS = 3650
OUTBOX = "outbox@cn.ecert.example"


@dataclass(frozen=True)
class _Partner:
    country: str
    name: str
    requests_per_minute: int = 0


PARTNERS = (
    _Partner("NZ", "Example Ministry of Plants"),
    _Partner("AU", "Example Department of Harvest"),
    _Partner("FJ", "Example Biosecurity Office", requests_per_minute=30),
)


def initialize(folder: Path, placement: str = "enveloped") -> Path:
    """Fill `folder` (new or empty) and return the path of node.toml. Raises `ConfigError`.

    `placement` says where the node's signatures are, `enveloped` or `detached`, or that they are `xades-b` or
    `xades-t`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder}: is there already and is not empty. Name a new folder")
    pki = folder / "pki"
    pki.mkdir(parents=True)
    _make_keys(pki)
    if placement == "xades-t":
        _stamping(pki)
    secrets_folder = folder / "secrets"
    secrets_folder.mkdir(mode=0o700)
    (secrets_folder / "admin.token").write_text(secrets.token_urlsafe(32), encoding="ascii")
    path = folder / "node.toml"
    path.touch(mode=0o600)
    path.write_text(_toml(placement), encoding="utf-8")
    write_accounts(folder, COUNTRY, AUTHORITY)
    node = Node(load_config(folder))
    add_samples(node)
    add_accounts(node)
    node.close()
    return path


def _make_keys(pki: Path) -> None:
    authority = issue(Wanted(COUNTRY, "Example TLS Authority", "Example TLS CA", "ca", days=3650))
    save(authority, pki, "tls-ca")
    save(issue(server_wanted(COUNTRY, AUTHORITY), authority), pki, "server")
    save(issue(replace(server_wanted(COUNTRY, AUTHORITY), rsa=True), authority), pki, "server-rsa")
    save(issue(Wanted(COUNTRY, AUTHORITY, "CN e-cert client", "client"), authority), pki, "client")
    for partner in PARTNERS:
        name = partner.country.lower()
        save(
            issue(Wanted(partner.country, partner.name, f"{partner.country} e-cert client", "client"), authority),
            pki,
            f"{name}-client",
        )
    _judges(pki, authority)
    _signing(pki, "signing", COUNTRY, AUTHORITY)
    _signing(pki, "nz-signing", "NZ", PARTNERS[0].name)
    _mail_signers(pki)


def _judges(pki: Path, authority: Issued) -> None:
    """What the judge, in the part of NZ, shows as a server and as a client, in order and not."""
    country, name = "NZ", PARTNERS[0].name
    server, client = Wanted(country, name, "localhost", "server"), Wanted(country, name, "NZ e-cert client", "client")
    made = {
        "nz-server": issue(server, authority),
        "nz-server-expired": issue(replace(server, days=5, start=-10), authority),
        "nz-server-revoked": issue(server, authority),
        "nz-server-misnamed": issue(replace(server, hosts=("elsewhere.example",)), authority),
        "nz-client-expired": issue(replace(client, days=5, start=-10), authority),
        "nz-client-revoked": issue(client, authority),
    }
    for file, issued in made.items():
        save(issued, pki, file)
    revoked = tuple(one.certificate for file, one in made.items() if file.endswith("-revoked"))
    (pki / "tls-ca.crl").write_bytes(revocation_list(authority, revoked, days=CRL_DAYS))


def _mail_signers(pki: Path) -> None:
    """S/MIME: the node's own root and signer, and those of NZ with one that was revoked."""
    for prefix, country, organisation, address in (
        ("mail", COUNTRY, AUTHORITY, OUTBOX),
        ("nz-mail", "NZ", PARTNERS[0].name, "outbox@nz.ecert.example"),
    ):
        root = issue(Wanted(country, organisation, f"{country} mail signing root", "ca", days=3650))
        save(root, pki, f"{prefix}-root")
        wanted = Wanted(country, organisation, f"{country} mail signer", "mail", (address,))
        made = {name: issue(wanted, root) for name in ("signer", "decryption", "revoked")}
        for name, issued in made.items():
            save(issued, pki, f"{prefix}-{name}")
        revoked = revocation_list(root, (made["revoked"].certificate,), days=CRL_DAYS)
        (pki / f"{prefix}-anchor.pem").write_bytes(root.certificate_pem + revoked)


def _signing(pki: Path, prefix: str, country: str, organisation: str) -> None:
    root: Issued = issue(Wanted(country, organisation, f"{country} e-cert signing root", "ca", days=3650))
    save(root, pki, f"{prefix}-root")
    save(issue(Wanted(country, organisation, f"{country} e-cert signer", "signer"), root), pki, f"{prefix}")
    (pki / f"{prefix}.crl").write_bytes(revocation_list(root))


def _stamping(pki: Path) -> None:
    """Time-stamp authorities: the node's own with a root of its own, and one of NZ below its signing root."""
    root = issue(Wanted(COUNTRY, "Example Time Office", "CN time-stamp root", "ca", days=3650))
    save(root, pki, "tsa-root")
    save(issue(Wanted(COUNTRY, "Example Time Office", "CN time stamps", "stamps", days=3650), root), pki, "tsa")
    above = load_issued(pki / "nz-signing-root.pem", pki / "nz-signing-root.key")
    save(issue(Wanted("NZ", PARTNERS[0].name, "NZ time stamps", "stamps"), above), pki, "nz-tsa")


def _toml(placement: str) -> str:
    tables: dict[str, object] = {
        "node": {
            "name": "Reference node",
            "country": COUNTRY,
            "authority": AUTHORITY,
            "contact": "help@cn.ecert.example",
            "database": "node.sqlite",
            "log": "node.log",
            "admin_token_file": "secrets/admin.token",
        },
        "listen": {
            "host": "127.0.0.1",
            "pull_port": 0,
            "page_port": 0,
            "mail_port": 0,
            "admin_port": 0,
            "page_http_port": 0,
        },
        "tls": {
            "authority": "pki/tls-ca.pem",
            "authority_key": "pki/tls-ca.key",
            "crl": "pki/tls-ca.crl",
            "certificate": "pki/server.pem",
            "key": "pki/server.key",
            "rsa_certificate": "pki/server-rsa.pem",
            "rsa_key": "pki/server-rsa.key",
            "client_certificate": "pki/client.pem",
            "client_key": "pki/client.key",
        },
        "signing": {
            "root": "pki/signing-root.pem",
            "root_key": "pki/signing-root.key",
            "crl": "pki/signing.crl",
            "certificate": "pki/signing.pem",
            "key": "pki/signing.key",
            "placement": placement,
        },
        "mail": {
            "recipient": "intake@cn.ecert.example",
            "sender": OUTBOX,
            "max_message_bytes": 10_000_000,
            "retry_first_seconds": 0.5,
            "max_attempts": 5,
            "max_connections": 200,
            "max_connections_from_address": 50,
        },
        "smime": {
            "recipient": "smime@cn.ecert.example",
            "certificate": "pki/mail-signer.pem",
            "key": "pki/mail-signer.key",
            "decryption_certificate": "pki/mail-decryption.pem",
            "decryption_key": "pki/mail-decryption.key",
        },
        "site": {"guesses_until_alarm": 12},
        "documents": {"max_trade_lines": 200, "max_octets": 1_200_000, "formats": ["2009"]},
        "partners": _partners(PARTNERS),
    }
    if placement == "xades-t":
        tables["time_stamps"] = {"root": "pki/tsa-root.pem", "certificate": "pki/tsa.pem", "key": "pki/tsa.key"}
    return _HEAD + tomli_w.dumps(tables)


def _partners(partners: Sequence[_Partner]) -> list[dict[str, object]]:
    tables = []
    for partner in partners:
        code = partner.country.lower()
        table: dict[str, object] = {
            "country": partner.country,
            "name": partner.name,
            "client_certificate": f"pki/{code}-client.pem",
            "client_key": f"pki/{code}-client.key",
            "username": f"{code}-account",
            "password": secrets.token_urlsafe(18),
            "mail_address": f"outbox@{code}.ecert.example",
            "mail_username": f"{code}-mail",
            "mail_password": secrets.token_urlsafe(18),
            "types": ["851"] if partner.country != "NZ" else ["851", "657"],
            "requests_per_minute": partner.requests_per_minute,
            "pull_every_seconds": 0,
            "mail_recipient": f"intake@{code}.ecert.example",
            "our_mail_username": "cn-mail",
            "our_mail_password": secrets.token_urlsafe(18),
        }
        if partner.country == "NZ":
            table["anchor"] = "pki/nz-signing-root.pem"
            table["revocation_hosts"] = ["localhost"]
            table["smime_anchor"] = "pki/nz-mail-anchor.pem"
            table["smime_certificate"] = "pki/nz-mail-decryption.pem"
            table["smime_recipient"] = "smime@nz.ecert.example"
            # Registered as well, and refused all the same: what the authority revoked, and what has expired.
            table["further_certificates"] = ["pki/nz-client-revoked.pem", "pki/nz-client-expired.pem"]
            table["languages"] = ["zh"]
        tables.append(table)
    return tables


_HEAD = """\
# Configuration of a reference e-cert node. Paths are relative to this file; everything in it is invented.
#
# [node]    name, country (ISO 3166), authority (issuer named in documents), contact (mail address shown to
#           visitors), database, log, admin_token_file
# [listen]  host and ports; port 0 takes any free one
# [tls]     authority signs both sides' TLS certificates, crl names those it revoked; certificate/key of the servers
#           (rsa_* for the defect static-rsa), renewed while the node runs; client_certificate/client_key for the
#           node's own calls
# [signing] root, its key and CRL; certificate and key of the document signer; placement of signatures: enveloped or
#           detached, xades-b or xades-t, chosen at init because certificates that are there keep theirs
# [time_stamps] with xades-t: root, certificate and key of the node's own time-stamp authority
# [mail]    recipient: intake mailbox; sender: own address; max_message_bytes; retry_first_seconds doubles with each
#           attempt up to max_attempts; max_connections open at the intake, max_connections_from_address of them
# [smime]   recipient: the mailbox of the intake that takes signed mail only; certificate and key of the node's mail
#           signer; decryption_certificate and decryption_key for what is encrypted to the node
# [site]    guesses_until_alarm: wrong answers of the pages in an hour, of all addresses together, until it is told
# [documents] max_trade_lines and max_octets agreed for a document; formats: older ones that are read too ("2009")
#           host and port of the address the public knows, where they are not those the site listens on (passkeys need
#           a host name); catalogues: a folder with texts in further languages, <language>/LC_MESSAGES/site.po
# [[partners]] one for each country: client_certificate and further_certificates (registered by their fingerprints),
#           username/password for WS-Security, mail_address and mail_username/mail_password for our intake, types
#           agreed with it, for S/MIME smime_anchor (root of its mail signers and revocation list), smime_recipient and
#           smime_certificate (to encrypt to),
#           languages its certificates are in besides English,
#           requests_per_minute (0: no limit), pull_every_seconds (0: pulls only when told to), anchor (its signing
#           root; during a roll-over the old and the new one in one file, read anew when it changes), crls (its
#           revocation lists), revocation (if-available, or require: refuse signers of whom it is not known),
#           revocation_hosts (who may be asked about it at the addresses in certificates: host or host:port), and how we
#           reach it: pull_url, mail_host, mail_port, mail_recipient,
#           our_mail_username/our_mail_password. client_key is here for the test folder only.

"""
