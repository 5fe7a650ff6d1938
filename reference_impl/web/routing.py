"""Which page answers which request, and who may see it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from starlette.responses import Response
from starlette.routing import compile_path

if TYPE_CHECKING:
    from reference_impl.web.visit import Visit

Handler = Callable[["Visit"], Response | Awaitable[Response]]


class Access(Enum):
    """Who may see a page.

    PUBLIC: everybody, without a cookie. GUEST: everybody, in a session (log-in, application). OFFICIAL and DEPARTMENT:
    whoever has logged in with such an account; ANY_ACCOUNT: either of them.
    """

    PUBLIC = "public"
    GUEST = "guest"
    OFFICIAL = "official"
    DEPARTMENT = "department"
    ANY_ACCOUNT = "any account"


@dataclass(frozen=True)
class Page:
    """A path in Starlette's notation (`/v/{token}`), its methods, who may see it, and what answers.

    `max_form` bounds the octets of a form that is sent to it.
    """

    path: str
    handler: Handler
    methods: tuple[str, ...] = ("GET",)
    access: Access = Access.PUBLIC
    max_form: int = 16 * 1024


class Room(Protocol):
    """A part of the site: some pages that belong together."""

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        ...


@dataclass(frozen=True)
class Found:
    """The pages at a path (one for each set of methods) and the values of its variable parts."""

    pages: tuple[Page, ...]
    values: dict[str, str]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods the path can be asked with; HEAD wherever GET is."""
        named = [method for page in self.pages for method in page.methods]
        return tuple(sorted({*named, *(["HEAD"] if "GET" in named else [])}))

    def answering(self, method: str) -> Page | None:
        """The page for a method, or None."""
        wanted = "GET" if method == "HEAD" else method
        return next((page for page in self.pages if wanted in page.methods), None)


class Directory:
    """All pages of a site."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        known: dict[str, list[Page]] = {}
        for room in rooms:
            for page in room.pages():
                known.setdefault(page.path, []).append(page)
        self._entries = [(compile_path(path)[0], tuple(pages)) for path, pages in known.items()]

    def find(self, path: str) -> Found | None:
        """The pages at a path, or None."""
        for pattern, pages in self._entries:
            found = pattern.match(path)
            if found is not None:
                return Found(pages, found.groupdict())
        return None
