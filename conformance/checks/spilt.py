"""Secrets in files that were handed in: private keys, the secrets of a run, and headers that carry one."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

# Fewer characters are found by chance in any text.
_SHORTEST = 6
_MOST = 20
_KINDS = (
    ("a private key in PEM", re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    (
        "a password of an HTTP header",
        re.compile(rb"(?i)\bauthorization\s*[:=]\s*[\"']?(?:basic|bearer)\s+[a-z0-9+/._~=-]{8,}"),
    ),
    ("a password of a WS-Security token", re.compile(rb"<(?:\w+:)?Password\b[^>]*>[^<\s][^<]*<")),
    ("a token (JWT)", re.compile(rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")),
)  # fmt: skip


@dataclass(frozen=True)
class Spilt:
    """A secret that lies open: the line it begins in, counted from 1, and what it is; never the secret itself."""

    line: int
    what: str


def spilt(octets: bytes, secrets: Iterable[tuple[str, str]]) -> tuple[Spilt, ...]:
    """What lies open in a file, at most 20 places in their order. `secrets` are names and values to look for.

    Values are looked for as they are, URL-encoded and in base64. Those of fewer than 6 characters are not looked for.
    """
    found = {(_line(octets, at), what) for what, at in (*_kinds(octets), *_values(octets, secrets))}
    return tuple(Spilt(line, what) for line, what in sorted(found)[:_MOST])


def _kinds(octets: bytes) -> Iterator[tuple[str, int]]:
    for what, pattern in _KINDS:
        for match in pattern.finditer(octets):
            yield what, match.start()


def _values(octets: bytes, secrets: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    for name, value in secrets:
        if len(value) < _SHORTEST:
            continue
        plain = value.encode()
        for form in {plain, quote(value, safe="").encode(), quote_plus(value).encode(), base64.b64encode(plain)}:
            at = octets.find(form)
            if at >= 0:
                yield f"the secret {name}", at


def _line(octets: bytes, at: int) -> int:
    return octets.count(b"\n", 0, at) + 1
