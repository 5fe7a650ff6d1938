"""Making what a run wrote down fit to be kept for good: readable, the same at each rebuilding, and without secrets.

Numbers, codes, link tokens, addresses, times and keys of a run are replaced by invented ones, alike within a case.
"""

import json
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from lxml import etree

from conformance.parsing import Unreadable, parse

BASE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LONG = 9_000
MOST_ALIKE = 4
_FOLDED = 40
_NUMBER = re.compile(r"\b([A-Z]{2})-\d{4}-[0-9A-F]{8,}")
_LINK = re.compile(r"(/v/)[\w-]{16,}")
_LABEL = re.compile(r"\b(cookie|hidden)-[0-9a-f]{16}\b")
_APPLICATION = re.compile(r"\bA-[0-9A-F]{10}\b")
_APPLICANT = re.compile(
    r"\b(test\.[a-z0-9-]+-|Conformance Test [a-z0-9-]+-|Invented Embassy [a-z0-9-]+-)[0-9a-f]{10}\b"
)
_NODE = re.compile(r"\b127\.0\.0\.1:\d+")
_JUDGE = re.compile(r"\blocalhost:\d+")
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")
_MAIL_DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? \w{3} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)")
_MESSAGE_ID = re.compile(r"<(?=(?:[^<>@\s]*\d){8})[^<>@\s]+(@[\w.-]+)>")
_HEXADECIMAL = re.compile(r"\b(?:[0-9a-f]{32,}|[0-9A-F]{32,})\b")
_LONG_TOKEN = re.compile(r"(?<![\w/+.-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}={0,2}(?![\w/+-])")
_BASE64 = re.compile(r"(?![0-9A-Fa-f]+\s*$)[A-Za-z0-9+/]{40,}[A-Za-z0-9+/=\s]*")
_JSON_BASE64 = re.compile(r'"((?![0-9A-Fa-f]+")(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{60,}={0,2})"')
_FIGURES = re.compile(r"(?<=SIZE=)\d+|(?<=\()\d+(?= octets)")


@dataclass
class Inventor:
    """Replaces what differs from run to run. One for each case; `started` is when the run began."""

    started: datetime
    run_id: str
    known: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, dict[str, str]] = field(default_factory=dict)
    _moments: list[datetime] = field(default_factory=list)

    def learn(self, texts: Iterable[str]) -> None:
        """Take note of the moments of a case, so that those of the run itself keep their order."""
        found = {moment for text in texts for match in _MOMENT.finditer(text) if (moment := _moment(match.group()))}
        self._moments = sorted(moment for moment in found if abs(moment - self.started) < timedelta(hours=1))

    def clean(self, text: str) -> str:
        """Return a text with everything of the run replaced."""
        for old, new in self.known.items():
            text = text.replace(old, new)
        text = text.replace(self.run_id, "RUN")
        text = _NUMBER.sub(lambda m: self._named("number", m.group(), f"{m.group(1)}-2026-", "{:08}"), text)
        text = _LINK.sub(r"\1INVENTED-LINK-TOKEN", text)
        text = _APPLICANT.sub(r"\1invented", _APPLICATION.sub("A-INVENTED", _LABEL.sub(r"\1-invented", text)))
        text = _JUDGE.sub("judge.example", _NODE.sub("node.example", text))
        text = _MOMENT.sub(lambda m: self._time(m.group(), m.group(1)), text)
        text = _MAIL_DATE.sub("Mon, 05 Jan 2026 09:00:00 +0000", text)
        text = _MESSAGE_ID.sub(lambda m: f"<{self._named('id', m.group(), 'message-', '{}')}{m.group(1)}>", text)
        text = _HEXADECIMAL.sub(self._digest, text)
        text = _FIGURES.sub("…", text)
        return _LONG_TOKEN.sub("[invented]", text)

    def _named(self, kind: str, old: str, prefix: str, form: str) -> str:
        names = self._seen.setdefault(kind, {})
        for known, new in names.items():
            if old.startswith(known):
                return new + old[len(known) :]
        names[old] = prefix + form.format(len(names) + 1)
        return names[old]

    def _digest(self, match: re.Match[str]) -> str:
        old = match.group()
        # Listings and answers write the digest of the same document in either case.
        number = self._named("digest", old.lower(), "", "{}")
        made = (f"{int(number):02x}" * len(old))[: len(old)]
        return made.upper() if old.isupper() else made

    def _time(self, old: str, offset: str | None) -> str:
        moment = _moment(old)
        if moment is None:
            return old
        if moment in self._moments:
            new = BASE + timedelta(seconds=self._moments.index(moment))
        else:
            new = BASE + round((moment - self.started) / timedelta(minutes=1)) * timedelta(minutes=1)
        zone = datetime.fromisoformat(f"2026-01-01T00:00:00{offset or 'Z'}").tzinfo
        return new.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") + (offset or "")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Readable:
    """A body in readable form, and the certificate inside it, if there is one; neither is cleaned yet."""

    text: str
    document: str = ""


