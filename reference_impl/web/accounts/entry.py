"""Logging in and out: password, then second factor (profile part 8)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.accounts.second_factor import step_of
from reference_impl.accounts.values import DEPARTMENT, Account, Credentials
from reference_impl.actor import Deed, identify
from reference_impl.texts import N_
from reference_impl.throttle import Throttle
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

WINDOW_SECONDS = 15 * 60
WRONG = N_("Address and password do not belong together, or the account is not open.")
WRONG_CODE = N_("This code is wrong, over, or was used before. Wait for the next one.")
HOMES = {DEPARTMENT: "/department"}


class EntryPages:
    """The room of the log-in. Its parts and methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        # By client and account: who guesses shuts out himself, not the person whose account it is.
        self.throttle = Throttle(WINDOW_SECONDS, for_name=5, from_client=30)

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        return (
            Page("/log-in", self.form, access=Access.GUEST),
            Page("/log-in", self.password, ("POST",), Access.GUEST),
            Page("/log-in/code", self.code_form, access=Access.GUEST),
            Page("/log-in/code", self.code, ("POST",), Access.GUEST),
            Page("/log-out", self.log_out, ("POST",), Access.GUEST),
        )

    def form(self, visit: Visit) -> Response:
        """Address and password."""
        return self._form(visit)

    async def password(self, visit: Visit) -> Response:
        """Check the password; the second factor is due then."""
        email = visit.form.text("email").strip().lower()
        wait = self.throttle.wait(visit.client, email)
        if wait:
            return self.wait(visit, "accounts/log-in.html", wait)
        known = self.node.directory.credentials(email)
        right = await run_in_threadpool(
            self.node.passwords.right, known.password if known else "", visit.form.text("password")
        )
        if known is None or not right or not known.second_factor:
            self.throttle.wrong(visit.client, email)
            self.node.audit.owe(Deed("log-in refused", detail="password"))
            return self.refused(visit)
        assert visit.session is not None  # noqa: S101 - the page's access gives every visitor one
        self.node.sessions.put_pending(visit.session, email)
        return RedirectResponse(visit.url("/log-in/code"), 303)

    def refused(self, visit: Visit) -> Response:
        """The one page for an unknown address and a wrong password."""
        return self._form(visit, 403, error=WRONG)

    def code_form(self, visit: Visit) -> Response:
        """The code of the second factor."""
        due = self.due(visit)
        if due is None:
            return RedirectResponse(visit.url("/log-in"), 303)
        return self.code_page(visit, due, 200, "")

    def code_page(self, visit: Visit, due: Credentials, status: int, error: str) -> Response:
        """The page for the second factor, with a passkey where the account has one."""
        asked = self.node.passkey_pages.asked(visit, due.account)
        page = self.node.renderer.page(visit, "accounts/code.html", status, error=error, passkey=asked)
        return self.node.passkey_pages.with_script(page) if asked else page

    def code(self, visit: Visit) -> Response:
        """Check the code; the person is in."""
        due = self.due(visit)
        if due is None:
            return RedirectResponse(visit.url("/log-in"), 303)
        name = f"code {due.account.email}"
        wait = self.throttle.wait(visit.client, name)
        if wait:
            return self.wait(visit, "accounts/code.html", wait)
        if not self.code_good(due, visit.form.text("code")):
            self.throttle.wrong(visit.client, name)
            self.node.audit.owe(Deed("log-in refused", detail="second factor"))
            return self.code_page(visit, due, 403, WRONG_CODE)
        return self.welcome(visit, due.account)

    def code_good(self, due: Credentials, code: str) -> bool:
        """Is it a code of the person's device that was not used yet."""
        step = step_of(due.second_factor, code, self.node.clock.now(), due.last_step)
        return bool(step) and self.node.directory.use_step(due.account.id, step)

    def welcome(self, visit: Visit, account: Account) -> Response:
        """Log somebody in who has proved who he is."""
        session = self.node.sessions.log_in(visit.session, account)
        identify(f"{account.role} {account.email}")
        self.node.audit.owe(Deed("log-in", detail=account.country))
        response = RedirectResponse(visit.url(HOMES.get(account.role, "/official")), 303)
        self.node.site.set_cookie(response, session)
        return response

    def log_out(self, visit: Visit) -> Response:
        """End the session here and in the browser."""
        if visit.session is not None:
            self.node.sessions.end(visit.session)
        if visit.known is not None:
            identify(f"{visit.known.role} {visit.known.email}")
            self.node.audit.owe(Deed("log-out"))
        response = RedirectResponse(visit.url("/log-in"), 303)
        self.node.site.drop_cookie(response)
        return response

    def wait(self, visit: Visit, template: str, seconds: int) -> Response:
        """Asked too often."""
        response = self.node.renderer.page(
            visit,
            template,
            429,
            error=N_("There were too many wrong entries from your address. Please wait."),
            email="",
        )
        response.headers["Retry-After"] = str(seconds)
        return response

    def _form(self, visit: Visit, status: int = 200, error: str = "") -> Response:
        email = visit.form.text("email").strip()
        return self.node.renderer.page(visit, "accounts/log-in.html", status, error=error, email=email)

    def due(self, visit: Visit) -> Credentials | None:
        """Whose second factor is due: the password was right in this session."""
        email = self.node.sessions.pending(visit.session) if visit.session is not None else ""
        return self.node.directory.credentials(email) if email else None
