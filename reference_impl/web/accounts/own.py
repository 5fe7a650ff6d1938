"""One's own account: password, language, ending all sessions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.actor import Deed
from reference_impl.texts import N_
from reference_impl.web.languages import languages
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node


class OwnAccountPages:
    """The room of one's own account. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        return (
            Page("/account", self.show, access=Access.ANY_ACCOUNT),
            Page("/account/password", self.password, ("POST",), Access.ANY_ACCOUNT),
            Page("/account/language", self.language, ("POST",), Access.ANY_ACCOUNT),
            Page("/account/sessions", self.end_sessions, ("POST",), Access.ANY_ACCOUNT),
        )

    def show(self, visit: Visit) -> Response:
        """The account."""
        return self._page(visit, 200)

    async def password(self, visit: Visit) -> Response:
        """Another password; every other session ends."""
        account, form = visit.account, visit.form
        throttle = self.node.entry.throttle
        wait = throttle.wait(visit.client, account.email)
        if wait:
            response = self._page(
                visit, 429, old=N_("There were too many wrong entries from your address. Please wait.")
            )
            response.headers["Retry-After"] = str(wait)
            return response
        known = self.node.directory.credentials(account.email)
        kept = known.password if known else ""
        if not await run_in_threadpool(self.node.passwords.right, kept, form.text("old")):
            throttle.wrong(visit.client, account.email)
            return self._page(visit, 422, old=N_("This is not your present password."))
        problem = self.node.passwords.problem(form.text("password"), (account.name, account.email, account.authority))
        if not problem and form.text("password") != form.text("again"):
            problem = N_("The two entries differ.")
        if problem:
            return self._page(visit, 422, new=problem)
        self.node.directory.set_password(
            account.id, await run_in_threadpool(self.node.passwords.kept, form.text("password"))
        )
        self.node.audit.owe(Deed("password changed"))
        return self._afresh(visit)

    def language(self, visit: Visit) -> Response:
        """The language the account's pages are in."""
        wanted = visit.form.text("language")
        if wanted in languages():
            self.node.directory.set_language(visit.account.id, wanted)
        return RedirectResponse("/account", 303)

    def end_sessions(self, visit: Visit) -> Response:
        """End every session of the account but a new one here."""
        self.node.audit.owe(Deed("sessions ended"))
        return self._afresh(visit)

    def _afresh(self, visit: Visit) -> Response:
        self.node.sessions.end_all(visit.account.id)
        response = RedirectResponse(visit.url("/account"), 303)
        self.node.site.set_cookie(response, self.node.sessions.begin(visit.account))
        return response

    def _page(self, visit: Visit, status: int, old: str = "", new: str = "") -> Response:
        return self.node.renderer.page(
            visit,
            "accounts/own.html",
            status,
            old_error=old,
            new_error=new,
            passkeys=self.node.passkey_pages.site().offers,
        )
