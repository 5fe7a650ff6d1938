"""Static conformance review (ISO/IEC 9646-5): contradictions and gaps in a partner file, before any traffic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from conformance.partner.accesses import Identity
from conformance.partner.errors import PartnerFileError
from conformance.partner.material import review_material
from conformance.partner.model import Partner
from conformance.partner.pages import STATES
from conformance.partner.selectors import compiled


class Weight(StrEnum):
    """What a remark means: `error` stops a run, `warning` leaves cases out or makes them inconclusive."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Remark:
    """One remark: the key it is about, what is wrong, what to do."""

    weight: Weight
    key: str
    message: str
    remedy: str


def review(partner: Partner, now: datetime) -> tuple[Remark, ...]:
    """Return what contradicts or is missing, errors first. `now` (UTC) decides about validity of certificates.

    Opens the files the partner file names and reads its secrets; sends nothing.
    """
    remarks = (
        *_accesses(partner),
        *_pull(partner),
        *_push(partner),
        *_importer(partner),
        *_exporter(partner),
        *_pages(partner),
        *_signature(partner),
        *_inquiries(partner),
        *_limits(partner),
        *_secrets(partner),
        *_handed_in(partner),
        *(_error(problem.key, problem.message, problem.remedy) for problem in review_material(partner, now)),
    )
    unique = tuple(dict.fromkeys(remarks))
    return tuple(sorted(unique, key=lambda remark: remark.weight is not Weight.ERROR))


def _error(key: str, message: str, remedy: str) -> Remark:
    return Remark(Weight.ERROR, key, message, remedy)


def _warning(key: str, message: str, remedy: str) -> Remark:
    return Remark(Weight.WARNING, key, message, remedy)


def _accesses(partner: Partner) -> Iterator[Remark]:
    exporter = "role:exporter" in partner.ics
    given = {"pull": partner.pull, "push": partner.push, "verification": partner.verification}
    needed = {
        "pull": exporter,
        "push": "role:importer" in partner.ics,
        "verification": exporter,
    }
    for name, table in given.items():
        declared = f"access:{name}" in partner.ics
        if declared and needed[name] and table is None:
            yield _error(f"ixit.{name}", f"access {name} is declared and [ixit.{name}] is missing", "add the table")
        if table is not None and not declared:
            yield _warning(
                "ics.accesses", f"[ixit.{name}] is given and access {name} is not declared", f'add "{name}" or drop it'
            )
    if "access:verification" in partner.ics and not exporter:
        yield _error("ics.roles", "access verification belongs to the role exporter", 'add "exporter" to ics.roles')
    if partner.country == partner.judge.country:
        yield _error("ixit.judge.country", "partner and judge are the same country", "give the judge another country")


def _pull(partner: Partner) -> Iterator[Remark]:
    pull = partner.pull
    if pull is None or "access:pull" not in partner.ics:
        return
    kinds = {token.removeprefix("identity:") for token in partner.ics if token.startswith("identity:")}
    if not kinds:
        yield _error("ics.identity", "access pull is declared without a kind of identity", 'write "mutual-tls" or both')
    if not {"soap:1.1", "soap:1.2"} & partner.ics:
        yield _error("ics.soap", "access pull is declared without a SOAP version", 'write soap = ["1.1"]')
    for identity in pull.identities.all():
        yield from _identity(identity, kinds)
    countries = [identity.country for identity in pull.identities.all()]
    if len(set(countries)) != len(countries):
        yield _error("ixit.pull.identities", "two identities have the same country", "each plays a country of its own")
    if pull.identities.own.country != partner.judge.country:
        yield _error(
            "ixit.pull.identities.own.country",
            f"is {pull.identities.own.country}, and [ixit.judge] country is {partner.judge.country}",
            "make them equal",
        )
    if pull.identities.other is None:
        yield _warning(
            "ixit.pull.identities.other", "no second country is given", "without it cases about access are left out"
        )
    limited = pull.identities.limited
    if limited is not None and limited.requests_per_minute is None:
        yield _error(
            "ixit.pull.identities.limited.requests_per_minute", "the agreed rate is missing", "write the number"
        )


