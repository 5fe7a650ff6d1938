"""Check one document: read it, validate it, apply the rules, verify its signature."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from conformance.checks.legacy import NAME, check_legacy, is_legacy
from conformance.checks.rules.engine import check_rules
from conformance.checks.rules.gate import gate
from conformance.checks.rules.profile import AUTOMATIC, DEFAULT, load_profile
from conformance.checks.rules.recognise import recognised, unwrapped
from conformance.checks.rules.rule import Setting
from conformance.checks.rules.scan import is_wide, likely_second_language, second_language
from conformance.checks.schema import check_schema, passes, release_of
from conformance.checks.schema_sets import Release, chosen
from conformance.checks.schema_words import SIGNATURE
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer, Verdict
from conformance.parsing import DEFAULT_LIMITS, Limits, Unreadable, parse, refuse_wide

if TYPE_CHECKING:
    from conformance.checks.revocation import AtHand

# Profiles whose documents are signed within, so that the signature is no fault of the schema.
_SIGNED = ("intercom",)
_INSIDE = ("enveloped", "xades-b", "xades-t")
DEFAULT_LAYERS = frozenset({Layer.READING, Layer.SCHEMA, Layer.RULES})


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What a check came to: `verdict` is fail when a binding requirement is broken.

    `release` is the name of the release the root's namespace stands for ("17A"), "2009" for the format of that year,
    None when unknown or unreadable.
    `at_hand` is what there is about the revocation of signers.
    `profile` is the document profile whose rules were applied, "" when there was nothing to apply them to. Findings are
    in the order of their lines.
    """

    verdict: Verdict
    release: str | None
    findings: tuple[Finding, ...]
    profile: str = ""


def check_document(
    data: bytes,
    *,
    layers: Collection[Layer] = DEFAULT_LAYERS,
    at: datetime | None = None,
    placement: str | None = None,
    anchors: Sequence[bytes] = (),
    signature: bytes | None = None,
    limits: Limits = DEFAULT_LIMITS,
    profile: str = DEFAULT,
    languages: Sequence[str] = (),
    release_name: str | None = None,
    signature_at: datetime | None = None,
    authorities: Sequence[bytes] = (),
    algorithms: frozenset[str] | None = None,
    at_hand: "AtHand | None" = None,
) -> DocumentReport:
    """Check the octets of one document in the given layers (reading is always done).

    `at` (with an offset) is the time of checking; without it nothing is said about the future. `placement` is where
    the profile in force puts the signature (`xmldsig.form.PLACEMENTS`); where that is inside the document one
    ds:Signature at the end of the root is no fault of the schema. `anchors` are PEM certificates for the signature
    layer (none leaves trust unjudged), `signature` the octets of a detached signature. `signature_at` is when the
    signer's path is judged where `at` is None (now, without it): one moment for many documents spares judging the same
    path anew. `authorities` are PEM anchors of time-stamp authorities, `algorithms` the words of the allow list
    (that of the profile when None).
    `profile` is the document profile whose rules are applied, by name or by the path of its file, or "auto" for that
    whose signs the document carries; `languages` are those the certificate is agreed to be in, besides what the
    profile says. `release_name` names the schema set to validate against, a release, a variant or an imported set;
    without it, or where that set has no such message, the root's namespace decides. Octets that cannot be read give
    one finding, never an exception; a profile that cannot be used raises `RuleError`.
    """

    def signed() -> list[Finding]:
        then = at or signature_at
        return _signature(data, anchors, then, placement, signature, authorities, algorithms, at_hand)

    try:
        root = parse(data, limits=limits, attributes=False, blanks=False)
        if release_name is None and is_legacy(root):
            refuse_wide(root, data, limits)
            found = check_legacy(root, data, layers, at)
            if Layer.SIGNATURE in layers:
                found += signed()
            return _report(found, NAME, "")
        root = unwrapped(root, profile)
        asked = chosen(release_name, root) if release_name else None
        release = asked or release_of(root)
        name = recognised(root, release) if profile == AUTOMATIC else profile
        allowed = placement in _INSIDE or (placement is None and name in _SIGNED)
        whole = Layer.SCHEMA in layers and Layer.RULES in layers and asked is None
        gated = whole and _gated(root, data, release, allowed)
        if not gated:  # what the gate lets pass has few attributes, declared ones
            refuse_wide(root, data, limits)
    except Unreadable as problem:
        return DocumentReport(Verdict.FAIL, None, (reading_finding(problem),))
    if placement == "enveloping":
        root = _enclosed(root)
        asked = chosen(release_name, root) if release_name else None
        release = asked or release_of(root)
    findings: list[Finding] = []
    if Layer.SCHEMA in layers and not gated:
        findings += check_schema(root, signature_allowed=allowed, release=asked)
    if Layer.RULES in layers:
        rules = load_profile(name)
        setting = Setting(at, (*rules.languages, *languages))
        named = release if release and release.namespace else None  # rules look for names in a namespace
        findings += check_rules(root, data, named, setting, rules, gated=gated)
    if Layer.SIGNATURE in layers:
        findings += signed()
    return _report(findings, release.name if release else None, name)


