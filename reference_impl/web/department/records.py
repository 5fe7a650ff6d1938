"""The department's records: deliveries that wait or failed, the audit trail, the partners and their credentials."""

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.config import PartnerConfig
from reference_impl.store.audit import BrokenTrail
from reference_impl.store.posts import STATES
from reference_impl.web.department.words import MESSAGES
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

LINES = 100


class RecordPages:
    """The room of records."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        return (
            Page("/department/deliveries", self.deliveries, access=Access.DEPARTMENT),
            Page("/department/deliveries/{id}/resend", self.resend, ("POST",), Access.DEPARTMENT),
            Page("/department/trail", self.trail, access=Access.DEPARTMENT),
            Page("/department/trail/check", self.check, ("POST",), Access.DEPARTMENT),
            Page("/department/partners", self.partners, access=Access.DEPARTMENT),
        )

    def deliveries(self, visit: Visit) -> Response:
        """Messages of the outbox, by state."""
        state = visit.query("state") if visit.query("state") in STATES else STATES[0]
        return self.node.renderer.page(
            visit,
            "department/deliveries.html",
            state=state,
            counts=self.node.outbox.counts(),
            posts=self.node.outbox.posts(state),
            kinds=MESSAGES,
        )

    def resend(self, visit: Visit) -> Response:
        """Have a message that was given up tried anew."""
        number = visit.values["id"]
        if not (number.isascii() and number.isdigit()) or not self.node.outbox.resend(int(number)):
            return self.node.site.not_there(visit)
        return RedirectResponse(visit.url("/department/deliveries"), 303)

    def trail(self, visit: Visit) -> Response:
        """The last lines of the audit trail, or those about one certificate."""
        return self._trail(visit, "")

    async def check(self, visit: Visit) -> Response:
        """Verify the whole trail, from its first line and, if one is given, a digest that was noted earlier."""
        try:
            count, head = await run_in_threadpool(self.node.audit.verify, visit.form.text("head").strip())
        except BrokenTrail as error:
            return self._trail(visit, str(error), status=409)
        return self._trail(visit, "", count=count, head=head)

    def partners(self, visit: Visit) -> Response:
        """The partners, with what they are known by. Secrets are not shown: they stand in node.toml."""
        shown = [(partner, _certificate(partner)) for partner in self.node.partners.values()]
        return self.node.renderer.page(visit, "department/partners.html", partners=shown)

    def _trail(self, visit: Visit, broken: str, status: int = 200, count: int = 0, head: str = "") -> Response:
        number = visit.query("number").strip()
        return self.node.renderer.page(
            visit,
            "department/trail.html",
            status,
            lines=list(islice(self.node.audit.newest(number), LINES)),
            number=number,
            broken=broken,
            count=count,
            head=head,
        )


def _certificate(partner: PartnerConfig) -> dict[str, str]:
    """The registered client certificate: whose it is, until when, its SHA-256 fingerprint."""
    found = x509.load_pem_x509_certificate(partner.client_certificate.read_bytes())
    return {
        "subject": found.subject.rfc4514_string(),
        "until": found.not_valid_after_utc.isoformat(),
        "fingerprint": found.fingerprint(SHA256()).hex(":").upper(),
    }
