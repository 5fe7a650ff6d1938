"""What a browser sends with a form: bounded texts and files."""

from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MAX_FIELDS, MAX_FILES = 60, 5


class BadForm(Exception):
    """The form cannot be read; `status` is the HTTP status that says so."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: the name and media type the sender claims, and its octets."""

    name: str
    media_type: str
    octets: bytes


@dataclass(frozen=True)
class Form:
    """Texts and files by field name; of a text sent twice the last counts."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[Upload, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text, empty when it was not sent."""
        return self.texts.get(name, "")


async def read_form(request: Request, most: int) -> Form:
    """Read a form of at most `most` octets. Raises `BadForm` (400, 413, 415) and Starlette's `ClientDisconnect`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (URLENCODED, MULTIPART):
        raise BadForm(415, "Please use the form.")
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise BadForm(413, "The form is too large.")
        return message

    try:
        parts = await Request(request.scope, bounded).form(
            max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=most
        )
    except (MultiPartException, HTTPException, UnicodeDecodeError, ValueError) as error:
        raise BadForm(400, "The form cannot be read.") from error
    texts: dict[str, str] = {}
    files: dict[str, tuple[Upload, ...]] = {}
    for name, value in parts.multi_items():
        if isinstance(value, UploadFile):
            octets = await value.read()
            await value.close()
            if value.filename or octets:
                sent = Upload(value.filename or "", value.content_type or "", octets)
                files[name] = (*files.get(name, ()), sent)
        else:
            texts[name] = value
    return Form(texts, files)
