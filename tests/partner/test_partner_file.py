"""A partner file is read whole, its mistakes are told in one sentence, its secrets are never shown."""

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.rules.profile import profile_names
from conformance.checks.xmldsig.algorithms import WORDS
from conformance.partner import HookCommand, HookUrl, JudgeRevocation, Listen, PartnerFileError, load_partner
from conformance.partner.pages import BY_THE_PROFILE, Mark, PageDescription
from conformance.partner.structure import validator

Tables = dict[str, Any]
Write = Callable[[Tables], Path]
SECRETS = ("pull-secret-1", "mail-secret-2", "intake-secret-3", "hook-secret-5")


def test_everything_in_the_file_is_in_the_partner(tables: Tables, write: Write, tmp_path: Path) -> None:
    partner = load_partner(write(tables))
    assert (partner.name, partner.country, partner.signature) == ("Test node", "CN", "enveloped")
    assert partner.pull is not None
    assert partner.push is not None
    assert partner.verification is not None
    assert (partner.pull.timeout, partner.pull.max_answer_bytes) == (7.0, 2000000)
    assert partner.pull.identities.own.certificate == tmp_path / "judge-pki" / "own.pem"
    assert partner.pull.identities["other"].country == "AU"
    assert partner.pull.identities.limited is None
    with pytest.raises(KeyError, match="limited"):
        partner.pull.identities["limited"]
    assert (partner.push.host, partner.push.port, partner.push.sender) == ("localhost", 2525, "nz@nz.example")
    assert partner.verification.url == "https://localhost:8444"
    assert partner.judge.pull_listen == Listen("127.0.0.1", 0)
    assert partner.limits.state_delay_seconds == 3.0
    assert partner.limits.clock_skew_seconds == 30.0
    assert partner.data.code("CN-1") == "code-4"
    assert isinstance(partner.hooks["issue"], HookUrl)
    assert isinstance(partner.hooks["lookup"], HookCommand)
    assert partner.hooks["lookup"].command == ("./lookup", "--token", "argument-6")


def test_a_page_of_the_partners_own_is_described(tables: Tables, write: Write) -> None:
    page = tables["ixit"]["verification"]
    assert described(write(tables)) == BY_THE_PROFILE
    page |= {"addresses": {"verify": "/check"}, "fields": {"number": "no"}, "values": {"kind": "phyto"}}
    page |= {"states": {"issued": {"words": "Valid", "selector": ".result"}, "unknown": {"words": ["None", "Nothing"]}}}
    page |= {"facts": {"number": {"label": "No."}, "type": {"selector": "#t", "attribute": "title"}}}
    found = described(write(tables))
    assert (found.address("verify"), found.address("log-in"), found.field("number")) == ("/check", "/log-in", "no")
    assert (found.own_form, found.values) == (True, {"kind": "phyto"})
    assert found.states == {"issued": Mark(".result", ("Valid",)), "unknown": Mark(words=("None", "Nothing"))}
    assert found.facts == {"number": Mark(labels=("No.",)), "type": Mark("#t", attribute="title")}


def described(path: Path) -> PageDescription:
    page = load_partner(path).verification
    assert page is not None
    return page.described


def test_tokens_say_what_is_declared_and_what_is_at_hand(tables: Tables, write: Write) -> None:
    tokens = load_partner(write(tables)).ics
    for token in (
        "role:exporter", "access:pull", "access:tls", "access:lifecycle", "access:document", "identity:mutual-tls",
        "signature:enveloped", "soap:1.2", "release:urn:un:unece:uncefact:data:standard:SPSCertificate:17",
        "document-type:851", "hook:issue", "hook:pull_now", "data:issued", "data:codes", "account:other",
        "account:push-other", "judge:pull", "judge:mail", "judge:signing", "judge:test-ca",
    ):  # fmt: skip
        assert token in tokens, token
    for token in ("smime", "data:foreign", "data:replaced", "hook:clear", "account:limited", "crl"):
        assert token not in tokens, token


def test_inquiries_are_taken_beside_the_pull_access_unless_another_address_is_given(
    tables: Tables, write: Write
) -> None:
    silent = load_partner(write(tables))
    assert silent.inquiry.url == "https://localhost:8443/inquiry"
    assert not {token for token in silent.ics if "inquiry" in token}
    tables["ics"]["inquiries"] = ["soap", "page"]
    tables["ixit"]["inquiry"] = {"url": "https://localhost:9443/ask", "recipient": "ask@cn.example"}
    told = load_partner(write(tables))
    assert (told.inquiry.url, told.inquiry.recipient) == ("https://localhost:9443/ask", "ask@cn.example")
    assert {"access:inquiry", "inquiry:soap", "inquiry:page"} <= told.ics
    assert "inquiry:mail" not in told.ics


