"""The static review finds contradictions before any traffic, and the starter is a good beginning."""

import stat
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509

from conformance.cli.init import command as init
from conformance.cli.review import command as review_command
from conformance.partner import load_partner
from conformance.partner.review import Weight, review
from conformance.partner.starter import write_starter
from conformance.partner.throwaway import make_test_pki

Tables = dict[str, Any]
Write = Callable[[Tables], Path]


@pytest.fixture(scope="session")
def pki() -> dict[str, bytes]:
    return make_test_pki()


@pytest.fixture
def ready(tables: Tables, tmp_path: Path, pki: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Tables:
    """Tables whose files and secrets are all there: the review has nothing against them."""
    (tmp_path / "judge-pki").mkdir()
    for name, content in pki.items():
        (tmp_path / "judge-pki" / name).write_bytes(content)
    (tmp_path / "mail.secret").write_text("x", encoding="utf-8")
    monkeypatch.setenv("ECERT_TEST_OTHER", "x")
    return tables


def errors(path: Path, now: datetime | None = None) -> dict[str, str]:
    found = review(load_partner(path), now or datetime.now(UTC))
    return {remark.key: remark.message for remark in found if remark.weight is Weight.ERROR}


def test_nothing_is_said_against_a_sound_file(ready: Tables, write: Write) -> None:
    assert review(load_partner(write(ready)), datetime.now(UTC)) == ()


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("ixit", "push"), None, "ixit.push"),
        (("ixit", "pull"), None, "ixit.pull"),
        (("ixit", "verification"), None, "ixit.verification"),
        (("ics", "identity"), [], "ics.identity"),
        (("ics", "soap"), [], "ics.soap"),
        (("ixit", "pull", "identities", "own", "username"), None, "ixit.pull.identities.own"),
        (("ixit", "pull", "identities", "own", "key"), None, "ixit.pull.identities.own"),
        (("ixit", "pull", "identities", "other", "country"), "NZ", "ixit.pull.identities"),
        (("ixit", "pull", "identities", "own", "country"), "FJ", "ixit.pull.identities.own.country"),
        (
            ("ixit", "pull", "identities", "limited"),
            {"country": "FJ"},
            "ixit.pull.identities.limited.requests_per_minute",
        ),
        (("ixit", "push", "other", "username"), "nz", "ixit.push.other"),
        (("ixit", "judge", "country"), "CN", "ixit.judge.country"),
        (("ixit", "judge", "pull_listen"), None, "ixit.judge.pull_listen"),
        (("ixit", "judge", "mail_listen"), None, "ixit.judge.mail_listen"),
        (("ixit", "judge", "mail_password"), None, "ixit.judge.mail_password"),
        (("ixit", "judge", "signing"), None, "ixit.judge.signing"),
        (("ixit", "trust", "anchors"), None, "ixit.trust.anchors"),
        (("ics", "signature"), "xades-t", "ixit.judge.signing.tsa_certificate"),
        (("ics", "algorithms"), ["rsa-pss", "sha-3", "c14n-1.1"], "ics.algorithms"),
        (("ixit", "trust", "time_stamp_anchors"), "mail.secret", "ixit.trust.time_stamp_anchors"),
        (("ixit", "limits", "clock_skew_seconds"), 301, "ixit.limits.clock_skew_seconds"),
        (("hooks", "pull_now"), None, "hooks.pull_now"),
        (("hooks", "push_now"), None, "hooks.push_now"),
        (("data", "withdrawn"), ["CN-1"], "data"),
        (("ixit", "trust", "anchors"), "judge-pki/none.pem", "ixit.trust.anchors"),
        (("ixit", "trust", "anchors"), "mail.secret", "ixit.trust.anchors"),
        (("ixit", "trust", "crls"), ["judge-pki/ca.pem"], "ixit.trust.crls"),
        (("ixit", "trust", "ocsp"), ["judge-pki/ca.pem"], "ixit.trust.ocsp"),
        (("ixit", "judge", "key"), "judge-pki/own.key", "ixit.judge.key"),
        (("ixit", "judge", "key"), "judge-pki/own.pem", "ixit.judge.key"),
        (("ixit", "verification", "states"), {"issued": {"words": "Valid"}}, "ixit.verification.states"),
        (
            ("ixit", "verification", "facts"),
            {"number": {"selector": "p..x"}},
            "ixit.verification.facts.number.selector",
        ),
        (("ixit", "push", "password"), {"file": "none.secret"}, "ixit.push.password"),
        (("ics",), {"inquiries": ["mail"], "accesses": ["pull", "verification"]}, "ics.inquiries"),
    ],
)
def test_a_contradiction_is_found(ready: Tables, write: Write, path: tuple[str, ...], value: object, key: str) -> None:
    assert key not in errors(write(ready))
    table = ready
    for name in path[:-1]:
        table = table[name]
    if value is None:
        del table[path[-1]]
    elif isinstance(value, dict) and path[-1] in table:
        table[path[-1]] |= value
    else:
        table[path[-1]] = value
    assert key in errors(write(ready))


