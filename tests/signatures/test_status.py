"""What a report calls a signature (ETSI EN 319 102-1): passed only when everything was judged, and good."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.signature import examine_signature
from conformance.checks.xmldsig.status import Indication, Status, status_of

FOLDER = Path(__file__).parents[2] / "fixtures" / "signatures"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
VECTORS = {one["id"]: one for one in MANIFEST["vectors"]}
AT = datetime.fromisoformat(MANIFEST["at"])
SUBS = {
    "stripped": "FORMAT_FAILURE",
    "key-name-only": "NO_SIGNING_CERTIFICATE_FOUND",
    "rsa-sha1": "CRYPTO_CONSTRAINTS_FAILURE",
    "xpath-empty": "SIG_CONSTRAINTS_FAILURE",
    "rsa-value-zero": "SIG_CRYPTO_FAILURE",
    "forger-same-names": "NO_CERTIFICATE_CHAIN_FOUND",
    "path-expired": "OUT_OF_BOUNDS_NO_POE",
    "path-tls-server": "CHAIN_CONSTRAINTS_FAILURE",
    "path-sha1": "CRYPTO_CONSTRAINTS_FAILURE",
    "xades-b-document-changed": "HASH_FAILURE",
    "xades-b-time-changed": "HASH_FAILURE",
    "xades-b-certificate-of-another": "SIG_CONSTRAINTS_FAILURE",
    "xades-t-over-another-value": "SIG_CONSTRAINTS_FAILURE",
    "xades-t-stamp-before-signing": "TIMESTAMP_ORDER_FAILURE",
}
FAILED = {"FORMAT_FAILURE", "SIG_CRYPTO_FAILURE", "HASH_FAILURE"}


def told(name: str, *, trusted: bool = True, revocation: bool = True, at: datetime = AT) -> Status:
    one = VECTORS[name]
    seen = examine_signature(
        (FOLDER / one["files"]["document"]["file"]).read_bytes(),
        anchors=[(FOLDER / path).read_bytes() for path in one["trust"]] if trusted else None,
        at=at,
        placement=one["placement"],
        crls=[(FOLDER / path).read_bytes() for path in one.get("crls", ())],
    )
    return status_of(seen.steps, trusted=trusted, revocation=revocation, stamped=bool(seen.stamps))


@pytest.mark.parametrize("name", ["enveloped-rsa-sha256", "xades-b", "xades-t"])
def test_passed_means_that_everything_was_judged(name: str) -> None:
    assert told(name) == Status(Indication.PASSED)
    unknown = told(name, revocation=False)
    assert (unknown.indication, unknown.sub) == (Indication.INDETERMINATE, "TRY_LATER")
    untrusted = told(name, trusted=False)
    assert (untrusted.indication, untrusted.sub) == (Indication.INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND")


@pytest.mark.parametrize("name", SUBS)
def test_what_did_not_pass_says_why(name: str) -> None:
    status = told(name)
    assert (status.sub, status.indication is Indication.FAILED) == (SUBS[name], SUBS[name] in FAILED)
    assert status.why


def test_without_a_time_stamp_an_ended_certificate_leaves_it_open_and_with_one_it_does_not() -> None:
    later = AT + timedelta(days=3700)
    assert told("xades-b", at=later).sub == "OUT_OF_BOUNDS_NO_POE"
    assert told("xades-t-signer-ended") == Status(Indication.PASSED)
