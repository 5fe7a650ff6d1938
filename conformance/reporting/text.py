"""Making text safe to show: what a partner sends may hold anything."""

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_-]{160,}")


def visible(text: str) -> str:
    """Return the text with every control, bidirectional and invisible character written as `‹U+XXXX›`.

    Line feeds and tabs stay. The answer can be encoded as UTF-8 and stand in an XML 1.0 document.
    """
    return _UNSAFE.sub(lambda match: f"‹U+{ord(match.group()):04X}›", text.replace("\r\n", "\n"))


def shortened(text: str, limit: int) -> str:
    """Return at most about `limit` characters: the beginning and the end, and how many were left out between them."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]} … [{len(text) - head - tail:,} characters left out] … {text[-tail:]}"


def folded(text: str) -> str:
    """Return the text with long runs of base64 or hexadecimal cut down to their ends."""

    def cut(match: re.Match[str]) -> str:
        run = match.group()
        return f"{run[:48]}…[{len(run) - 64:,} characters left out]…{run[-16:]}"

    return _LONG_RUN.sub(cut, text)


def duration(seconds: float) -> str:
    """Return a length of time for a person: `12 ms`, `1.25 s`, `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def octets(count: int) -> str:
    """Return a size for a person: `812 octets`, `30.5 kB`."""
    if count < 1000:  # noqa: PLR2004 - a kilobyte
        return f"{count} octets"
    if count < 1_000_000:  # noqa: PLR2004 - a megabyte
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"
