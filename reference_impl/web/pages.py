"""The verification pages: a form, the result, the document, its QR code, a guide."""

import hmac
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reference_impl.actor import PUBLIC, Deed, acting
from reference_impl.store.certificates import Certificate
from reference_impl.web.throttle import Throttle
from reference_impl.web.view import View, ViewMaker

if TYPE_CHECKING:
    from reference_impl.node import Node

HERE = Path(__file__).resolve().parent
MAX_FORM = 16 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}
SHARP_CODE_LENGTH = 10


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


class Pages:
    """An ASGI application. Its parts and methods may be replaced; `headers` go with every answer."""

    environment = property(lambda _self: _environment())

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.throttle = Throttle()
        self.maker = ViewMaker()
        self.headers = dict(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        with acting(PUBLIC, f"page from {self.client(request)}") as visitor:
            try:
                response = await self.respond(request)
            except ClientDisconnect:
                return
            await self.node.audit.settle(visitor)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if request.method == "HEAD":
            response.body = b""  # the length stays that of the GET
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The answer, whatever came."""
        parts = request.url.path.strip("/").split("/")
        methods = ("GET", "HEAD", "POST") if parts == ["verify"] else ("GET", "HEAD")
        if not self.known(parts):
            return self.not_there()
        if request.method not in methods:
            return self.wrong_method(methods)
        if request.method == "POST":
            return await self.verify(request)
        if parts[0] == "v":
            return self.by_link(request, parts[1], parts[2] if len(parts) > 2 else "")  # noqa: PLR2004
        return self.fixed(parts[0])

    def known(self, parts: list[str]) -> bool:
        """Is there a page under this path."""
        if parts[0] == "v":
            return len(parts) == 2 or (len(parts) == 3 and parts[2] in ("certificate.xml", "qr.svg"))  # noqa: PLR2004
        return len(parts) == 1 and parts[0] in ("", "verify", "guide", "style.css")

    def fixed(self, name: str) -> Response:
        """Pages that are the same for everybody."""
        if name == "":
            return Response(status_code=303, headers={"Location": "/verify"})
        if name == "style.css":
            return Response((HERE / "static" / "style.css").read_bytes(), media_type="text/css; charset=utf-8")
        return self.page("form.html" if name == "verify" else "guide.html", 200)

    def not_there(self) -> Response:
        """404 for a path without a page."""
        return self.page("missing.html", 404)

    def wrong_method(self, methods: tuple[str, ...]) -> Response:
        """405 with the methods there are."""
        return Response("This page cannot be asked in this way.\n", 405, {"Allow": ", ".join(methods)}, "text/plain")

    async def verify(self, request: Request) -> Response:
        """Number and code from the form."""
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return Response("Please use the form.\n", 415, media_type="text/plain")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM:
                return Response("The form is too large.\n", 413, {"Connection": "close"}, "text/plain")
        try:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10, errors="strict"))
        except ValueError:
            form = {}
        return self.by_code(request, form.get("number", ""), form.get("code", ""))

    def by_code(self, request: Request, number: str, code: str) -> Response:
        """The result for a number and its code."""
        client = self.client(request)
        wait = self.throttle.wait(client, number)
        if wait:
            return self.throttled(wait)
        certificate = self.find(number)
        if certificate is None:
            self.node.certificates.history(number)  # the same work as for a number that is there
        expected = certificate.code if certificate else "?" * SHARP_CODE_LENGTH
        good = self.code_good(expected, code) and certificate is not None
        if certificate is None or not good or certificate.hidden:
            self.throttle.wrong(client, number)
            return self.unknown(number, certificate)
        return self.result(certificate)

    def find(self, number: str) -> Certificate | None:
        """The certificate of exactly this number."""
        return self.node.certificates.get(number)

    def code_good(self, expected: str, code: str) -> bool:
        """Compare in a time that tells nothing."""
        return hmac.compare_digest(expected.encode(), code.encode())

    def client(self, request: Request) -> str:
        """Who is asking: the address the connection comes from."""
        return request.client.host if request.client else ""

    def by_link(self, request: Request, token: str, what: str) -> Response:
        """The result, the document or the QR code of a link."""
        client = self.client(request)
        wait = self.throttle.wait(client, "")
        if wait:
            return self.throttled(wait)
        certificate = self.node.certificates.by_token(token)
        if certificate is None or certificate.hidden:
            self.throttle.wrong(client, "")
            return self.unknown("", None)
        if what == "certificate.xml":
            return self.download(certificate)
        if what == "qr.svg":
            return self.qr(certificate)
        return self.result(certificate)

    def result(self, certificate: Certificate) -> Response:
        """The page of a certificate."""
        self.node.audit.owe(Deed("viewed", certificate.number))
        return self.result_page(self.view(certificate), 200)

    def view(self, certificate: Certificate) -> View:
        """What the page shows, as it is now."""
        changes = self.node.certificates.history(certificate.number)
        return self.maker.view(certificate, changes[-1].reason if changes else "")

    def unknown(self, number: str, certificate: Certificate | None) -> Response:  # noqa: ARG002 - neither may show
        """The one page for everything that is not to be found."""
        return self.result_page(View("unknown"), 404)

    def throttled(self, wait: int) -> Response:
        """Asked too often."""
        response = self.result_page(View("throttled"), 429)
        response.headers["Retry-After"] = str(wait)
        return response

    def result_page(self, view: View, status: int) -> Response:
        """A result page."""
        return self.page("result.html", status, view=view, verified_at=self.verified_at(self.node.clock.now()))

    def verified_at(self, now: datetime) -> str:
        """The time of the answer as the page writes it."""
        return now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def download(self, certificate: Certificate) -> Response:
        """The document, octet for octet as by pull."""
        self.node.audit.owe(Deed("retrieved", certificate.number))
        return Response(
            certificate.document,
            media_type="application/xml",
            headers={"Content-Disposition": 'attachment; filename="certificate.xml"'},
        )

    def qr(self, certificate: Certificate) -> Response:
        """The QR code of the certificate's link."""
        picture = BytesIO()
        segno.make_qr(self.link(certificate), error="m").save(picture, kind="svg", scale=4, title="Verification link")
        return Response(picture.getvalue(), media_type="image/svg+xml")

    def link(self, certificate: Certificate) -> str:
        """The verification link as printed on the certificate."""
        host, port = self.node.addresses["page"]
        return f"https://{host}:{port}/v/{certificate.token}"

    def page(self, template: str, status: int, **values: object) -> Response:
        """A page from its template."""
        text = self.environment.get_template(template).render(authority=self.node.config.authority, **values)
        return Response(text, status, media_type="text/html; charset=utf-8")