def _identity(identity: Identity, kinds: set[str]) -> Iterator[Remark]:
    place = f"ixit.pull.identities.{identity.name}"
    if "mutual-tls" in kinds and (identity.certificate is None or identity.key is None):
        yield _error(place, "identity mutual-tls is declared and certificate or key is missing", "name both PEM files")
    if "username-token" in kinds and (identity.username is None or identity.password is None):
        yield _error(
            place,
            "identity username-token is declared and username or password is missing",
            "add username and password",
        )
    if (identity.certificate is None) is not (identity.key is None):
        yield _error(place, "certificate and key belong together and one is missing", "name both PEM files")


def _push(partner: Partner) -> Iterator[Remark]:
    push = partner.push
    if push is None or "access:push" not in partner.ics or "role:importer" not in partner.ics:
        return
    if push.other is None:
        yield _warning("ixit.push.other", "no second sender is given", "without it cases about senders are left out")
    elif push.other.username == push.username or push.other.sender == push.sender:
        yield _error("ixit.push.other", "is the same account as the judge's own", "name an account of another country")


def _importer(partner: Partner) -> Iterator[Remark]:
    if "role:importer" not in partner.ics:
        return
    judge = partner.judge
    if "access:pull" in partner.ics:
        if judge.pull_listen is None:
            yield _error(
                "ixit.judge.pull_listen", "role importer with pull needs the judge to serve", "write host:port"
            )
        if "pull_now" not in partner.hooks:
            yield _error("hooks.pull_now", "role importer with pull needs this hook", "say how to start your client")
        if judge.signing is None and "signature:none" not in partner.ics:
            yield _error("ixit.judge.signing", "the judge must sign what it serves", "name certificate and key")
    if "lookup" not in partner.hooks:
        yield _warning(
            "hooks.lookup", "without it nothing tells what the importer holds", "without it importer cases are left out"
        )


def _exporter(partner: Partner) -> Iterator[Remark]:
    if "role:exporter" not in partner.ics:
        return
    judge = partner.judge
    if "access:push" in partner.ics:
        if judge.mail_listen is None:
            yield _error(
                "ixit.judge.mail_listen", "role exporter with push needs the judge to receive", "write host:port"
            )
        if "push_now" not in partner.hooks:
            yield _error("hooks.push_now", "role exporter with push needs this hook", "say how to send one certificate")
        for key in ("mail_username", "mail_password", "mail_sender", "mail_recipient"):
            if getattr(judge, key) is None:
                yield _error(f"ixit.judge.{key}", "role exporter with push needs it", "write what your sender uses")
    if "issue" not in partner.hooks and not partner.data.issued:
        yield _error(
            "data.issued", "neither test data nor the hook issue is given", "name certificates, or give the hook"
        )
    if "access:verification" in partner.ics and "issue" not in partner.hooks and not partner.data.codes:
        yield _error("data.codes", "the page needs the verification codes of the test data", "add data.codes")
    for number in sorted(set(partner.data.issued) & {*partner.data.replaced, *partner.data.withdrawn}):
        yield _error("data", f"{number} is listed in two states", "name each certificate once")


def _pages(partner: Partner) -> Iterator[Remark]:
    page = partner.verification
    if page is None:
        return
    described = page.described
    for table, marks in (("states", described.states), ("facts", described.facts)):
        for name, mark in marks.items():
            try:
                compiled(mark.selector or "*")
            except ValueError as error:
                place = f"ixit.verification.{table}.{name}.selector"
                yield _error(place, f"is not a CSS selector: {error}", "try it in the browser's inspector")
    missing = [name for name in STATES if name not in described.states]
    if described.states and {"issued", "unknown"} & set(missing):
        yield _error(
            "ixit.verification.states", f"says nothing of {', '.join(missing)}", "say what tells each state on the page"
        )
    elif described.states and missing:
        yield _warning(
            "ixit.verification.states",
            f"says nothing of {', '.join(missing)}",
            "cases about these states will find that the page does not tell them",
        )