def _report(findings: list[Finding], release: str | None, profile: str) -> DocumentReport:
    """Return what findings come to, in the order of their lines."""
    findings.sort(key=lambda finding: finding.where.line or 0)
    failed = any(finding.level.binding for finding in findings)
    return DocumentReport(Verdict.FAIL if failed else Verdict.PASS, release, tuple(findings), profile)


def _gated(root: etree._Element, data: bytes, release: Release | None, signature_allowed: bool) -> bool:
    """Return whether the gate lets a certificate pass, which makes it valid and keeps most rules."""
    if release is None or release.file is None or release.message != "SPSCertificate" or is_wide(data):
        return False
    file, guess = release.file, likely_second_language(data)

    def lets_pass(second: str) -> bool:
        narrow = gate(file, second)
        return narrow is not None and passes(root, narrow, signature_allowed=signature_allowed)

    return lets_pass(guess) or ((second := second_language(data)) != guess and lets_pass(second))


def reading_finding(problem: Unreadable) -> Finding:
    """Return the one finding about octets that cannot be read."""
    if "DOCTYPE" in problem.what:
        requirement = "DOC-033"
    elif "at most" in problem.what or "more than" in problem.what or "deeper" in problem.what:
        requirement = "DOC-046"
    else:
        requirement = "DOC-001"
    return Finding(
        requirement,
        problem.what,
        "an XML document that can be read",
        problem.where or "not readable",
        Where(line=problem.line),
        layer=Layer.READING,
    )


def _enclosed(root: etree._Element) -> etree._Element:
    """Return the document inside an enveloping signature as a tree of its own (its lines stay), else the root."""
    if root.tag != SIGNATURE:
        return root
    for inner in root.iterfind(f"{SIGNATURE.replace('Signature', 'Object')}/*"):
        if release_of(inner) is not None:
            return deepcopy(inner)
    return root


def _signature(
    data: bytes, anchors: Sequence[bytes], at: datetime | None, placement: str | None, signature: bytes | None,
    authorities: Sequence[bytes], algorithms: frozenset[str] | None,
    at_hand: "AtHand | None",
) -> list[Finding]:  # fmt: skip
    """Call the signature layer, which loads its libraries only when it is asked for."""
    from conformance.checks.signature import check_signature  # noqa: PLC0415 - slow to load, often not needed
    from conformance.checks.xmldsig.algorithms import PROFILE, allow_list  # noqa: PLC0415

    return check_signature(
        data, anchors=list(anchors) or None, at=at, placement=placement or "enveloped", signature=signature,
        authorities=authorities, allowed=PROFILE if algorithms is None else allow_list(algorithms),
        crls=at_hand.lists if at_hand else (), answers=at_hand.answers if at_hand else (),
        revocation=at_hand.mode if at_hand else None,
    )  # fmt: skip
