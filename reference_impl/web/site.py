"""The site: finds the page, knows the visitor, keeps the rules that hold for every page."""

import hmac
import inspect
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from reference_impl.accounts.values import DEPARTMENT, OFFICIAL, Session
from reference_impl.actor import PUBLIC, acting, identify
from reference_impl.web.forms import BadForm, Form, read_form
from reference_impl.web.languages import wanted
from reference_impl.web.rendering import Renderer
from reference_impl.web.routing import Access, Directory, Page, Room
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}
COOKIE = "__Host-ecert"
ROLES = {
    Access.OFFICIAL: (OFFICIAL,),
    Access.DEPARTMENT: (DEPARTMENT,),
    Access.ANY_ACCOUNT: (OFFICIAL, DEPARTMENT),
}


log = logging.getLogger("reference_impl.web")


class Site:
    """An ASGI application. Its methods may be replaced; `headers` go with every answer that has not its own."""

    def __init__(self, node: "Node", rooms: list[Room]) -> None:
        self.node = node
        self.headers = dict(HEADERS)
        self.renderer: Renderer = node.renderer
        self.directory = Directory(rooms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        client = request.client.host if request.client else ""
        with acting(PUBLIC, f"page from {client}") as visitor:
            try:
                response = await self.respond(request)
                await self.node.audit.settle(visitor)
            except ClientDisconnect:
                return
            except Exception:
                log.exception("a page failed")
                response = self.renderer.page(self.visit(request, Form()), "failed.html", 500)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if request.method == "HEAD":
            response.body = b""  # the length stays that of the GET
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The answer, whatever came."""
        visit = self.visit(request, Form())
        found = self.directory.find(request.url.path)
        if found is None:
            return self.not_there(visit)
        page = found.answering(request.method)
        if page is None:
            return self.wrong_method(found.methods)
        session = None if page.access is Access.PUBLIC else self.session(request)
        form = Form()
        if request.method == "POST":
            if not self.same_origin(request):
                return self.foreign_form(visit)
            try:
                form = await read_form(request, page.max_form)
            except BadForm as error:
                return Response(f"{error}\n", error.status, {"Connection": "close"}, "text/plain")
        visit = self.visit(request, form, found.values, session)
        if page.access is Access.PUBLIC:
            return await self.answered(page, visit)
        return await self.private(page, visit)

    async def private(self, page: Page, visit: Visit) -> Response:
        """A page that is seen in a session."""
        request, session = visit.request, visit.session
        if page.access is not Access.GUEST:
            if session is None or session.account is None:
                return RedirectResponse(visit.url("/log-in"), 303)
            if session.account.role not in ROLES[page.access]:
                return self.forbidden(visit)
            identify(f"{session.account.role} {session.account.email}")
        if session is None:
            if request.method == "POST":
                return self.expired(visit)
            session = self.node.sessions.begin()
            visit = self.visit(request, visit.form, visit.values, session)
        if request.method == "POST" and not self.token_good(session, visit.form):
            return self.expired(visit)
        response = await self.answered(page, visit)
        if "set-cookie" not in response.headers:
            self.set_cookie(response, session)
        return response

    async def answered(self, page: Page, visit: Visit) -> Response:
        """What the page's handler answers."""
        response = page.handler(visit)
        return await response if inspect.isawaitable(response) else response

    def visit(
        self, request: Request, form: Form, values: dict[str, str] | None = None, session: Session | None = None
    ) -> Visit:
        """What is known of a request. A language named in form or address goes before the account's own."""
        named = form.text("lang") or request.query_params.get("lang", "")
        account = session.account if session is not None else None
        language = wanted(named or (account.language if account else ""), request.headers.get("accept-language", ""))
        return Visit(request, language, named == language, values or {}, form, session)

    def session(self, request: Request) -> Session | None:
        """The session of the cookie that came."""
        return self.node.sessions.find(request.cookies.get(COOKIE, ""))

    def set_cookie(self, response: Response, session: Session) -> None:
        """Give the browser its session."""
        response.set_cookie(COOKIE, session.token, path="/", secure=True, httponly=True, samesite="strict")

    def drop_cookie(self, response: Response) -> None:
        """Have the browser forget its session."""
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")

    def same_origin(self, request: Request) -> bool:
        """Does a form come from a page of this site, as far as the browser says where it comes from."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = request.headers.get("origin", "")
        # A page that is sent with Referrer-Policy no-referrer has its forms sent with the origin "null".
        return origin in ("", "null") or urlsplit(origin).netloc == request.headers.get("host", "")

    def token_good(self, session: Session, form: Form) -> bool:
        """Does a form carry the token of the session it was made for."""
        return hmac.compare_digest(session.csrf.encode(), form.text("csrf").encode())

    def not_there(self, visit: Visit) -> Response:
        """404 for a path without a page."""
        return self.renderer.page(visit, "missing.html", 404)

    def forbidden(self, visit: Visit) -> Response:
        """403 for an account of another kind."""
        return self.renderer.page(visit, "forbidden.html", 403)

    def foreign_form(self, visit: Visit) -> Response:
        """403 for a form sent from another site."""
        return self.renderer.page(visit, "expired.html", 403)

    def expired(self, visit: Visit) -> Response:
        """403 for a form of a session that is over, or of none."""
        return self.renderer.page(visit, "expired.html", 403)

    def wrong_method(self, methods: tuple[str, ...]) -> Response:
        """405 with the methods there are."""
        return Response("This page cannot be asked in this way.\n", 405, {"Allow": ", ".join(methods)}, "text/plain")
