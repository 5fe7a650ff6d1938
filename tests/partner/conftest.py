"""A whole partner file as tables, to change one thing in."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w

Tables = dict[str, Any]

WHOLE: Tables = {
    "partner": {"name": "Test node", "country": "CN"},
    "ics": {
        "roles": ["exporter", "importer"],
        "accesses": ["pull", "push", "verification"],
        "releases": ["urn:un:unece:uncefact:data:standard:SPSCertificate:17"],
        "document_types": ["851", "657"],
        "signature": "enveloped",
        "identity": ["mutual-tls", "username-token"],
        "soap": ["1.1", "1.2"],
        "smime": False,
    },
    "ixit": {
        "pull": {
            "url": "https://localhost:8443/exchange",
            "ca": "judge-pki/ca.pem",
            "timeout_seconds": 7,
            "max_answer_bytes": 2000000,
            "identities": {
                "own": {
                    "country": "NZ",
                    "certificate": "judge-pki/own.pem",
                    "key": "judge-pki/own.key",
                    "username": "nz",
                    "password": "pull-secret-1",
                },
                "other": {
                    "country": "AU",
                    "certificate": "judge-pki/other.pem",
                    "key": "judge-pki/other.key",
                    "username": "au",
                    "password": {"env": "ECERT_TEST_OTHER"},
                },
            },
        },
        "push": {
            "host": "localhost",
            "port": 2525,
            "ca": "judge-pki/ca.pem",
            "sender": "nz@nz.example",
            "recipient": "intake@cn.example",
            "username": "nz",
            "password": {"file": "mail.secret"},
            "max_message_bytes": 1000000,
            "other": {"sender": "au@au.example", "username": "au", "password": "mail-secret-2"},
        },
        "verification": {"url": "https://localhost:8444/"},
        "judge": {
            "country": "NZ",
            "certificate": "judge-pki/server.pem",
            "key": "judge-pki/server.key",
            "client_ca": "judge-pki/ca.pem",
            "pull_listen": "127.0.0.1:0",
            "mail_listen": "127.0.0.1:0",
            "mail_username": "cn",
            "mail_password": "intake-secret-3",
            "mail_sender": "out@cn.example",
            "mail_recipient": "intake@nz.example",
            "signing": {
                "certificate": "judge-pki/signing.pem",
                "key": "judge-pki/signing.key",
                "ca_certificate": "judge-pki/signing-ca.pem",
                "ca_key": "judge-pki/signing-ca.key",
            },
        },
        "trust": {"anchors": "judge-pki/signing-ca.pem"},
        "limits": {"state_delay_seconds": 3, "error_share": 0.02},
    },
    "data": {"issued": ["CN-1"], "foreign": [], "codes": {"CN-1": "code-4"}},
    "hooks": {
        "issue": {"url": "http://127.0.0.1:9000/issue?x=1", "token": "hook-secret-5"},
        "lookup": {"command": ["./lookup", "--token", "argument-6"]},
        "pull_now": {"command": ["./pull"]},
        "push_now": {"command": ["./push"]},
    },
}


@pytest.fixture
def tables() -> Tables:
    """Tables of a whole partner file; every test may change its own."""
    return copy.deepcopy(WHOLE)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Tables], Path]:
    """Write tables as a partner file."""

    def to_file(tables: Tables) -> Path:
        path = tmp_path / "partner.toml"
        path.write_text(tomli_w.dumps(tables), encoding="utf-8")
        return path

    return to_file
