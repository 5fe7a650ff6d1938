"""Applications for accounts, seen and decided by the department; the accounts there are (profile part 8)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from reference_impl.accounts.applications import AlreadyDecided
from reference_impl.accounts.directory import AccountExists
from reference_impl.accounts.values import Account, Application
from reference_impl.actor import Deed
from reference_impl.texts import N_
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

MAX_REASON = 500


class ApprovalPages:
    """The room of applications and accounts. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        one = "/department/applications/{reference}"
        return (
            Page("/department/applications", self.all, access=Access.DEPARTMENT),
            Page(one, self.show, access=Access.DEPARTMENT),
            Page(f"{one}/letter", self.letter, access=Access.DEPARTMENT),
            Page(f"{one}/approve", self.approve, ("POST",), Access.DEPARTMENT),
            Page(f"{one}/refuse", self.refuse, ("POST",), Access.DEPARTMENT),
            Page("/department/accounts", self.accounts, access=Access.DEPARTMENT),
            Page("/department/accounts/{id}/invite", self.invite, ("POST",), Access.DEPARTMENT),
            Page("/department/accounts/{id}/close", self.close, ("POST",), Access.DEPARTMENT),
        )

    def all(self, visit: Visit) -> Response:
        """The applications, those that wait first."""
        found = self.node.applications.all()
        found.sort(key=lambda one: one.state != "received")
        return self.node.renderer.page(visit, "department/applications.html", applications=found)

    def show(self, visit: Visit) -> Response:
        """One application."""
        application = self.node.applications.find(visit.values["reference"])
        if application is None:
            return self.node.site.not_there(visit)
        return self._page(visit, application, 200)

    def letter(self, visit: Visit) -> Response:
        """The embassy's letter, as a file that no browser runs."""
        letter = self.node.applications.letter(visit.values["reference"])
        if letter is None:
            return self.node.site.not_there(visit)
        headers = {"Content-Disposition": f'attachment; filename="{letter.name.encode("ascii", "replace").decode()}"'}
        return Response(letter.octets, headers=headers, media_type=letter.media_type)

    def approve(self, visit: Visit) -> Response:
        """Make the account; the invitation is shown once, to be sent through the embassy."""
        application = self.node.applications.find(visit.values["reference"])
        if application is None:
            return self.node.site.not_there(visit)
        try:
            token = self.node.applications.approve(application, visit.account.email)
        except AlreadyDecided:
            return self._page(visit, application, 409, N_("This application was decided before."))
        except AccountExists:
            return self._page(visit, application, 409, N_("There is an account with this address already."))
        return self._invitation(visit, application.email, application.embassy, token)

    def refuse(self, visit: Visit) -> Response:
        """Refuse with a reason."""
        application = self.node.applications.find(visit.values["reference"])
        if application is None:
            return self.node.site.not_there(visit)
        reason = visit.form.text("reason").strip()
        if not reason or len(reason) > MAX_REASON:
            return self._page(visit, application, 422, N_("A refusal needs a reason of at most 500 characters."))
        try:
            self.node.applications.refuse(application, visit.account.email, reason)
        except AlreadyDecided:
            return self._page(visit, application, 409, N_("This application was decided before."))
        return RedirectResponse(visit.url(f"/department/applications/{application.reference}"), 303)

    def accounts(self, visit: Visit) -> Response:
        """Every account."""
        return self.node.renderer.page(visit, "department/accounts.html", accounts=self.node.directory.all())

    def invite(self, visit: Visit) -> Response:
        """A new invitation: who has lost password or device begins anew. Sessions end."""
        account = self._account(visit)
        if account is None:
            return self.node.site.not_there(visit)
        with self.node.database.write() as connection:
            token = self.node.directory.invite(connection, account.id)
            self.node.audit.add(connection, Deed("account invited", detail=account.email))
        self.node.sessions.end_all(account.id)
        return self._invitation(visit, account.email, "", token)

    def close(self, visit: Visit) -> Response:
        """Close an account, but not one's own: somebody must be left to open others."""
        account = self._account(visit)
        if account is None or account.id == visit.account.id:
            return self.node.site.not_there(visit)
        with self.node.database.write() as connection:
            self.node.directory.close(connection, account.id)
            self.node.audit.add(connection, Deed("account closed", detail=account.email))
        self.node.sessions.end_all(account.id)
        return RedirectResponse(visit.url("/department/accounts"), 303)

    def _account(self, visit: Visit) -> Account | None:
        number = visit.values["id"]
        return self.node.directory.get(int(number)) if number.isascii() and number.isdigit() else None

    def _invitation(self, visit: Visit, email: str, embassy: str, token: str) -> Response:
        link = f"{self.node.site_address()}/invitation/{token}"
        return self.node.renderer.page(visit, "department/invitation.html", email=email, embassy=embassy, link=link)

    def _page(self, visit: Visit, application: Application, status: int, error: str = "") -> Response:
        return self.node.renderer.page(
            visit, "department/application.html", status, application=application, error=error
        )
