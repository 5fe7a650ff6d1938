"""partner.toml: what the judge needs to know of this node, with the real addresses."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w

from reference_impl.certificates.names import CERTIFICATE
from reference_impl.config import PartnerConfig
from reference_impl.registrar import BESIDE, OLD_STYLE
from reference_impl.setup.accounts import ready_accounts
from reference_impl.setup.officials import officials_file
from reference_impl.web.languages import languages
from reference_impl.web.paper import can_print

if TYPE_CHECKING:
    from reference_impl.node import Node

ROLES = {"own": "NZ", "other": "AU", "limited": "FJ"}
HOOKS = (
    "issue",
    "replace",
    "withdraw",
    "pull_now",
    "push_now",
    "lookup",
    "evidence",
    "delivery",
    "clear",
    "audit",
    "revocation",
    "discard",
    "answer",
    "inquiry",
    "alarms",
    "age_sessions",
)


def write_partner_file(node: "Node") -> Path:
    """Write DIR/partner.toml in one step (a reader never sees half of it) and return its path."""
    config, own = node.config, node.partners[ROLES["own"]]
    path = config.folder / "partner.toml"
    text = tomli_w.dumps(
        {
            "partner": {"name": config.name, "country": config.country},
            "ics": {
                "roles": ["exporter", "importer"],
                "accesses": ["pull", "push", "verification"],
                "releases": [CERTIFICATE],
                "document_types": ["851", "657"],
                "signature": config.placement,
                "identity": ["mutual-tls", "username-token"],
                "soap": ["1.1", "1.2"],
                "smime": config.smime is not None,
                "languages": ["en", *own.languages],
                "formats": list(config.documents.formats),
                "printed_form": can_print(),
                "inquiries": ["soap", "mail", "page"],
            },
            "ixit": _ixit(node),
            "data": _data(node),
            "handed_in": _handed_in(node),
            "hooks": {
                name: {
                    "url": f"http://{_at(node, 'admin')}/hooks/{name}",
                    "token": {"file": "secrets/admin.token"},
                }
                for name in HOOKS
            },
        }
    )
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_text("# Written by the reference node at each start.\n" + text, encoding="utf-8")
    temporary.replace(path)
    return path


def _ixit(node: "Node") -> dict[str, object]:
    config = node.config
    own, other = node.partners[ROLES["own"]], node.partners[ROLES["other"]]
    host, port = node.addresses.get("mail", ("127.0.0.1", 0))
    return {
        "pull": {
            "url": f"https://{_at(node, 'pull')}/exchange",
            "ca": _relative(node, config.tls.authority),
            "timeout_seconds": 10,
            "max_answer_bytes": 25 * 1024 * 1024,
            "identities": {role: _identity(node, node.partners[country]) for role, country in ROLES.items()}
            | {kind: _useless(kind) for kind in ("revoked", "expired")},
        },
        "push": {
            "host": host,
            "port": port,
            "ca": _relative(node, config.tls.authority),
            "sender": own.mail_address,
            "recipient": config.mail.recipient,
            "username": own.mail_username,
            "password": own.mail_password,
            "max_message_bytes": config.mail.max_message_bytes,
            "other": {
                "country": other.country,
                "sender": other.mail_address,
                "username": other.mail_username,
                "password": other.mail_password,
            },
        },
        "smime": _smime(node, own),
        "verification": {
            "url": node.site_address(),
            "http_url": f"http://{_at(node, 'page-http')}",
            "ca": _relative(node, config.tls.authority),
            "languages": list(languages()),
            "accounts": {
                name: {
                    "country": one.country,
                    "user": one.email,
                    "password": one.password,
                    "second_factor": one.second_factor,
                }
                for name, one in ready_accounts(config.folder).items()
            },
        },
        "judge": _judge(node, own),
        "trust": {
            "anchors": _relative(node, config.signing.root),
            "crls": [_relative(node, config.signing.crl)],
            **({"time_stamp_anchors": _relative(node, config.stamps.root)} if config.stamps else {}),
        },
        "load": _load(node),
        "limits": {
            "state_delay_seconds": 5,
            "delivery_seconds": 10,
            "clock_skew_seconds": 30,
            "case_seconds": 30,
            "fetch_p95_seconds": 1.0,
            "look_up_p95_seconds": 0.3,
            "error_share": 0.01,
            "retry_first_seconds": config.mail.retry_first_seconds,
            "guesses_until_alarm": config.guesses_until_alarm,
            "escalation_seconds": 8,
            "max_trade_lines": config.documents.max_trade_lines,
            "max_document_octets": config.documents.max_octets,
            "users_per_partner": 1000,
        },
    }


def _handed_in(node: "Node") -> dict[str, object]:
    """Writes what is handed in, and tells where it lies."""
    made = node.handing_in.write(_at(node, "page"), datetime.now(UTC))
    return {
        "monitoring": _relative(node, made.monitoring),
        "logs": [_relative(node, node.config.log)],
        "files": [_relative(node, made.settings)],
    }


def _load(node: "Node") -> dict[str, object]:
    path = officials_file(node.config.folder)
    return {"officials": _relative(node, path)} if path.is_file() else {}


def _identity(node: "Node", partner: PartnerConfig) -> dict[str, object]:
    table: dict[str, object] = {
        "country": partner.country,
        "certificate": _relative(node, partner.client_certificate),
        "key": _relative(node, partner.client_key),
        "username": partner.username,
        "password": partner.password,
    }
    if partner.requests_per_minute:
        table["requests_per_minute"] = partner.requests_per_minute
    return table


def _smime(node: "Node", own: PartnerConfig) -> dict[str, object]:
    smime = node.config.smime
    return {
        "recipient": smime.recipient if smime else "",
        "anchor": "pki/mail-anchor.pem",
        "encryption_certificate": "pki/mail-decryption.pem",
        "judge": {
            "recipient": own.smime_recipient,
            "certificate": "pki/nz-mail-signer.pem",
            "key": "pki/nz-mail-signer.key",
            "decryption_certificate": "pki/nz-mail-decryption.pem",
            "decryption_key": "pki/nz-mail-decryption.key",
            "ca_certificate": "pki/nz-mail-root.pem",
            "ca_key": "pki/nz-mail-root.key",
            "revoked_certificate": "pki/nz-mail-revoked.pem",
            "revoked_key": "pki/nz-mail-revoked.key",
        },
    }


def _useless(kind: str) -> dict[str, object]:
    return {
        "country": ROLES["own"],
        "certificate": f"pki/nz-client-{kind}.pem",
        "key": f"pki/nz-client-{kind}.key",
    }


def _judge(node: "Node", own: PartnerConfig) -> dict[str, object]:
    config = node.config
    return {
        "country": own.country,
        "certificate": "pki/nz-server.pem",
        "key": "pki/nz-server.key",
        "expired_certificate": "pki/nz-server-expired.pem",
        "expired_key": "pki/nz-server-expired.key",
        "revoked_certificate": "pki/nz-server-revoked.pem",
        "revoked_key": "pki/nz-server-revoked.key",
        "misnamed_certificate": "pki/nz-server-misnamed.pem",
        "misnamed_key": "pki/nz-server-misnamed.key",
        "client_ca": _relative(node, config.tls.authority),
        "pull_listen": "127.0.0.1:0",
        "mail_listen": "127.0.0.1:0",
        "revocation": {"listen": "127.0.0.1:0", "host": "localhost", "asks": ["ocsp", "crl"]},
        "mail_username": own.our_mail_username,
        "mail_password": own.our_mail_password,
        "mail_sender": config.mail.sender,
        "mail_recipient": own.mail_recipient,
        "signing": {
            "certificate": "pki/nz-signing.pem",
            "key": "pki/nz-signing.key",
            "ca_certificate": "pki/nz-signing-root.pem",
            "ca_key": "pki/nz-signing-root.key",
            **({"tsa_certificate": "pki/nz-tsa.pem", "tsa_key": "pki/nz-tsa.key"} if config.stamps else {}),
        },
    }


def _data(node: "Node") -> dict[str, object]:
    store = node.certificates
    own = ROLES["own"]

    def of(status: str, mine: bool = True) -> list[str]:
        return [
            number
            for number, country, _ in store.numbers((status,))
            if (country == own) is mine and not number.startswith(OLD_STYLE)
        ]

    return {
        "issued": of("70"),
        "replaced": of("44"),
        "withdrawn": of("40"),
        "foreign": of("70", mine=False),
        "legacy": _old(node),
        "other_system": [OLD_STYLE, BESIDE],
        "register": ["nz-Est-0417a", "0047110", "ＮＺ－0815"],
        "codes": {number: code for number, country, code in store.numbers(("70", "44", "40")) if country == own},
    }


def _old(node: "Node") -> list[dict[str, str]]:
    """Those of the system before, as they were taken over: read from the disk, past whatever serves them now."""
    numbers = [one[0] for one in node.certificates.numbers(("70", "44", "40")) if one[0].startswith(OLD_STYLE)]
    with node.database.read() as connection:
        kept = [found for number in numbers if (found := node.certificates.find(connection, number))]
    return [{"number": one.number, "status_code": one.status, "sha256": one.digest.lower()} for one in kept]


def _at(node: "Node", name: str) -> str:
    host, port = node.addresses[name]
    return f"{host}:{port}"


def _relative(node: "Node", path: Path) -> str:
    return path.relative_to(node.config.folder).as_posix() if path.is_relative_to(node.config.folder) else str(path)
