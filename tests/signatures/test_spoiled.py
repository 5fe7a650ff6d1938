"""Whatever octets a signature holds, it is judged: nothing of a spoiled one gets past as good, and nothing crashes."""

import base64
import json
import random
from datetime import datetime

import pytest

from conformance.checks.signature import examine_signature
from conformance.checks.xmldsig.status import status_of
from conformance.data import data_path

FOLDER = data_path("fixtures", "signatures")
MANIFEST = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
VECTORS = {one["id"]: one for one in MANIFEST["vectors"]}
AT = datetime.fromisoformat(MANIFEST["at"])
TIMES = 30


def spoiled(octets: bytes, begin: int, chance: random.Random) -> bytes:
    """Change, drop or double a few octets behind `begin`."""
    changed = bytearray(octets)
    for _ in range(chance.choice((1, 1, 2))):
        at, kind = chance.randrange(begin, len(changed) - 30), chance.random()
        if kind < 0.5:
            changed[at] = chance.randrange(33, 127)
        elif kind < 0.75:
            del changed[at : at + chance.randrange(1, 20)]
        else:
            changed[at:at] = changed[at : at + chance.randrange(1, 30)]
    return bytes(changed)


def finds_something(name: str, document: bytes) -> bool:
    one = VECTORS[name]
    trust = [(FOLDER / path).read_bytes() for path in one["trust"]]
    lists = [(FOLDER / path).read_bytes() for path in one.get("crls", ())]
    seen = examine_signature(document, anchors=trust, at=AT, placement=one["placement"], crls=lists)
    status_of(seen.steps, trusted=True, revocation=True, stamped=bool(seen.stamps))
    return any(finding.level.binding for finding in seen.findings)


@pytest.mark.parametrize("name", ["xades-t-list-fresh", "chain"])
def test_a_signature_with_spoiled_octets_is_refused(name: str) -> None:
    good = (FOLDER / VECTORS[name]["files"]["document"]["file"]).read_bytes()
    assert not finds_something(name, good)
    chance = random.Random(name)
    made = {spoiled(good, good.index(b"<ds:Signature"), chance) for _ in range(TIMES)}
    # What spoils only what nobody reads (an Id, blanks) may pass; nearly nothing of a signature is that.
    passed = [one for one in made - {good} if not finds_something(name, one)]
    assert len(passed) <= TIMES // 10


def test_a_signer_certificate_with_spoiled_octets_is_refused() -> None:
    good = (FOLDER / VECTORS["enveloped-rsa-sha256"]["files"]["document"]["file"]).read_text("utf-8")
    text = good.split("<ds:X509Certificate>")[1].split("</ds:X509Certificate>")[0]
    der, chance = base64.b64decode(text), random.Random(3)
    for _ in range(TIMES * 3):
        other = bytearray(der)
        other[chance.randrange(len(der))] ^= chance.randrange(1, 256)
        changed = good.replace(text, base64.b64encode(other).decode())
        assert finds_something("enveloped-rsa-sha256", changed.encode())