def test_the_document_profile_and_languages_are_those_declared(tables: Tables, write: Write) -> None:
    silent = load_partner(write(tables))
    assert (silent.document_profile, silent.languages) == ("exchange", ())
    assert "document-profile:exchange" in silent.ics
    tables["ics"] |= {"document_profile": "ippc", "languages": ["en", "zh"]}
    said = load_partner(write(tables))
    assert (said.document_profile, said.languages) == ("ippc", ("en", "zh"))
    assert {"document-profile:ippc", "bilingual"} <= said.ics


def test_how_documents_are_signed_is_declared(tables: Tables, write: Write, tmp_path: Path) -> None:
    assert {"signed", "signed:inside"} <= load_partner(write(tables)).ics
    tables["ics"] |= {"signature": "xades-t", "algorithms": ["ed25519", "sha-3", "c14n-1.1"]}
    tables["ixit"]["trust"]["time_stamp_anchors"] = "tsa.pem"
    said = load_partner(write(tables))
    assert {"signed", "signed:inside", "xades", "signature:xades-t"} <= said.ics
    assert said.algorithms == ("ed25519", "sha-3", "c14n-1.1")
    assert said.trust.time_stamp_anchors == (tmp_path / "tsa.pem",)
    tables["ics"]["signature"] = "detached"
    assert {"signed:inside", "xades"} & load_partner(write(tables)).ics == set()


def test_the_words_for_algorithms_are_those_of_the_judge(tables: Tables, write: Write) -> None:
    tables["ics"]["algorithms"] = list(WORDS)
    assert load_partner(write(tables)).algorithms == WORDS


def test_who_is_asked_about_revocation_is_declared(tables: Tables, write: Write, tmp_path: Path) -> None:
    assert not {"judge:revocation", "asks:ocsp", "asks:crl"} & load_partner(write(tables)).ics
    tables["ixit"]["judge"]["revocation"] = {"listen": "127.0.0.1:0", "asks": ["ocsp"], "demand": "require"}
    tables["ixit"]["trust"]["ocsp"] = ["signer.ocsp"]
    partner = load_partner(write(tables))
    assert {"judge:revocation", "asks:ocsp", "crl"} <= partner.ics
    assert "asks:crl" not in partner.ics
    assert partner.judge.revocation == JudgeRevocation(Listen("127.0.0.1", 0), "localhost", ("ocsp",), "require")
    assert partner.trust.answers == (tmp_path / "signer.ocsp",)


def test_every_profile_there_is_can_be_declared(tables: Tables, write: Write) -> None:
    for name in profile_names():
        tables["ics"]["document_profile"] = name
        assert load_partner(write(tables)).document_profile == name


