"""All certificates, for the department: search, one of them with its trail, withdrawal and replacement."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.inquiries.measures import told
from reference_impl.lifecycle import IllegalChange
from reference_impl.store.certificates import Certificate
from reference_impl.texts import N_
from reference_impl.web.department.words import DELIVERIES
from reference_impl.web.officials.certificates import STATE_WORDS, TYPE_WORDS, address_of, search_of
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

MAX_REASON = 300
Change = Callable[[str, str], object]
ALL_STATES = {**STATE_WORDS, "47": N_("Draft"), "42": N_("Waits for approval")}


class DepartmentCertificates:
    """The room of certificates for the department. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        one = "/department/certificates/{number:path}"
        return (
            Page("/department/certificates", self.search, access=Access.DEPARTMENT),
            Page("/department/withdrawal", self.withdraw, ("POST",), Access.DEPARTMENT),
            Page("/department/replacement", self.replace, ("POST",), Access.DEPARTMENT),
            Page(one, self.show, access=Access.DEPARTMENT),
        )

    def search(self, visit: Visit) -> Response:
        """The list with its search form."""
        wanted = search_of(visit, "", ALL_STATES)
        found = self.node.register.search(wanted)
        shown = found[: wanted.size]
        more = len(found) > wanted.size
        return self.node.renderer.page(
            visit,
            "department/certificates.html",
            wanted=wanted,
            entries=shown,
            total=self.node.register.count(wanted),
            states=ALL_STATES,
            types=TYPE_WORDS,
            next_page=address_of("/department/certificates", wanted, shown[-1].place) if more else "",
        )

    def show(self, visit: Visit) -> Response:
        """One certificate."""
        certificate = self.node.certificates.get(visit.values["number"])
        return self.node.site.not_there(visit) if certificate is None else self._page(visit, certificate, 200)

    async def withdraw(self, visit: Visit) -> Response:
        """Withdraw with a reason; partners are told."""
        return await self._change(visit, self.node.lifecycle.withdraw)

    async def replace(self, visit: Visit) -> Response:
        """Replace with a reason; partners are told. The registrar makes up the new certificate."""
        return await self._change(visit, self.node.registrar.replace)

    async def _change(self, visit: Visit, change: Change) -> Response:
        certificate = self.node.certificates.get(visit.form.text("number"))
        reason = visit.form.text("reason").strip()
        if certificate is None:
            return self.node.site.not_there(visit)
        if not reason or len(reason) > MAX_REASON or not reason.isprintable():
            return self._page(visit, certificate, 422, N_("Give a reason of at most 300 characters; partners read it."))
        try:
            await run_in_threadpool(change, certificate.number, reason)
        except IllegalChange:
            again = self.node.certificates.get(certificate.number) or certificate
            return self._page(visit, again, 409, N_("This certificate is no longer in force: its state is final."))
        return RedirectResponse(visit.url(f"/department/certificates/{certificate.number}"), 303)

    def _page(self, visit: Visit, certificate: Certificate, status: int, error: str = "") -> Response:
        number = certificate.number
        return self.node.renderer.page(
            visit,
            "department/certificate.html",
            status,
            certificate=certificate,
            view=None if certificate.hidden else self.node.pages.view(certificate),
            states=ALL_STATES,
            history=self.node.certificates.history(number),
            trail=list(self.node.audit.lines(number)),
            deliveries=[self.node.deliveries.get(number, country) for country in certificate.addressees],
            delivery_words=DELIVERIES,
            clearances=[
                (one.country, one.received, one.status, *told(one.status, one.reason))
                for one in self.node.deliveries.clearances(number)
            ],
            error=error,
        )
