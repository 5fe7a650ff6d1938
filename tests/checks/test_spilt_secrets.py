"""Secrets in files that were handed in are found in every form they are written in, and told without themselves."""

import base64

import pytest

from conformance.checks.spilt import spilt

SECRET = "s3cret/word+47"


@pytest.mark.parametrize(
    "line",
    [
        f"password = {SECRET}",
        "GET /?p=s3cret%2Fword%2B47",
        f"header {base64.b64encode(SECRET.encode()).decode()}",
    ],
)
def test_a_secret_of_the_run_is_found(line: str) -> None:
    (found,) = spilt(f"first\nsecond\n{line}\n".encode(), [("ixit.push.password", SECRET)])
    assert (found.line, found.what) == (3, "the secret ixit.push.password")
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-----BEGIN EC PRIVATE KEY-----\nMHc=", "a private key in PEM"),
        ("-----BEGIN PRIVATE KEY-----\nMHc=", "a private key in PEM"),
        ("Authorization: Bearer abcdef0123456789", "a password of an HTTP header"),
        ("<wsse:Password Type='x'>in clear</wsse:Password>", "a password of a WS-Security token"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk", "a token (JWT)"),
    ],
)
def test_what_looks_like_a_secret_is_found(text: str, what: str) -> None:
    assert [one.what for one in spilt(text.encode(), ())] == [what]


@pytest.mark.parametrize(
    "text", ["-----BEGIN CERTIFICATE-----\nMIIB", "Authorization: required", "<wsse:Password/>", "log-in refused"]
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert spilt(text.encode(), [("short", "log-i")]) == ()