def _signature(partner: Partner) -> Iterator[Remark]:
    signed = "signature:none" not in partner.ics
    if signed and "role:exporter" in partner.ics and not partner.trust.anchors:
        yield _error(
            "ixit.trust.anchors", "documents are signed and no anchor is given", "name the PEM file of the root"
        )
    if partner.algorithms and not signed:
        yield _warning("ics.algorithms", "is given and documents are not signed", "drop it, or say how they are signed")
    stamped = "signature:xades-t" in partner.ics
    if partner.trust.time_stamp_anchors and not stamped:
        yield _warning("ixit.trust.time_stamp_anchors", "is given and signatures have no time stamps", "drop it")
    signing = partner.judge.signing
    if "role:importer" not in partner.ics or not signed or signing is None:
        return
    if stamped and signing.tsa_key is None:
        yield _error(
            "ixit.judge.signing.tsa_certificate",
            "the judge must stamp what it signs by xades-t",
            "name certificate and key of its time-stamp authority",
        )
    chosen = set(partner.algorithms)
    if chosen and not ({"sha-2", "c14n-exclusive"} <= chosen and chosen & {"rsa-pkcs1", "ecdsa"}):
        yield _error(
            "ics.algorithms",
            "leaves the judge nothing to sign with: it signs by RSA or ECDSA with SHA-256, exclusively canonicalised",
            'add "sha-2", "c14n-exclusive", and "ecdsa" or "rsa-pkcs1" as its key is',
        )


def _inquiries(partner: Partner) -> Iterator[Remark]:
    for way, access, given in (
        ("soap", "pull", partner.pull),
        ("mail", "push", partner.push),
        ("page", "verification", partner.verification),
    ):
        if f"inquiry:{way}" in partner.ics and (given is None or f"access:{access}" not in partner.ics):
            yield _error(
                "ics.inquiries",
                f"inquiries by {way} use the access {access}, which is not there",
                f'add "{access}" to ics.accesses and [ixit.{access}], or drop "{way}"',
            )
    if "inquiry:page" in partner.ics and "account:page-own" not in partner.ics:
        yield _warning(
            "ixit.verification.accounts.own",
            "inquiries are taken on the page and no account is given",
            "without it cases about them are left out",
        )
    if "access:inquiry" in partner.ics and "answer" not in partner.hooks:
        yield _warning(
            "hooks.answer",
            "without it nobody answers the judge's inquiries",
            "without it cases about answers are left out",
        )


def _limits(partner: Partner) -> Iterator[Remark]:
    limits = partner.limits
    if limits.clock_skew_seconds > 300:  # noqa: PLR2004 - profile 1.5
        yield _error("ixit.limits.clock_skew_seconds", "is over the 300 s of profile 1.5", "agree on less")
    for key in ("state_delay_seconds", "delivery_seconds", "retry_first_seconds", "escalation_seconds"):
        if getattr(limits, key) >= limits.case_seconds:
            yield _warning(
                f"ixit.limits.{key}",
                "is not below case_seconds, so cases that wait for it cannot end",
                "raise case_seconds",
            )


def _secrets(partner: Partner) -> Iterator[Remark]:
    for secret in partner.secret_values:
        try:
            secret.reveal()
        except PartnerFileError as error:
            yield _error(error.key, error.problem, error.remedy)


def _handed_in(partner: Partner) -> Iterator[Remark]:
    for path in partner.handed_in.all():
        if not path.is_file():
            yield _error("handed_in", f"{path} is not there", "name a file, or leave it out")
    page = partner.verification
    if page is not None and page.accounts and "department" not in page.accounts:
        yield _warning(
            "ixit.verification.accounts.department",
            "no account of the department is given",
            "without it cases about applications are left out",
        )
