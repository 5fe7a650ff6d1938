"""ICS tokens: what a case may ask for, as one word each (the list stands in `partner.model`)."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.partner.accesses import IxitPull, IxitPush, IxitSmime, IxitVerification
from conformance.partner.judge_side import IxitJudge
from conformance.partner.model import HandedIn, Hook, IxitTrust, TestData


def ics_tokens(
    ics: Mapping[str, Any],
    *,
    pull: IxitPull | None,
    push: IxitPush | None,
    page: IxitVerification | None,
    smime: IxitSmime | None,
    judge: IxitJudge,
    trust: IxitTrust,
    data: TestData,
    hooks: Mapping[str, Hook],
    handed_in: HandedIn,
) -> frozenset[str]:
    """Return the tokens of a partner: those it declares in [ics], and those its IXIT, data and hooks make possible."""
    return frozenset(
        (
            *_declared(ics),
            *_accounts(pull, push, page),
            *_judge(judge),
            *(f"hook:{name}" for name in hooks),
            *(
                f"data:{name}"
                for name in (
                    "issued",
                    "replaced",
                    "withdrawn",
                    "foreign",
                    "codes",
                    "legacy",
                    "other_system",
                    "register",
                )
                if getattr(data, name)
            ),
            *(_smime(smime) if smime is not None and ics.get("smime") else ()),
            *(("crl",) if trust.crls or trust.answers else ()),
            *(("page:http",) if page is not None and page.http_url else ()),
            *(("page:languages",) if page is not None and page.languages else ()),
            *(f"handed-in:{name}" for name in ("monitoring", "logs", "files") if getattr(handed_in, name)),
        )
    )


def _declared(ics: Mapping[str, Any]) -> Iterator[str]:
    accesses = set(ics["accesses"])
    yield "access:document"
    if accesses & {"pull", "verification"}:
        yield "access:tls"
    if "pull" in accesses:
        yield "access:lifecycle"
    yield from (f"access:{name}" for name in accesses)
    yield from (f"role:{name}" for name in ics["roles"])
    yield from (f"release:{name}" for name in ics["releases"])
    yield from (f"document-type:{code}" for code in ics["document_types"])
    yield from (f"identity:{name}" for name in ics.get("identity", ()))
    yield from (f"soap:{version}" for version in ics.get("soap", ()))
    if ics.get("inquiries"):
        yield "access:inquiry"
    yield from (f"inquiry:{way}" for way in ics.get("inquiries", ()))
    yield f"signature:{ics['signature']}"
    yield f"document-profile:{ics.get('document_profile', 'exchange')}"
    yield from (f"format:{name}" for name in ics.get("formats", ()))
    if len(ics.get("languages", ())) > 1:
        yield "bilingual"
    if ics["signature"] != "none":
        yield "signed"
    if ics["signature"] not in ("none", "detached"):
        yield "signed:inside"
    if ics["signature"].startswith("xades-"):
        yield "xades"
    if ics.get("smime"):
        yield "smime"
    if ics.get("printed_form"):
        yield "printed-form"


def _accounts(pull: IxitPull | None, push: IxitPush | None, page: IxitVerification | None) -> Iterator[str]:
    if pull is not None:
        yield from (f"account:{one.name}" for one in pull.identities.all() if one.name != "own")
    if push is not None and push.other is not None:
        yield "account:push-other"
    if page is not None:
        yield from (f"account:page-{name}" for name in page.accounts)


def _smime(smime: IxitSmime) -> Iterator[str]:
    if smime.recipient and smime.signer is not None:
        yield "smime:intake"
    if smime.anchor is not None and smime.judge_recipient:
        yield "smime:sender"
    if smime.encryption_certificate is not None and smime.decryption is not None:
        yield "smime:encryption"
    if smime.ca is not None:
        yield "smime:test-ca"
    if smime.revoked is not None:
        yield "smime:revoked"


def _judge(judge: IxitJudge) -> Iterator[str]:
    yield "judge:browser"
    if judge.pull_listen is not None:
        yield "judge:pull"
    if judge.mail_listen is not None:
        yield "judge:mail"
    if judge.expired is not None:
        yield "judge:expired-server"
    if judge.revoked is not None:
        yield "judge:revoked-server"
    if judge.misnamed is not None:
        yield "judge:misnamed-server"
    if judge.revocation is not None:
        yield "judge:revocation"
        yield from (f"asks:{kind}" for kind in judge.revocation.asks)
    if judge.signing is not None:
        yield "judge:signing"
        if judge.signing.ca_certificate is not None and judge.signing.ca_key is not None:
            yield "judge:test-ca"
