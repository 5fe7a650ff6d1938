"""Pictures of pages that a run kept, as a report shows them: small, each leading to the full size beside the record."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from conformance.model.exchange import Exchange
from conformance.model.record import CaseResult

# So large a small picture may be: it stands in the page itself.
MOST_OCTETS = 200_000
MOST_PICTURES = 12
SMALL = "small "


@dataclass(frozen=True)
class PictureView:
    """A picture: what it shows, the small one as a data URL, and where the full one lies beside the report."""

    title: str
    small: str
    full: str


def is_picture(exchange: Exchange) -> bool:
    """Whether what came is a picture of a page."""
    response = exchange.answer.response
    return response is not None and response.media_type in ("image/png", "image/jpeg")


def pictures_of(result: CaseResult, bodies: Callable[[str], bytes]) -> tuple[PictureView, ...]:
    """Return the pictures of a case in their order, at most twelve; `bodies` gives octets by SHA-256."""
    found = []
    full = ""
    for exchange in (step.exchange for step in result.steps if step.exchange):
        response = exchange.answer.response
        if response is None:
            continue
        if not is_picture(exchange):
            continue
        if not exchange.action.startswith(SMALL):
            full = response.digest
        elif full and (octets := _octets(response.digest, bodies)):
            data = f"data:{response.media_type};base64,{b64encode(octets).decode('ascii')}"
            title = exchange.action.removeprefix(SMALL).capitalize()
            found.append(PictureView(title, data, f"messages/{full}"))
            full = ""
    return tuple(found[-MOST_PICTURES:])


def _octets(digest: str, bodies: Callable[[str], bytes]) -> bytes:
    try:
        octets = bodies(digest)
    except (KeyError, OSError, ValueError):
        return b""
    return octets if len(octets) <= MOST_OCTETS else b""
