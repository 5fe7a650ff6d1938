"""Defects of sessions, and of pages in a session that were forgotten."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from starlette.requests import Request
from starlette.responses import Response

from reference_impl.accounts.sessions import digest
from reference_impl.accounts.values import Account, Session
from reference_impl.defects.defect import Collection, patch
from reference_impl.store.account_tables import sessions
from reference_impl.web.forms import Form

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


@defects.add("session-before-let-in", "Lets the session before the log-in into the account too.", "WEB-014")
def _session_before_let_in(node: "Node") -> None:
    begin = node.sessions.begin

    def changed(before: Session | None, account: Account) -> Session:
        if before is not None:
            with node.database.write() as connection:
                connection.execute(
                    update(sessions).where(sessions.c.token_digest == digest(before.token)).values(account=account.id)
                )
        return begin(account)

    patch(node.sessions, log_in=changed)


@defects.add("log-out-of-all", "Ends every session of an account when one is logged out.", "WEB-014")
def _log_out_of_all(node: "Node") -> None:
    end = node.sessions.end

    def changed(session: Session) -> None:
        if session.account is not None:
            node.sessions.end_all(session.account.id)
        end(session)

    patch(node.sessions, end=changed)


@defects.add("never-idle", "Keeps sessions open until somebody logs out.", "WEB-014")
def _never_idle(node: "Node") -> None:
    patch(node.sessions, idle=timedelta(days=365))


def _on_lists(node: "Node", header: str, value: str) -> None:
    respond = node.site.respond

    async def changed(request: Request) -> Response:
        response = await respond(request)
        if request.url.path in ("/official", "/inquiries"):
            response.headers[header] = value
        return response

    patch(node.site, respond=changed)


@defects.add("lists-cacheable", "Lets browsers and proxies keep lists, so that paging is quick.", "WEB-010")
def _lists_cacheable(node: "Node") -> None:
    _on_lists(node, "Cache-Control", "public, max-age=600")


@defects.add("lists-framed", "Lets other sites show its lists inside their own.", "SEC-016", "WEB-013")
def _lists_framed(node: "Node") -> None:
    _on_lists(node, "Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'")


@defects.add("one-form-unguarded", "Forgets one form: an inquiry is taken from wherever it comes.", "WEB-016")
def _one_form_unguarded(node: "Node") -> None:
    good = node.site.token_good

    def changed(session: Session, form: Form) -> bool:
        return good(session, form) or ("reason" in form.texts and "hours" in form.texts)

    patch(node.site, token_good=changed)
