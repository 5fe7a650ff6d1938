"""Keeping secrets out of everything that is written down."""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MARK = "[redacted]"
# A secret shorter than this is also found by chance inside other words, so it counts only when it stands alone.
_SHORT = 4
# Fewer characters of base64 than this are found by chance in any document.
_SHORT_BASE64 = 5
# Fields of the record whose values are our own words and names, never text from outside.
_OURS = frozenset({"event", "case", "id", "requirement", "requirements", "verdict", "level", "layer", "access", "role",
                   "lane", "kind", "digest", "run_id", "needs", "defects", "source"})  # fmt: skip
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Redactor:
    """Replace every secret by `[redacted]`: as it is, URL-encoded, escaped, UTF-16, and inside base64.

    Base64 of a longer text shows the secret in one of three forms, by where it begins; all three are looked for,
    which covers AUTH PLAIN and Basic too, also where lines are broken inside.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        plain: set[bytes] = set()
        wrapped: set[bytes] = set()
        whole: set[bytes] = set()
        for secret in secrets:
            if not secret:
                continue
            data = secret.encode()
            if len(secret) < _SHORT:
                whole.add(data)
            else:
                plain |= _forms(secret)
            wrapped |= {piece for piece in _pieces(data) if len(piece) >= _SHORT_BASE64}
        self._plain = sorted(plain, key=len, reverse=True)
        self._wrapped = [(piece, _broken(piece)) for piece in sorted(wrapped, key=len, reverse=True)]
        self._whole = [re.compile(rb"(?<![A-Za-z0-9])" + re.escape(data) + rb"(?![A-Za-z0-9])") for data in whole]

    def octets(self, data: bytes) -> bytes:
        """Return octets without the secrets; the same object when there are none in it."""
        mark = MARK.encode()
        for form in self._plain:
            if form in data:
                data = data.replace(form, mark)
        joined = data.replace(b"\r", b"").replace(b"\n", b"")
        for piece, pattern in self._wrapped:
            if piece in joined:
                data = pattern.sub(mark, data)
        for short in self._whole:
            data = short.sub(mark, data)
        return data

    def text(self, text: str) -> str:
        """Return text without the secrets."""
        data = text.encode("utf-8", "surrogatepass")
        cleaned = self.octets(data)
        return text if cleaned is data else cleaned.decode("utf-8", "surrogatepass")

    def value(self, value: Any) -> Any:
        """Return a JSON value without the secrets in any text that may come from outside; keys and numbers stay."""
        if isinstance(value, str):
            return value if _DIGEST.fullmatch(value) else self.text(value)
        if isinstance(value, Mapping):
            return {key: inner if key in _OURS else self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value


def _forms(secret: str) -> set[bytes]:
    texts = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        html.escape(secret),
        html.escape(secret, quote=False),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
    return {text.encode() for text in texts} | {secret.encode("utf-16-le"), secret.encode("utf-16-be")}


def _pieces(data: bytes) -> set[bytes]:
    """Return what every base64 text that holds the data must show, for each of the three places it may begin at."""
    found = set()
    for before in range(3):
        first = -(-before * 8 // 6)  # the first character that holds bits of the data alone
        last = (before + len(data)) * 8 // 6  # the first that also holds bits of what follows
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"\0" * before + data)[first:last])
    return found


def _broken(piece: bytes) -> re.Pattern[bytes]:
    # The characters on both sides hold some bits of the secret as well.
    inside = rb"(?:\r?\n)?".join(re.escape(piece[i : i + 1]) for i in range(len(piece)))
    return re.compile(rb"[A-Za-z0-9+/_-]?" + inside + rb"[A-Za-z0-9+/_-]?")
