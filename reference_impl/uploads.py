"""Files that people send: what is taken, judged by their octets and not by what they are called."""

import re
from dataclasses import dataclass

MAX_OCTETS = 5 * 1024 * 1024
_BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
}
# What makes a PDF act by itself when it is opened, in names that may be spelt with #xx.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_NAME = re.compile(r"[^\w.() -]+")


class RefusedUpload(Exception):
    """The file is not taken; `reason` is `empty`, `large`, `type` or `active`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Document:
    """A file that was taken: a harmless name for people, its true media type, its octets."""

    name: str
    media_type: str
    octets: bytes


class Uploads:
    """Takes files or refuses them. Methods may be replaced."""

    def accept(self, name: str, octets: bytes) -> Document:
        """Take a file. Raises `RefusedUpload` for what is empty, over 5 MB, no PDF, PNG or JPEG, or a PDF that acts."""
        if not octets:
            raise RefusedUpload("empty")
        if len(octets) > MAX_OCTETS:
            raise RefusedUpload("large")
        media_type = next((kind for kind, start in _BEGINNINGS.items() if octets.startswith(start)), None)
        if media_type is None:
            raise RefusedUpload("type")
        if media_type == "application/pdf" and _ACTIVE.search(_plain_names(octets)):
            raise RefusedUpload("active")
        return Document(self.name(name, media_type), media_type, octets)

    def name(self, sent: str, media_type: str) -> str:
        """The name a file is kept under: no path, and the ending of its true type, so that no system runs it."""
        kept = _harmless(sent)
        endings = _ENDINGS[media_type]
        return kept if kept.lower().endswith(endings) else f"{kept}{endings[0]}"


def _plain_names(octets: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), octets)


def _harmless(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _NAME.sub("_", last).strip(". ")[:80] or "file"
