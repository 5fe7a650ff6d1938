"""From the tables of a partner file to the frozen `Partner`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from conformance.partner.accesses import (
    Identities,
    Identity,
    IxitInquiry,
    IxitPull,
    IxitPush,
    IxitSmime,
    IxitVerification,
    MailAccount,
)
from conformance.partner.judge_side import IxitJudge, JudgeRevocation, JudgeSigning, Listen
from conformance.partner.model import (
    HandedIn,
    Hook,
    HookCommand,
    HookUrl,
    IxitLimits,
    IxitTrust,
    OldCertificate,
    Partner,
    TestData,
)
from conformance.partner.pages import SESSION_COOKIE, Mark, PageAccount, PageDescription
from conformance.partner.printable import settings_of, without_secrets
from conformance.partner.secret import Secret
from conformance.partner.structure import check_structure, read_toml
from conformance.partner.tokens import ics_tokens

_NUMBERS = ("issued", "replaced", "withdrawn", "foreign")
_TIMEOUT = 10.0
_HOOK_TIMEOUT = 10.0
_ANSWER_BYTES = 64 * 1024 * 1024
_MESSAGE_BYTES = 25 * 1024 * 1024

Table = Mapping[str, Any]


def load_partner(path: Path | str) -> Partner:
    """Read a partner file (TOML, UTF-8; see `schemas/json/partner-1.json`).

    Paths in it are relative to its folder. Files and environment variables of secrets are not opened here but when
    the secret is used. Raises `PartnerFileError` with one sentence: file, key, what is wrong, what to do.
    """
    file = Path(path)
    tables = read_toml(file)
    check_structure(file, tables)
    return _Reader(file.absolute()).partner(tables)


class _Reader:
    """Turns checked tables into values and remembers the secrets it meets."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.secrets: list[Secret] = []

    def partner(self, tables: Table) -> Partner:
        ixit: Table = tables.get("ixit", {})
        ics: Table = tables["ics"]
        hooks = {name: self.hook(name, table) for name, table in tables.get("hooks", {}).items()}
        pull = self.pull(ixit["pull"]) if "pull" in ixit else None
        push = self.push(ixit["push"]) if "push" in ixit else None
        page = self.verification(ixit["verification"]) if "verification" in ixit else None
        judge = self.judge(ixit.get("judge", {}))
        smime = self.smime(ixit["smime"]) if "smime" in ixit else None
        trust = self.trust(ixit.get("trust", {}))
        data = self.data(tables.get("data", {}))
        handed_in = self.handed_in(tables.get("handed_in", {}))
        shown = without_secrets(tables)
        return Partner(
            path=self.file,
            name=tables["partner"]["name"],
            country=tables["partner"]["country"],
            ics=ics_tokens(
                ics,
                pull=pull,
                push=push,
                page=page,
                smime=smime,
                judge=judge,
                trust=trust,
                data=data,
                hooks=hooks,
                handed_in=handed_in,
            ),
            releases=tuple(ics["releases"]),
            document_types=tuple(ics["document_types"]),
            signature=ics["signature"],
            pull=pull,
            push=push,
            verification=page,
            judge=judge,
            trust=trust,
            limits=_limits(ixit.get("limits", {})),
            data=data,
            hooks=hooks,
            settings=settings_of(shown),
            digest=sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
            secret_values=tuple(self.secrets),
            smime=smime,
            inquiry=_inquiry(ixit.get("inquiry", {}), pull),
            document_profile=ics.get("document_profile", "exchange"),
            languages=tuple(ics.get("languages", ())),
            officials=self.path(ixit.get("load", {}), "officials"),
            connection_codes=dict(ics.get("connection_codes", {})),
            algorithms=tuple(ics.get("algorithms", ())),
            handed_in=handed_in,
        )

    def path(self, table: Table, key: str) -> Path | None:
        return self.file.parent / table[key] if key in table else None

    def pair(self, table: Table, name: str) -> tuple[Path, Path] | None:
        certificate, key = self.path(table, f"{name}_certificate"), self.path(table, f"{name}_key")
        return None if certificate is None or key is None else (certificate, key)

    def paths(self, names: list[str]) -> tuple[Path, ...]:
        return tuple(self.file.parent / name for name in names)

    def secret(self, table: Table, key: str, place: str) -> Secret | None:
        if key not in table:
            return None
        value = table[key]
        name = f"{place}.{key}"
        if isinstance(value, str):
            secret = Secret(name, self.file, plain=value)
        elif "env" in value:
            secret = Secret(name, self.file, variable=value["env"])
        else:
            secret = Secret(name, self.file, file=self.file.parent / value["file"])
        self.secrets.append(secret)
        return secret

    def needed_secret(self, table: Table, place: str) -> Secret:
        secret = self.secret(table, "password", place)
        assert secret is not None  # noqa: S101 - the schema requires it
        return secret

    def pull(self, table: Table) -> IxitPull:
        given = {name: self.identity(name, one) for name, one in table["identities"].items()}
        return IxitPull(
            url=table["url"],
            ca=self.path(table, "ca"),
            timeout=float(table.get("timeout_seconds", _TIMEOUT)),
            max_answer_bytes=table.get("max_answer_bytes", _ANSWER_BYTES),
            identities=Identities(**given),
        )

    def identity(self, name: str, table: Table) -> Identity:
        return Identity(
            name=name,
            country=table["country"],
            certificate=self.path(table, "certificate"),
            key=self.path(table, "key"),
            username=table.get("username"),
            password=self.secret(table, "password", f"ixit.pull.identities.{name}"),
            requests_per_minute=table.get("requests_per_minute"),
        )

    def push(self, table: Table) -> IxitPush:
        other = table.get("other")
        return IxitPush(
            host=table["host"],
            port=table["port"],
            ca=self.path(table, "ca"),
            recipient=table["recipient"],
            own=self.account(table, "ixit.push", ""),
            other=self.account(other, "ixit.push.other", "AU") if other else None,
            max_message_bytes=table.get("max_message_bytes", _MESSAGE_BYTES),
            timeout=float(table.get("timeout_seconds", _TIMEOUT)),
        )

    def account(self, table: Table, place: str, country: str) -> MailAccount:
        return MailAccount(
            table["sender"], table["username"], self.needed_secret(table, place), table.get("country", country)
        )

    def verification(self, table: Table) -> IxitVerification:
        return IxitVerification(
            url=table["url"].rstrip("/"),
            ca=self.path(table, "ca"),
            timeout=float(table.get("timeout_seconds", _TIMEOUT)),
            max_answer_bytes=table.get("max_answer_bytes", _ANSWER_BYTES),
            http_url=table.get("http_url", "").rstrip("/"),
            described=described_by(table),
            accounts={name: self.page_account(name, one) for name, one in table.get("accounts", {}).items()},
            languages=tuple(table.get("languages", ())),
        )

    def handed_in(self, table: Table) -> HandedIn:
        return HandedIn(
            monitoring=self.path(table, "monitoring"),
            logs=self.paths(table.get("logs", [])),
            files=self.paths(table.get("files", [])),
        )

    def page_account(self, name: str, table: Table) -> PageAccount:
        place = f"ixit.verification.accounts.{name}"
        return PageAccount(
            name=name,
            country=table["country"],
            user=table["user"],
            password=self.needed_secret(table, place),
            second_factor=self.secret(table, "second_factor", place),
        )

    def smime(self, table: Table) -> IxitSmime:
        judge: Table = table.get("judge", {})
        own = self.path(judge, "certificate"), self.path(judge, "key")
        return IxitSmime(
            recipient=table.get("recipient", ""),
            anchor=self.path(table, "anchor"),
            encryption_certificate=self.path(table, "encryption_certificate"),
            judge_recipient=judge.get("recipient", ""),
            signer=None if own[0] is None or own[1] is None else (own[0], own[1]),
            decryption=self.pair(judge, "decryption"),
            ca=self.pair(judge, "ca"),
            revoked=self.pair(judge, "revoked"),
        )

    def judge(self, table: Table) -> IxitJudge:
        signing = table.get("signing")
        return IxitJudge(
            country=table.get("country", "NZ"),
            certificate=self.path(table, "certificate"),
            key=self.path(table, "key"),
            client_ca=self.path(table, "client_ca"),
            public_host=table.get("public_host", "localhost"),
            pull_listen=_listen(table.get("pull_listen")),
            mail_listen=_listen(table.get("mail_listen")),
            mail_username=table.get("mail_username"),
            mail_password=self.secret(table, "mail_password", "ixit.judge"),
            mail_sender=table.get("mail_sender"),
            mail_recipient=table.get("mail_recipient"),
            signing=None
            if signing is None
            else JudgeSigning(
                certificate=self.file.parent / signing["certificate"],
                key=self.file.parent / signing["key"],
                ca_certificate=self.path(signing, "ca_certificate"),
                ca_key=self.path(signing, "ca_key"),
                tsa_certificate=self.path(signing, "tsa_certificate"),
                tsa_key=self.path(signing, "tsa_key"),
            ),
            expired=self.pair(table, "expired"),
            revoked=self.pair(table, "revoked"),
            misnamed=self.pair(table, "misnamed"),
            revocation=_revocation(table),
            addresses=tuple(table.get("addresses", ())),
            browser=table.get("browser", ""),
        )

    def trust(self, table: Table) -> IxitTrust:
        def anchors(key: str) -> tuple[Path, ...]:
            given = table.get(key, [])
            return self.paths([given] if isinstance(given, str) else given)

        return IxitTrust(
            anchors("anchors"),
            self.paths(table.get("crls", [])),
            anchors("time_stamp_anchors"),
            self.paths(table.get("ocsp", [])),
        )

    def data(self, table: Table) -> TestData:
        lists = {name: tuple(table.get(name, ())) for name in (*_NUMBERS, "other_system", "register")}
        old = tuple(OldCertificate(**one) for one in table.get("legacy", ()))
        return TestData(**lists, codes=dict(table["codes"]) if "codes" in table else None, legacy=old)

    def hook(self, name: str, table: Table) -> Hook:
        timeout = float(table.get("timeout_seconds", _HOOK_TIMEOUT))
        if "command" in table:
            return HookCommand(name, tuple(table["command"]), self.file.parent, timeout)
        return HookUrl(
            name, table["url"], self.secret(table, "token", f"hooks.{name}"), self.path(table, "ca"), timeout
        )


