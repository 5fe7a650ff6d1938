"""Files that are the same for everybody and need no template: style sheet, script, and the site's sign."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

STATIC = Path(__file__).resolve().parent / "static"
SHORTLY, FOREVER = "public, max-age=300", "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """A file with its digest in its address: browsers keep it as long as it stays what it is."""

    path: str
    octets: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """The beginning of its SHA-256."""
        return hashlib.sha256(self.octets).hexdigest()[:12]

    @property
    def address(self) -> str:
        """Where pages take it from."""
        return f"{self.path}?{self.digest}"

    def answer(self, query: str) -> Response:
        """The file; `query` is that of the address it was asked at."""
        kept = FOREVER if query == self.digest else SHORTLY
        return Response(self.octets, headers={"Cache-Control": kept}, media_type=self.media_type)


STYLE = StaticFile("/style.css", (STATIC / "style.css").read_bytes(), "text/css; charset=utf-8")
SCRIPT = StaticFile("/passkeys.js", (STATIC / "passkeys.js").read_bytes(), "text/javascript; charset=utf-8")
ICON = StaticFile("/icon.svg", (STATIC / "icon.svg").read_bytes(), "image/svg+xml")
