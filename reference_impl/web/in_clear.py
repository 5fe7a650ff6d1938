"""The address in clear beside the pages: it sends browsers to https and tells nothing (profile 5.12)."""

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from reference_impl.node import Node

METHODS = ("GET", "HEAD")


class InClear:
    """An ASGI application; `respond` may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.headers: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        response = await self.respond(scope, receive)
        for name, value in self.headers.items():
            response.headers[name] = value
        await response(scope, receive, send)

    async def respond(self, scope: Scope, _receive: Receive) -> Response:
        """The same address with https; what was sent with another method is not looked at."""
        if scope["method"] not in METHODS:
            return Response(status_code=405, headers={"Allow": ", ".join(METHODS)})
        query = scope["query_string"].decode("ascii", "replace")
        target = scope["raw_path"].decode("ascii", "replace") + (f"?{query}" if query else "")
        return Response(status_code=301, headers={"Location": self.base() + target})

    def base(self) -> str:
        """Where the pages are. Never taken from the request: its Host header is the caller's word."""
        return self.node.site_address()
