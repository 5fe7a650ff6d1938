"""A message as a reader wants to see it: a few lines around the place, long values cut, never the whole."""

import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise

from conformance.model.exchange import Message
from conformance.model.finding import Where
from conformance.reporting.place import offset_of_path
from conformance.reporting.text import folded, visible

WINDOW = 6
LINE_LIMIT = 420
LONG_LINE = 160
FIRST_LINES = 20
READ_LIMIT = 4_000_000
HEX_OCTETS = 192
MOST_EMBEDDED = 8
NEAR = 20_000
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}[A-Za-z0-9+/=\s]*")
_PAGE_BEGINS = re.compile(r"\s*<(main|body)[\s>]", re.IGNORECASE)
_TAG_BEGINS = re.compile(r">(?=<[^/])")


@dataclass(frozen=True)
class Line:
    """One line of an excerpt; `number` 0 stands for a header, a row of octets, or the rest of a broken line."""

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


def excerpt(
    body: bytes, digest: str, where: Where | None = None, message: Message | None = None, *, first: int = FIRST_LINES
) -> Excerpt:
    """Return the part of a message a reader needs.

    `where` names the place to mark; without it the beginning is shown, `first` lines of it. `message` gives media type
    and headers.
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
    chosen, note = _chosen(lines, line, column, first)
    return Excerpt(media_type, len(body), digest, headers, chosen, inside + note)


def _chosen(lines: list[str], line: int | None, column: int, most: int) -> tuple[tuple[Line, ...], str]:
    """Return the lines to show around a place (or the first ones), and a note on what is left out."""
    if line is None:
        first = _beginning(lines)
        last = first + most - 1
    else:
        first, last = max(1, line - WINDOW), line + WINDOW
    last = min(len(lines), last)
    pieces: list[Line] = []
    offsets: list[int] = []
    mark = -1
    for number in range(first, last + 1):
        for offset, text in _broken(lines[number - 1], column if number == line else 0):
            if number == line and offset <= column:
                mark = len(pieces)
            pieces.append(Line(0 if offset else number, text))
            offsets.append(offset)
    low, high = (0, most) if mark < 0 else (max(0, mark - WINDOW), mark + WINDOW + 1)
    chosen = tuple(
        Line(piece.number, _cut(piece.text, column - offsets[at] if at == mark else 0), marked=at == mark)
        for at, piece in enumerate(pieces[low:high], low)
    )
    whole = first == 1 and last == len(lines) and len(chosen) == len(pieces)
    return chosen, _note(chosen, len(lines), whole=whole)


def _beginning(lines: list[str]) -> int:
    """Return the line at which reading begins: a page's at what it shows, not at its head."""
    found = (number for number, line in enumerate(lines[:200], 1) if _PAGE_BEGINS.match(line))
    return next(found, 1)


def _broken(line: str, column: int) -> list[tuple[int, str]]:
    """Return a long line's parts with their offsets, each beginning at a tag, where that is near the column."""
    if len(line) <= LONG_LINE:
        return [(0, line)]
    near = (max(0, column - NEAR), min(len(line), column + NEAR))
    cuts = [0, *(match.end() for match in _TAG_BEGINS.finditer(line, *near)), len(line)]
    return [(start, line[start:end]) for start, end in pairwise(cuts)]


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


def _note(chosen: tuple[Line, ...], total: int, *, whole: bool) -> str:
    broken = any(not line.number for line in chosen)
    told = "Long lines are broken at tags." if broken else ""
    if whole or not chosen:
        return told
    numbers = [line.number for line in chosen if line.number]
    if broken and len(numbers) <= 1:
        return f"Part of {'the only line' if total == 1 else 'a line'}, broken at tags."
    return f"Lines {numbers[0]} to {numbers[-1]} of {total:,}. {told}".strip()


def plain(lines: tuple[Line, ...]) -> str:
    """Return an excerpt's lines as text, the marked ones with an arrow."""
    return "\n".join(f"{'>' if line.marked else ' '} {line.number or '':>5} {visible(line.text)}" for line in lines)
