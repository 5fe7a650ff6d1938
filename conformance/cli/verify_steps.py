"""What `ecert verify` tells of each step of an examination."""

import base64
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from conformance.checks.path import way_to_anchor
from conformance.checks.revocation import AtHand
from conformance.checks.signature import Examination
from conformance.checks.xmldsig.form import XADES, Form, Reference
from conformance.checks.xmldsig.status import Status
from conformance.model.words import Revocation

_TITLES = {
    "place": "Place of the signature (profile 2.18)",
    "form": "Form and algorithms (profile 2.19, 2.20)",
    "key-info": "Certificates in KeyInfo (profile 2.21)",
    "value": "Signature value over SignedInfo, and who signed",
    "reference": "Digest of what the reference is to",
    "properties": "Signed properties of XAdES (profile 2.28)",
    "time": "Signing time and time stamps (profile 2.28, 2.29)",
    "path": "Certificate path and policy (profile 2.22)",
}


def steps_of(
    seen: Examination, anchors: Sequence[x509.Certificate], at: datetime, placement: str, known: AtHand
) -> list[dict[str, Any]]:
    """Return the steps as JSON objects: step, title, result (good, bad, not-reached, not-judged), findings, facts."""
    facts: dict[str, dict[str, Any]] = {"place": {"agreed": placement}}
    if seen.form is not None:
        facts["form"] = _form(seen.form)
        facts["reference"] = _reference(seen.form.document, seen.octets.get("reference"))
        if seen.form.properties is not None:
            facts["properties"] = _reference(seen.form.properties, seen.octets.get("properties"))
    if seen.signing_time is not None:
        facts["time"] = {"signing_time": seen.signing_time.isoformat()} | {
            f"stamp_{number}": f"{one.time.isoformat()} by {one.authority}" for number, one in enumerate(seen.stamps, 1)
        }
    facts["key-info"] = {"certificates": [_certificate(one) for one in seen.certificates]}
    facts["value"] = _value(seen)
    if seen.signer is not None and anchors:
        way = way_to_anchor(seen.signer, seen.certificates, anchors)
        facts["path"] = {
            "at": min((one.time for one in seen.stamps), default=at).isoformat(),
            "way": [_certificate(one) for one in way],
            "ends_at_anchor": way[-1] in anchors,
            "revocation": _revocation(known),
        }
    return [
        {
            "step": name,
            "title": title,
            "result": _result(seen, name, judged=bool(anchors)),
            "findings": [
                {"requirement": one.requirement, "level": one.level.value, "message": one.message,
                 "expected": one.expected, "actual": one.actual, "line": one.where.line, "path": one.where.path}
                for one in seen.steps.get(name, ())
            ],
            "facts": facts.get(name, {}),
        }
        for name, title in _TITLES.items()
        if name not in ("properties", "time") or placement in XADES
    ]  # fmt: skip


def _result(seen: Examination, name: str, *, judged: bool) -> str:
    if name in seen.steps:
        return "bad" if any(one.level.binding for one in seen.steps[name]) else "good"
    return "not-judged" if name == "path" and not judged else "not-reached"


def _revocation(known: AtHand) -> str:
    """Say how revocation was judged, and by how much."""
    if known.mode is Revocation.NONE:
        return "not asked, as told (--revocation none)"
    if known.silent:
        return "NOT ASKED: no list and no answer was given (--crl, --ocsp)"
    mode = known.mode or Revocation.IF_AVAILABLE
    return f"{mode.value}, by {len(known.lists)} lists and {len(known.answers)} answers"


def _form(form: Form) -> dict[str, Any]:
    how = form.document.canonical
    return {
        "reference": form.document.target,
        "reference_canonicalised_by": how.algorithm if how else "octets as they are",
        "signed_info_canonicalised_by": form.canonical.algorithm,
        "signature_method": f"{form.method.family.value} with {form.method.hash.name}",
        "digest_method": form.document.digest.name,
    }


def _reference(reference: Reference, octets: bytes | None) -> dict[str, Any]:
    stated = "".join((reference.digest_value.text or "").split())
    if octets is None:
        return {"digest_stated": stated}
    digest = hashes.Hash(reference.digest)
    digest.update(octets)
    return {
        "digest_stated": stated,
        "digest_computed": base64.b64encode(digest.finalize()).decode(),
        "octets": len(octets),
        "octets_sha256": sha256(octets).hexdigest(),
    }


def _value(seen: Examination) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if "signed-info" in seen.octets:
        octets = seen.octets["signed-info"]
        told |= {"signed_info_octets": len(octets), "signed_info_sha256": sha256(octets).hexdigest()}
    if seen.signer is not None:
        told["signer"] = seen.signer.subject.rfc4514_string()
    return told


def _certificate(one: x509.Certificate) -> dict[str, Any]:
    key = one.public_key()
    kind = type(key).__name__
    if isinstance(key, rsa.RSAPublicKey):
        kind = f"RSA {key.key_size}"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        kind = f"EC {key.curve.name}"
    return {
        "subject": one.subject.rfc4514_string(),
        "issuer": one.issuer.rfc4514_string(),
        "serial": f"{one.serial_number:x}",
        "key": kind,
        "valid_from": one.not_valid_before_utc.isoformat(),
        "valid_until": one.not_valid_after_utc.isoformat(),
        "sha256": one.fingerprint(hashes.SHA256()).hex(),
    }


def save_octets(seen: Examination, folder: Path) -> list[Path]:
    """Write the canonical octets and the signer's certificate into a folder; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{name}.octets": octets for name, octets in seen.octets.items()}
    if seen.signer is not None:
        files["signer.pem"] = seen.signer.public_bytes(Encoding.PEM)
    for name, octets in files.items():
        (folder / name).write_bytes(octets)
    return [folder / name for name in files]


def tell(steps: list[dict[str, Any]], verdict: str, at: datetime, status: Status, *, judged: bool) -> None:
    """Print the steps for a person."""
    for number, step in enumerate(steps, 1):
        click.echo(f"{number}. {step['title']}: {step['result'].replace('-', ' ').upper()}")
        _tell_facts(step["facts"])
        for one in step["findings"]:
            line = f" (line {one['line']})" if one["line"] else ""
            level = "" if one["level"] == "MUST" else f" ({one['level']})"
            click.echo(f"   {one['requirement']}{level} {one['message']}{line}")
            click.echo(f"      expected: {one['expected']}\n      actual:   {one['actual']}")
    words = "as the profile wants it" if verdict == "pass" else "NOT as the profile wants it"
    trust = "" if judged else "; nobody was asked whom to trust (--trust)"
    click.echo(f"The signature is {words} at {at:%Y-%m-%dT%H:%M:%SZ}{trust}.")
    reason = ", ".join(one for one in (status.sub, status.why) if one)
    click.echo(f"ETSI EN 319 102-1: {status.indication}{reason and f' ({reason})'}")


def _tell_facts(facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if isinstance(value, list):
            for one in value:
                until = one["valid_until"][:10]
                click.echo(f"   {one['subject']} ({one['key']}, until {until}), issued by {one['issuer']}")
        else:
            shown = '""' if value == "" else value
            click.echo(f"   {name.replace('_', ' ')}: {shown}")