def _inquiry(table: Table, pull: IxitPull | None) -> IxitInquiry:
    beside = urljoin(pull.url, "inquiry") if pull is not None else ""
    return IxitInquiry(table.get("url", beside), table.get("recipient", ""))


def described_by(table: Table) -> PageDescription:
    """How [ixit.verification] describes the pages."""
    return PageDescription(
        addresses=table.get("addresses", {}),
        fields=table.get("fields", {}),
        cookie=table.get("cookie", SESSION_COOKIE),
        states={name: _mark(one) for name, one in table.get("states", {}).items()},
        facts={name: _mark(one) for name, one in table.get("facts", {}).items()},
        values=dict(table.get("values", {})),
    )


def _mark(table: Table) -> Mark:
    return Mark(
        selector=table.get("selector", ""),
        words=_texts(table.get("words", ())),
        labels=_texts(table.get("label", ())),
        attribute=table.get("attribute", ""),
    )


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _revocation(judge: Table) -> JudgeRevocation | None:
    table: Table = judge.get("revocation", {})
    listen = _listen(table.get("listen"))
    if listen is None:
        return None
    return JudgeRevocation(
        listen,
        table.get("host", judge.get("public_host", "localhost")),
        tuple(table.get("asks", JudgeRevocation.asks)),
        table.get("demand", JudgeRevocation.demand),
    )


def _listen(text: str | None) -> Listen | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    return Listen(host, int(port))


def _limits(table: Table) -> IxitLimits:
    return IxitLimits(**{one.name: float(table[one.name]) for one in fields(IxitLimits) if one.name in table})