def readable(body: bytes, media_type: str) -> Readable:
    """Return a body as a person reads it: XML and JSON indented, base64 folded, binary described."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind == "application/pkix-cert":
        return Readable(_certificate(body))
    try:
        text = body.decode("utf-8").replace("\r\n", "\n").rstrip()
    except UnicodeDecodeError:
        return Readable(f"[{len(body):,} octets that are not text]")
    with suppress(Unreadable, ValueError):
        if kind == "application/json":
            return _json(json.loads(text))
        if kind.endswith("xml"):
            return _xml(parse(body))
    if kind == "message/rfc822":
        inner = _embedded(match.group() for match in _BASE64.finditer(text))
        return Readable(shortened(_BASE64.sub("[base64]\n", text)).rstrip(), inner)
    return Readable(shortened(text))


def _json(value: object) -> Readable:
    """Return JSON indented and with long base64 folded, and the document inside it."""
    written = json.dumps(value, indent=2, ensure_ascii=False)
    inner = _embedded(match.group(1) for match in _JSON_BASE64.finditer(written))
    return Readable(_JSON_BASE64.sub('"[base64]"', written), inner)


def _xml(root: etree._Element) -> Readable:
    """Return an envelope with the document inside it, or a document that came by itself."""
    if etree.QName(root).localname != "Envelope":
        return Readable("", _indented(root, shorten=False))
    inner = _embedded(element.text or "" for element in root.iter() if isinstance(element.tag, str))
    return Readable(_indented(root, shorten=True), inner)


def _indented(root: etree._Element, *, shorten: bool) -> str:
    """Return an element as indented text, long base64 folded and, in a listing, the middle of long lists left out."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.text and len(element.text) >= _FOLDED and _BASE64.fullmatch(element.text.strip()):
            element.text = "[base64]"
        if shorten:
            _leave_out(element)
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    return shortened(text) if shorten else text


def _leave_out(parent: etree._Element) -> None:
    for name in {child.tag for child in parent if isinstance(child.tag, str)}:
        alike = parent.findall(name)
        if len(alike) > MOST_ALIKE:
            parent.replace(alike[2], etree.Comment(f" more of {etree.QName(name).localname} "))
            for child in alike[3:-1]:
                parent.remove(child)


def _embedded(texts: Iterable[str]) -> str:
    """Return the first XML document that stands as base64 in one of the texts, indented, or the empty text."""
    for text in texts:
        if len(text) < _FOLDED or not _BASE64.fullmatch(text.strip()):
            continue
        with suppress(Unreadable, Error, ValueError):
            octets = b64decode("".join(text.split()))
            if octets.lstrip()[:1] == b"<":
                return _indented(parse(octets), shorten=False)
    return ""


def _certificate(body: bytes) -> str:
    try:
        found = x509.load_der_x509_certificate(body)
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return "[an X.509 certificate]"
    told = ", ".join(str(name.value) for name in names)
    days = (found.not_valid_after_utc - found.not_valid_before_utc).days
    lines = (
        "[an X.509 certificate in DER]",
        f"Subject: {found.subject.rfc4514_string()}",
        f"Issuer: {found.issuer.rfc4514_string()}",
        f"Names: {told}",
        f"Valid for {days} days, at the time of the run",
    )
    return "\n".join(lines)


def shortened(text: str) -> str:
    """Return a text of at most about 9,000 characters, its end left out."""
    if len(text) <= LONG:
        return text
    return text[: text.rfind("\n", 0, LONG)] + "\n… the rest is left out"
