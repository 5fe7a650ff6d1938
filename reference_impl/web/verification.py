"""The verification pages: a form, the result, the document, its QR code, a guide."""

import hmac
import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from reference_impl.actor import Deed
from reference_impl.store.certificates import Certificate
from reference_impl.throttle import Throttle
from reference_impl.watch import Watch
from reference_impl.web.paper import NoFonts, Sheet, form
from reference_impl.web.particulars import particulars
from reference_impl.web.routing import Page
from reference_impl.web.static_files import ICON, SCRIPT, SHORTLY, STYLE, StaticFile
from reference_impl.web.view import View, ViewMaker
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

SHARP_CODE_LENGTH = 10
FOUND = 200
GUESSING = "guessing noticed"
# Pages that are the same for everybody may be kept by browsers and proxies for a while.
KEPT = {"Cache-Control": SHORTLY, "Vary": "Accept-Language"}

log = logging.getLogger("reference_impl.web")


class VerificationPages:
    """The room of the verification pages. Its parts and methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.throttle = Throttle()
        self.watch = Watch(node.config.guesses_until_alarm)
        self.maker = ViewMaker()

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        return (
            Page("/", lambda _: Response(status_code=303, headers={"Location": "/verify"})),
            Page("/verify", lambda visit: self.fixed(visit, "form.html")),
            Page("/verify", self.verify, ("POST",)),
            Page("/guide", lambda visit: self.fixed(visit, "guide.html")),
            Page("/real", lambda visit: self.fixed(visit, "real.html", site=self.address())),
            Page("/contact", lambda visit: self.fixed(visit, "contact.html", contact=self.node.config.contact)),
            *(Page(one.path, partial(self.file, one)) for one in (STYLE, SCRIPT, ICON)),
            Page("/v/{token}", self.by_link),
            Page("/v/{token}/certificate.xml", self.by_link),
            Page("/v/{token}/certificate.pdf", self.on_paper),
            Page("/v/{token}/qr.svg", self.by_link),
        )

    def fixed(self, visit: Visit, template: str, **values: object) -> Response:
        """Pages that are the same for everybody."""
        response = self.page(visit, template, 200, **values)
        response.headers.update(KEPT)
        return response

    def file(self, file: StaticFile, visit: Visit) -> Response:
        """The style sheet, or the site's sign."""
        return file.answer(visit.request.url.query)

    def verify(self, visit: Visit) -> Response:
        """Number and code from the form."""
        return self.by_code(visit, visit.form.text("number"), visit.form.text("code"))

    def by_code(self, visit: Visit, number: str, code: str) -> Response:
        """The result for a number and its code."""
        wait = self.throttle.wait(visit.client, number)
        if wait:
            return self.throttled(visit, wait)
        certificate = self.find(number)
        if certificate is None:
            self.node.certificates.history(number)  # the same work as for a number that is there
        expected = certificate.code if certificate else "?" * SHARP_CODE_LENGTH
        good = self.code_good(expected, code) and certificate is not None
        if certificate is None or not good or certificate.hidden:
            self.wrong(visit, number)
            return self.unknown(visit, number, certificate)
        return self.result(visit, certificate)

    def wrong(self, visit: Visit, number: str) -> None:
        """Note a wrong answer, and tell the audit trail when there are too many of them."""
        self.throttle.wrong(visit.client, number)
        for client in self.watch.wrong(visit.client):
            self.alarm(client)

    def alarm(self, client: str) -> None:
        """Somebody tries numbers out."""
        log.warning("wrong answers again and again, among them to %s", client)
        self.node.audit.owe(Deed(GUESSING, detail=client))

    def find(self, number: str) -> Certificate | None:
        """The certificate of exactly this number."""
        return self.node.certificates.get(number)

    def code_good(self, expected: str, code: str) -> bool:
        """Compare in a time that tells nothing."""
        return hmac.compare_digest(expected.encode(), code.encode())

    def by_link(self, visit: Visit) -> Response:
        """The result, the document or the QR code of a link."""
        wait = self.throttle.wait(visit.client, "")
        if wait:
            return self.throttled(visit, wait)
        certificate = self.node.certificates.by_token(visit.values["token"])
        if certificate is None or certificate.hidden:
            self.wrong(visit, "")
            return self.unknown(visit, "", None)
        if visit.path.endswith("/certificate.xml"):
            return self.download(certificate)
        if visit.path.endswith("/qr.svg"):
            return self.qr(certificate)
        return self.result(visit, certificate)

    def result(self, visit: Visit, certificate: Certificate) -> Response:
        """The page of a certificate."""
        self.node.audit.owe(Deed("viewed", certificate.number))
        return self.result_page(visit, self.view(certificate), 200)

    def view(self, certificate: Certificate) -> View:
        """What the page shows, as it is now."""
        changes = self.node.certificates.history(certificate.number)
        return self.maker.view(certificate, changes[-1].reason if changes else "")

    def unknown(self, visit: Visit, number: str, certificate: Certificate | None) -> Response:  # noqa: ARG002 - neither may show
        """The one page for everything that is not to be found."""
        return self.result_page(visit, View("unknown"), 404)

    def throttled(self, visit: Visit, wait: int) -> Response:
        """Asked too often."""
        response = self.result_page(visit, View("throttled"), 429)
        response.headers["Retry-After"] = str(wait)
        return response

    def result_page(self, visit: Visit, view: View, status: int) -> Response:
        """A result page."""
        return self.page(
            visit,
            "result.html",
            status,
            view=view,
            verified_at=self.verified_at(self.node.clock.now()),
            source=self.source(),
            # What is not found must not differ by the address it was asked at.
            languages_at=f"/v/{view.token}" if view.token else "/verify",
        )

    def source(self) -> str:
        """Where the verification was made, as the page writes it."""
        return f"{self.address()}/verify"

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

    async def on_paper(self, visit: Visit) -> Response:
        """The form as PDF; what is no such link is answered as by `by_link`."""
        found = self.by_link(visit)
        certificate = self.node.certificates.by_token(visit.values["token"])
        if found.status_code != FOUND or certificate is None:
            return found
        try:
            octets = await run_in_threadpool(form, self.sheet(certificate, visit.language))
        except NoFonts as error:
            log.error("%s", error)  # noqa: TRY400 - the operator needs the sentence, not the trace
            return self.page(visit, "failed.html", 503)
        headers = {"Content-Disposition": 'attachment; filename="certificate.pdf"'}
        return Response(octets, headers=headers, media_type="application/pdf")

    def sheet(self, certificate: Certificate, language: str) -> Sheet:
        """What the form of a certificate says."""
        return Sheet(
            view=self.view(certificate),
            particulars=particulars(certificate.document),
            number=certificate.number,
            authority=self.node.config.authority,
            link=self.link(certificate),
            at=self.node.clock.now().replace(microsecond=0),
            language=language,
        )

    def qr(self, certificate: Certificate) -> Response:
        """The QR code of the certificate's link."""
        picture = BytesIO()
        segno.make_qr(self.link(certificate), error="m").save(picture, kind="svg", scale=4, title="Verification link")
        return Response(picture.getvalue(), media_type="image/svg+xml")

    def link(self, certificate: Certificate) -> str:
        """The verification link as printed on the certificate."""
        return f"{self.address()}/v/{certificate.token}"

    def address(self) -> str:
        """The address of the site."""
        return self.node.site_address()

    def page(self, visit: Visit, template: str, status: int, **values: object) -> Response:
        """A page from its template."""
        return self.node.renderer.page(visit, template, status, **values)
