"""Defects of accounts, sessions and forms of the site."""

from typing import TYPE_CHECKING

from sqlalchemy import update
from starlette.responses import Response

from reference_impl.accounts.sessions import digest
from reference_impl.accounts.values import Account, Session
from reference_impl.defects.defect import Collection, patch
from reference_impl.store.account_tables import sessions
from reference_impl.web.site import COOKIE

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


@defects.add("session-kept", "Logs people in to the session they came with.", "WEB-014")
def _session_kept(node: "Node") -> None:
    begin = node.sessions.begin

    def changed(before: Session | None, account: Account) -> Session:
        if before is None:
            return begin(account)
        with node.database.write() as connection:
            connection.execute(
                update(sessions).where(sessions.c.token_digest == digest(before.token)).values(account=account.id)
            )
        return Session(before.token, before.csrf, account)

    patch(node.sessions, log_in=changed)


@defects.add("log-out-in-browser-only", "Lets the browser forget the session, and keeps it open itself.", "WEB-014")
def _log_out_in_browser_only(node: "Node") -> None:
    patch(node.sessions, end=lambda _session: None)


@defects.add("cookie-without-flags", "Sets the session cookie as it was done twenty years ago.", "WEB-015")
def _cookie_without_flags(node: "Node") -> None:
    def changed(response: Response, session: Session) -> None:
        response.set_cookie(COOKIE, session.token, path="/", samesite=None)

    patch(node.site, set_cookie=changed)


@defects.add("no-form-tokens", "Takes forms from wherever they come.", "WEB-016")
def _no_form_tokens(node: "Node") -> None:
    patch(node.site, token_good=lambda _session, _form: True)


@defects.add("official-sees-everything", "Shows officials whatever number they type into the address.", "WEB-017")
def _official_sees_everything(node: "Node") -> None:
    patch(node.official_pages, country=lambda _visit: "")
