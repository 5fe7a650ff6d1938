"""A message as a reader wants to see it: a few lines around the place, long values cut, never the whole."""

import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice

from conformance.model.exchange import Message
from conformance.model.finding import Where
from conformance.reporting.place import offset_of_path
from conformance.reporting.text import folded, visible

WINDOW = 6
LINE_LIMIT = 420
FIRST_LINES = 14
READ_LIMIT = 4_000_000
HEX_OCTETS = 192
MOST_EMBEDDED = 8
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}[A-Za-z0-9+/=\s]*")


@dataclass(frozen=True)
class Line:
    """One line of an excerpt; `number` 0 stands for a header or a row of octets."""

    number: int
    text: str
    marked: bool = False


@dataclass(frozen=True)
class Excerpt:
    """Part of a message: what it is, its headers, and the lines around the place. `note` says what is left out."""

    media_type: str
    size: int
    digest: str
    headers: tuple[Line, ...]
    lines: tuple[Line, ...]
    note: str = ""


def excerpt(body: bytes, digest: str, where: Where | None = None, message: Message | None = None) -> Excerpt:
    """Return the part of a message a reader needs.

    `where` names the place to mark; without it the beginning is shown. `message` gives media type and headers.
    """
    media_type = message.media_type if message else ""
    headers = _headers(message, where)
    text = _decoded(body[:READ_LIMIT])
    if not body:
        return Excerpt(media_type, 0, digest, headers, (), "The message is empty.")
    if text is None:
        note = f"Not text; the first {min(len(body), HEX_OCTETS)} of {len(body):,} octets in hexadecimal."
        return Excerpt(media_type, len(body), digest, headers, _hexadecimal(body), note)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line, column = _place(lines, where)
    inside = ""
    if where is not None and where.path.startswith("/") and offset_of_path(text, where.path) is None:
        # A finding about a document speaks of what lies as base64 inside the SOAP answer or the mail.
        for document in _embedded(text):
            if offset_of_path(document, where.path) is not None:
                lines, inside = document.split("\n"), "The document inside the message. "
                line, column = _place(lines, where)
                break
    if line is None:
        chosen = tuple(Line(n, _cut(lines[n - 1], 0)) for n in range(1, min(len(lines), FIRST_LINES) + 1))
    else:
        first, last = max(1, line - WINDOW), min(len(lines), line + WINDOW)
        chosen = tuple(
            Line(n, _cut(lines[n - 1], column if n == line else 0), marked=n == line) for n in range(first, last + 1)
        )
    return Excerpt(media_type, len(body), digest, headers, chosen, inside + _note(chosen, len(lines)))


def _embedded(text: str) -> Iterator[str]:
    """Give the XML documents that stand as base64 in a message."""
    for match in islice(_BASE64.finditer(text), MOST_EMBEDDED):
        try:
            octets = b64decode("".join(match.group().split()))
        except ValueError:
            continue
        decoded = _decoded(octets) if octets.lstrip()[:1] == b"<" or octets[:3] == b"\xef\xbb\xbf" else None
        if decoded is not None:
            yield decoded.replace("\r\n", "\n").replace("\r", "\n")


def _place(lines: list[str], where: Where | None) -> tuple[int | None, int]:
    """Return line (from 1) and column (from 0); a path beats the line of a document that has only a few lines."""
    if where is None:
        return None, 0
    by_path = offset_of_path("\n".join(lines), where.path) if where.path.startswith("/") else None
    if by_path is not None:
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        line = bisect_right(starts, by_path)
        if where.line is None or where.line == line:
            return line, by_path - starts[line - 1]
    if where.line is not None and 1 <= where.line <= len(lines):
        return where.line, 0
    return None, 0


def _cut(line: str, column: int) -> str:
    """Return a long line's part around a column, with runs of base64 folded."""
    left, right = folded(line[:column]), folded(line[column:])
    if len(left) + len(right) <= LINE_LIMIT:
        return left + right
    if len(left) > LINE_LIMIT // 3:
        left = "… " + left[-LINE_LIMIT // 3 :]
    room = LINE_LIMIT - len(left)
    return left + (right if len(right) <= room else right[:room] + " …")


def _headers(message: Message | None, where: Where | None) -> tuple[Line, ...]:
    if message is None:
        return ()
    named = where.path.strip().lower() if where else ""
    return tuple(
        Line(0, f"{name}: {folded(value)[:LINE_LIMIT]}", marked=bool(named) and name.lower() == named)
        for name, value in message.headers[:60]
    )


def _decoded(body: bytes) -> str | None:
    """Return the text of a message, with invalid octets shown as such, or None when it is not text."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = body.decode("utf-16", errors="replace")
    else:
        text = body.decode("utf-8", errors="backslashreplace").removeprefix("\ufeff")
    head = text[:4000]
    strange = sum(1 for c in head if (c < " " and c not in "\t\r\n") or c == "\ufffd") + head.count("\\x")
    return None if strange * 10 > len(head) else text


def _hexadecimal(body: bytes) -> tuple[Line, ...]:
    rows = []
    for start in range(0, min(len(body), HEX_OCTETS), 16):
        row = body[start : start + 16]
        shown = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in row)  # noqa: PLR2004 - printable ASCII
        rows.append(Line(0, f"{start:04x}  {row.hex(' '):<47}  {shown}"))
    return tuple(rows)


def _note(chosen: tuple[Line, ...], total: int) -> str:
    if not chosen or len(chosen) == total:
        return ""
    return f"Lines {chosen[0].number} to {chosen[-1].number} of {total:,}."


def plain(lines: tuple[Line, ...]) -> str:
    """Return an excerpt's lines as text, the marked ones with an arrow."""
    return "\n".join(f"{'>' if line.marked else ' '} {line.number or '':>5} {visible(line.text)}" for line in lines)
