"""Tokens and codes: what is made by chance passes, what can be worked out is told."""

import base64
import hashlib
import secrets

import pytest

from conformance.checks.chance import check_codes, check_tokens, seen_bits
from conformance.vectors.look_alike import look_alikes

NUMBERS = [f"XA-2026-{n:08}" for n in range(8)]
SHARP = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_urlsafe(24), lambda: secrets.token_urlsafe(16), lambda: secrets.token_hex(16)]
)
def test_tokens_by_chance_pass(make: object) -> None:
    assert callable(make)
    for _ in range(20):
        assert check_tokens([make() for _ in NUMBERS], NUMBERS) == []


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ([f"{n:032}" for n in range(8)], "follow"),
        ([hashlib.md5(n.encode()).hexdigest() for n in NUMBERS], "worked out"),  # noqa: S324 - as a partner may do it
        ([base64.urlsafe_b64encode(hashlib.sha256(n.encode()).digest()).decode()[:22] for n in NUMBERS], "worked out"),
        ([f"{n:04x}e98611f1b52402a0c91b0e55" for n in (9, 4711, 815, 60000, 33, 12345, 7, 2600)], "less than 128"),
        (["same-token-for-everybody"] * 8, "twice"),
    ],
    ids=["counter", "md5", "sha256", "clock", "one"],
)  # fmt: skip
def test_what_can_be_worked_out_is_told(tokens: list[str], said: str) -> None:
    (finding,) = check_tokens(tokens, NUMBERS)
    assert said in finding.message
    assert finding.requirement == "WEB-006"


def test_codes_need_length_for_the_rate_of_guessing() -> None:
    long = ["".join(secrets.choice(SHARP) for _ in range(10)) for _ in NUMBERS]
    assert check_codes(long, NUMBERS) == []
    assert 45 < seen_bits(long) < 50
    (finding,) = check_codes(["4711", "0815", "1234", "9876", "5551", "2209", "3390", "6678"], NUMBERS)
    assert "too short" in finding.message


def test_look_alikes_differ_from_the_number_and_from_each_other() -> None:
    made = [text for _, text in look_alikes("KN-2026-O0I1")]
    assert "KN-2026-O0I1" not in made
    assert len(set(made)) == len(made) > 10
