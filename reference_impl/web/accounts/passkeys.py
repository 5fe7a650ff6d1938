"""Passkeys: making and removing one's own, and logging in with one (profile 8.14).

The only pages with a script; it is a file of the site's own, and without it the codes by time remain.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.accounts.passkeys import MOST, Relying, relying
from reference_impl.accounts.values import Account
from reference_impl.actor import Deed
from reference_impl.texts import N_
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

LONGEST_NAME = 60
MAX_FORM = 64 * 1024
NOT_ADDED = N_("The passkey was not made. Try again, or go on with the codes of your authenticator.")
NOT_USED = N_("This passkey does not open the account. Use the code of your authenticator.")


class PasskeyPages:
    """The room of passkeys. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        one = "/account/passkeys"
        return (
            Page(one, self.show, access=Access.ANY_ACCOUNT),
            Page(one, self.add, ("POST",), Access.ANY_ACCOUNT, MAX_FORM),
            Page(f"{one}/remove", self.remove, ("POST",), Access.ANY_ACCOUNT),
            Page("/log-in/passkey", self.log_in, ("POST",), Access.GUEST, MAX_FORM),
        )

    def site(self) -> Relying:
        """The site as browsers know it."""
        return relying(self.node.site_address(), self.node.config.authority)

    def show(self, visit: Visit) -> Response:
        """One's passkeys, and a form for another."""
        return self._page(visit, 200) if self.site().offers else self.node.site.not_there(visit)

    async def add(self, visit: Visit) -> Response:
        """Keep a passkey that was made: for who knows the password, not for who has found a session."""
        account, form, throttle = visit.account, visit.form, self.node.entry.throttle
        wait = throttle.wait(visit.client, account.email)
        if wait:
            told = N_("There were too many wrong entries from your address. Please wait.")
            response = self._page(visit, 429, told, "old")
            response.headers["Retry-After"] = str(wait)
            return response
        known = self.node.directory.credentials(account.email)
        if not await run_in_threadpool(self.node.passwords.right, known.password if known else "", form.text("old")):
            throttle.wrong(visit.client, account.email)
            return self._page(visit, 422, N_("This is not your present password."), "old")
        name = form.text("name").strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            return self._page(visit, 422, N_("Give the passkey a name of at most 60 characters."), "name")
        assert visit.session is not None  # noqa: S101 - the page's access asks for one
        if not self.node.passkeys.add(self.site(), visit.session, account, name, form.text("answer")):
            return self._page(visit, 422, NOT_ADDED, "")
        self.node.audit.owe(Deed("passkey added", detail=name))
        return RedirectResponse(visit.url("/account/passkeys"), 303)

    def remove(self, visit: Visit) -> Response:
        """Forget a passkey."""
        if not self.node.passkeys.remove(visit.account, visit.form.text("id")):
            return self.node.site.not_there(visit)
        self.node.audit.owe(Deed("passkey removed"))
        return RedirectResponse(visit.url("/account/passkeys"), 303)

    def asked(self, visit: Visit, account: Account) -> str:
        """What the browser of who logs in is asked; empty when he has no passkey, or there can be none."""
        if visit.session is None or not self.site().offers:
            return ""
        return self.node.passkeys.to_use(self.site(), visit.session, account)

    def log_in(self, visit: Visit) -> Response:
        """The second factor by a passkey."""
        entry = self.node.entry
        due = entry.due(visit)
        if due is None or visit.session is None:
            return RedirectResponse(visit.url("/log-in"), 303)
        name = f"code {due.account.email}"
        wait = entry.throttle.wait(visit.client, name)
        if wait:
            return entry.wait(visit, "accounts/code.html", wait)
        if not self.node.passkeys.use(self.site(), visit.session, due.account, visit.form.text("answer")):
            entry.throttle.wrong(visit.client, name)
            self.node.audit.owe(Deed("log-in refused", detail="passkey"))
            return entry.code_page(visit, due, 403, NOT_USED)
        return entry.welcome(visit, due.account)

    def with_script(self, response: Response) -> Response:
        """Allow a page its script, which is a file of the site."""
        policy = self.node.site.headers.get("Content-Security-Policy", "")
        response.headers["Content-Security-Policy"] = f"{policy}; script-src 'self'"
        return response

    def _page(self, visit: Visit, status: int, error: str = "", place: str = "") -> Response:
        assert visit.session is not None  # noqa: S101 - the page's access asks for one
        known = self.node.passkeys.of(visit.account)
        options = "" if len(known) >= MOST else self.node.passkeys.to_add(self.site(), visit.session, visit.account)
        page = self.node.renderer.page(
            visit, "accounts/passkeys.html", status, passkeys=known, options=options, error=error, place=place
        )
        return self.with_script(page)