def test_secrets_are_read_when_needed_and_never_shown(
    tables: Tables, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = load_partner(write(tables))
    monkeypatch.setenv("ECERT_TEST_OTHER", "from-environment")
    (tmp_path / "mail.secret").write_text("from-file\n", encoding="utf-8")
    assert set(partner.secrets) == {*SECRETS, "from-environment", "from-file"}
    shown = f"{partner!r} {partner.settings} {partner.secret_values}"
    shown = shown.replace("'argument-6'", "")  # the hook's own arguments are in its repr, and not in the settings
    assert not [secret for secret in (*SECRETS, "from-environment", "from-file") if secret in shown]
    assert "argument-6" not in str(partner.settings)
    assert "code-4" not in str(partner.settings)
    assert f"{partner.secret_values[0]}" == "[secret]"


def test_a_secret_that_is_not_there_is_named_by_key_and_place(
    tables: Tables, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ECERT_TEST_OTHER", raising=False)
    with pytest.raises(PartnerFileError, match=r"other\.password: environment variable ECERT_TEST_OTHER is not set"):
        _ = load_partner(write(tables)).secrets
    monkeypatch.setenv("ECERT_TEST_OTHER", "x")
    with pytest.raises(PartnerFileError, match=r"ixit\.push\.password: file .*mail\.secret cannot be read"):
        _ = load_partner(write(tables)).secrets
    (tmp_path / "mail.secret").write_text("\n", encoding="utf-8")
    with pytest.raises(PartnerFileError, match="is empty"):
        _ = load_partner(write(tables)).secrets


def test_settings_are_the_addresses_and_limits_without_credentials(tables: Tables, write: Write) -> None:
    settings = dict(load_partner(write(tables)).settings)
    assert settings["ixit.pull.url"] == "https://localhost:8443/exchange"
    assert settings["hooks.issue"] == "http://127.0.0.1:9000/issue"
    assert settings["hooks.lookup"] == "command ./lookup"
    assert not [key for key in settings if key.rsplit(".", 1)[1] in {"password", "username", "key", "token"}]


def test_the_digest_follows_the_settings_and_not_the_secrets(tables: Tables, write: Write) -> None:
    first = load_partner(write(tables)).digest
    tables["ixit"]["pull"]["identities"]["own"]["password"] = "another"
    assert load_partner(write(tables)).digest == first
    tables["ixit"]["pull"]["timeout_seconds"] = 8
    assert load_partner(write(tables)).digest != first


def _set(tables: Tables, dotted: str, value: object) -> None:
    *parents, last = dotted.split(".")
    for name in parents:
        tables = tables[name]
    tables[last] = value


def _drop(tables: Tables, dotted: str) -> None:
    *parents, last = dotted.split(".")
    for name in parents:
        tables = tables[name]
    del tables[last]


BAD: list[tuple[str, object, str]] = [
    ("ics.rolls", ["exporter"], r"ics\.rolls: is not a known key; did you mean `roles`"),
    ("ixit.pull.ulr", "https://x", r"ixit\.pull\.ulr: is not a known key; did you mean `url`"),
    ("hooks.isue", {"command": ["x"]}, r"hooks\.isue: .*did you mean `issue`"),
    ("hooks.clear", {"comand": ["x"]}, r"hooks\.clear\.comand: .*did you mean `command`"),
    ("hooks.clear", {"command": []}, r"hooks\.clear: "),
    ("hooks.clear", {"command": ["x"], "url": "https://x"}, r"hooks\.clear: "),
    ("partner.country", "China", r"partner\.country: .*two capital letters"),
    ("partner.country", "CN\n", r"partner\.country: "),
    ("partner.name", "", r"partner\.name: "),
    ("partner", "CN", r"partner: must be a table"),
    ("ics.roles", [], r"ics\.roles: must not be empty"),
    ("ics.roles", ["importer", "importer"], r"ics\.roles: names the same thing twice"),
    ("ics.soap", [1.1], r"ics\.soap\[0\]: must be one of"),
    ("ics.smime", "no", r"ics\.smime: must be true or false"),
    ("ics.signature", "xades", r"ics\.signature: must be one of .*enveloped"),
    ("ics.algorithms", [], r"ics\.algorithms: must not be empty"),
    ("ics.algorithms", ["ecdsa", "sha1", "c14n-1.0"], r"ics\.algorithms\[1\]: must be one of .*sha-2"),
    ("ics.algorithms", ["ecdsa", "sha-2"], r"ics\.algorithms: leaves something out; write a canonicalisation"),
    ("ics.algorithms", ["sha-2", "c14n-1.0"], r"ics\.algorithms: leaves something out; write a family of signatures"),
    ("ixit.trust.time_stamp_anchors", [], r"time_stamp_anchors: "),
    ("ixit.judge.signing.tsa_key", "judge-pki/tsa.key", r"ixit\.judge\.signing: "),
    ("ixit.pull.url", "http://localhost/exchange", r"ixit\.pull\.url: .*https://"),
    ("ixit.pull.url", "https://user:pw@localhost/", r"ixit\.pull\.url: "),
    ("ixit.pull.url", "https://localhost:70000/", r"ixit\.pull\.url: "),
    ("ixit.pull.timeout_seconds", 0, r"timeout_seconds: must be at least 0\.1"),
    ("ixit.pull.timeout_seconds", float("nan"), r"timeout_seconds: must be a finite number"),
    ("ixit.pull.timeout_seconds", True, r"timeout_seconds: must be a number"),
    ("ixit.push.port", "25", r"ixit\.push\.port: must be a whole number"),
    ("ixit.push.password", {"environment": "X"}, r"password\.environment: is not a known key"),
    ("ixit.push.password", 12, r"password: .*\{env ="),
    ("ixit.judge.pull_listen", "8443", r"pull_listen: .*host:port"),
    ("ixit.limits.error_share", 2, r"error_share: must be at most 1"),
    ("ixit.verification.states", {"valid": {"words": "Valid"}}, r"states\.valid: is not a known key"),
    ("ixit.verification.states", {"issued": "Valid"}, r"states\.issued: must be a table; write \{words"),
    ("ixit.verification.facts", {"number": {"label": "N", "selector": "b"}}, r"facts\.number: .*write \{label"),
    ("ixit.verification.addresses", {"verify": "check"}, r"addresses\.verify: .*begins with /"),
    ("data.issued", ["CN 1"], r"data\.issued\[0\]: .*certificate number"),
]


@pytest.mark.parametrize(("key", "value", "told"), BAD, ids=[f"{key}={value}" for key, value, _ in BAD])
def test_a_mistake_is_told_with_file_key_and_remedy(
    tables: Tables, write: Write, key: str, value: object, told: str
) -> None:
    load_partner(write(tables))  # the twin: without the mistake the file is read
    _set(tables, key, value)
    with pytest.raises(PartnerFileError, match=told) as raised:
        load_partner(write(tables))
    assert "partner.toml" in str(raised.value)
    assert "\n" not in str(raised.value).replace("CN\n", "")


@pytest.mark.parametrize(
    "key", ["partner", "ics", "ics.roles", "ixit.pull.url", "ixit.pull.identities.own", "ixit.push.password"]
)
def test_a_missing_key_is_named(tables: Tables, write: Write, key: str) -> None:
    _drop(tables, key)
    with pytest.raises(PartnerFileError, match=key.replace(".", r"\.") + ": is missing"):
        load_partner(write(tables))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\x89PNG\r\n\xff\xfe", "is not UTF-8 text"),
        (b"[partner]\nname = \n", r"is not TOML: .*line 2"),
        (b"a = 1\x00", "is not TOML"),
        (b"a = " + b"[" * 100000, "is not TOML"),
        (b"#" * (1024 * 1024 + 1), "larger than 1 MiB"),
        (b"when = 2026-01-01\n", "when: is a date"),
    ],
    ids=["empty", "blank", "binary", "syntax", "nul", "deep", "large", "date"],
)
def test_garbage_is_refused_with_a_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "partner.toml"
    path.write_bytes(content)
    with pytest.raises(PartnerFileError, match=told):
        load_partner(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(PartnerFileError, match=r"does not exist; .*ecert init"):
        load_partner(tmp_path / "none.toml")
    with pytest.raises(PartnerFileError, match="is a folder"):
        load_partner(tmp_path)


def test_a_file_from_a_windows_editor_is_read(tables: Tables, write: Write) -> None:
    path = write(tables)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_partner(path).name == "Test node"


def test_the_published_schema_is_itself_valid() -> None:
    validator().check_schema(validator().schema)


def test_schema_and_loader_accept_and_refuse_the_same(tables: Tables, write: Write) -> None:
    assert validator().is_valid(tables)
    load_partner(write(tables))
    for key, value, _ in BAD:
        changed = copy.deepcopy(tables)
        _set(changed, key, value)
        if isinstance(value, float) and math.isnan(value):  # NaN has no form in JSON, so no schema can speak of it
            continue
        assert not validator().is_valid(changed), key


def test_what_is_handed_in_and_the_languages_of_the_pages(tables: Tables, write: Write, tmp_path: Path) -> None:
    tables["ixit"]["verification"]["languages"] = ["en", "zh-Hans"]
    tables["ixit"]["limits"]["users_per_partner"] = 25
    tables["handed_in"] = {"monitoring": "watch.md", "logs": ["a.log", "b.log"]}
    partner = load_partner(write(tables))
    assert partner.verification is not None
    assert partner.verification.languages == ("en", "zh-Hans")
    assert partner.limits.users_per_partner == 25
    assert partner.handed_in.all() == tuple(tmp_path / name for name in ("watch.md", "a.log", "b.log"))
    assert {"page:languages", "handed-in:monitoring", "handed-in:logs"} <= partner.ics
    assert "handed-in:files" not in partner.ics


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [("verification", "languages", ["English"]), ("limits", "users_per_partner", 0)],
)
def test_languages_and_numbers_of_accounts_are_what_they_should_be(
    tables: Tables, write: Write, table: str, key: str, value: object
) -> None:
    tables["ixit"][table][key] = value
    with pytest.raises(PartnerFileError, match=key):
        load_partner(write(tables))