def test_expired_and_not_yet_valid_certificates_are_found(ready: Tables, write: Write) -> None:
    path = write(ready)
    assert "expired" in errors(path, datetime.now(UTC) + timedelta(days=40))["ixit.judge.certificate"]
    assert "not yet valid" in errors(path, datetime.now(UTC) - timedelta(days=1))["ixit.judge.certificate"]


def test_a_warning_does_not_stop_a_run(ready: Tables, write: Write) -> None:
    del ready["hooks"]["lookup"]
    found = review(load_partner(write(ready)), datetime.now(UTC))
    assert [(remark.weight, remark.key) for remark in found] == [(Weight.WARNING, "hooks.lookup")]
    assert CliRunner().invoke(review_command, [str(write(ready))]).exit_code == 0


def test_review_ends_with_0_1_or_2(ready: Tables, write: Write, tmp_path: Path) -> None:
    path = write(ready)
    good = CliRunner().invoke(review_command, [str(path)])
    assert (good.exit_code, "ecert run" in good.output) == (0, True)
    del ready["hooks"]["pull_now"]
    bad = CliRunner().invoke(review_command, [str(write(ready)), "--json"])
    assert bad.exit_code == 1
    assert '"ready": false' in bad.output
    none = CliRunner().invoke(review_command, [str(tmp_path / "none.toml")])
    assert none.exit_code == 2
    assert none.stderr.count("\n") == 1
    assert "does not exist" in none.stderr


def test_init_writes_a_file_that_the_review_understands_and_keys_only_the_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    answer = CliRunner().invoke(init, [str(folder)])
    assert answer.exit_code == 0
    assert "Register" in answer.output
    partner = load_partner(folder / "partner.toml")
    assert partner.pull is not None
    assert list(errors(folder / "partner.toml")) == ["ixit.trust.anchors"]  # the partner's own root is not there yet
    keys = sorted((folder / "judge-pki").glob("*.key"))
    assert len(keys) == 7
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_what_the_starter_leaves_commented_out_fits_once_it_is_uncommented(tmp_path: Path) -> None:
    write_starter(tmp_path / "new")
    path = tmp_path / "new" / "partner.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    # Prose after "# " is left alone; what looks like a table or a key is taken.
    opened = [
        line[2:]
        if line.startswith("# ")
        and ("[" in line[:4] or " = " in line)
        and line[2] in '["' + "abcdefghijklmnopqrstuvwxyz"
        else line
        for line in lines
    ]
    text = "\n".join(opened)
    tomllib.loads(text)
    path.write_text(text, encoding="utf-8")
    assert {"hook:issue", "hook:lookup", "account:limited", "judge:pull"} <= load_partner(path).ics


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "partner.toml").write_text("mine", encoding="utf-8")
    answer = CliRunner().invoke(init, [str(tmp_path)])
    assert answer.exit_code == 2
    assert (tmp_path / "partner.toml").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "judge-pki").exists()


def test_the_test_pki_holds_together(pki: dict[str, bytes]) -> None:
    load = {name: x509.load_pem_x509_certificate(text) for name, text in pki.items() if name.endswith(".pem")}
    for name, authority in {"own.pem": "ca.pem", "server.pem": "ca.pem", "signing.pem": "signing-ca.pem"}.items():
        load[name].verify_directly_issued_by(load[authority])
    names = load["server.pem"].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert load["signing.pem"].extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature


def test_a_file_that_is_handed_in_must_be_there(ready: Tables, write: Write, tmp_path: Path) -> None:
    (tmp_path / "watch.md").write_text("watched", encoding="utf-8")
    ready["handed_in"] = {"monitoring": "watch.md", "logs": ["not-there.log"]}
    remarks = review(load_partner(write(ready)), datetime.now(UTC))
    (told,) = [one for one in remarks if one.key == "handed_in"]
    assert told.weight is Weight.ERROR
    assert "not-there.log is not there" in told.message
