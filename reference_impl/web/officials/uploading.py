"""The form by which an official sends a signed certificate of his country, and the state it is answered with."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from reference_impl.texts import N_
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node, Uploaded

PATH = "/official/upload"
MAX_SIGNATURE = 64 * 1024


class UploadPages:
    """The room of certificates sent with a form. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        most = self.node.config.documents.max_octets + 2 * MAX_SIGNATURE
        return (
            Page(PATH, self.form, access=Access.OFFICIAL),
            Page(PATH, self.upload, ("POST",), Access.OFFICIAL, most),
        )

    def form(self, visit: Visit) -> Response:
        """The form."""
        return self.page(visit, 200, "", None)

    async def upload(self, visit: Visit) -> Response:
        """Judge what was sent, and say what came of it."""
        document, signature = (visit.form.files.get(name, ()) for name in ("document", "signature"))
        if not document or not document[0].octets:
            return self.page(visit, 422, N_("Please add the certificate."), None)
        beside = signature[0].octets if signature and signature[0].octets else None
        told = await run_in_threadpool(
            self.node.importer.take_upload, visit.account.country, document[0].octets, beside
        )
        return self.page(visit, self.status(told), "", told)

    def status(self, told: "Uploaded") -> int:
        """The HTTP status of the answer."""
        return 200 if told.accepted else 422

    def state(self, told: "Uploaded") -> str:
        """The state that is shown (profile 8.13)."""
        return "accepted" if told.accepted else "refused"

    def page(self, visit: Visit, status: int, problem: str, told: "Uploaded | None") -> Response:
        """The page: what came of the last certificate, if any, and the form for the next."""
        return self.node.renderer.page(
            visit,
            "officials/upload.html",
            status,
            problem=problem,
            told=told,
            state=self.state(told) if told else "",
            detached=self.node.config.placement == "detached",
        )
