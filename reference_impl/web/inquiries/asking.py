"""Inquiries and measures of an official (profile part 9)."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.inquiries.desk import IllegalStep
from reference_impl.inquiries.measures import MEASURES
from reference_impl.inquiries.values import ANSWER_WORDS, CLOSED, REASON_WORDS, REOPENED, STATE_WORDS, Question, Step
from reference_impl.texts import N_
from reference_impl.uploads import MAX_OCTETS, Document, RefusedUpload
from reference_impl.web.accounts.joining import REFUSALS
from reference_impl.web.forms import Form
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

WEB = "web"
MOST_TEXT = 4000
MOST_NUMBER = 70
HOURS = (4, 24, 72, 168)
USUAL_HOURS = 24
MOST_FORM = 3 * MAX_OCTETS
_CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{8,64}")  # as in inquiry-1.xsd: the same name may come by SOAP or mail again


class AskingPages:
    """The room of the official's inquiries. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        one = "/inquiries/{id}"
        return (
            Page("/inquiries", self.all, access=Access.OFFICIAL),
            Page("/inquiries/new", self.form, access=Access.OFFICIAL),
            Page("/inquiries/new", self.open, ("POST",), Access.OFFICIAL, MOST_FORM),
            Page(one, self.show, access=Access.OFFICIAL),
            Page(one, self.add, ("POST",), Access.OFFICIAL, MOST_FORM),
            Page(f"{one}/files/{{file}}", self.file, access=Access.ANY_ACCOUNT),
            Page("/measures", self.measure, ("POST",), Access.OFFICIAL),
        )

    def all(self, visit: Visit) -> Response:
        """The inquiries of the official's country."""
        found = self.node.inquiries.all(visit.account.country)
        return self.node.renderer.page(
            visit, "inquiries/own.html", inquiries=found, states=STATE_WORDS, reasons=REASON_WORDS
        )

    def form(self, visit: Visit) -> Response:
        """The form of a new inquiry, perhaps about a certificate the official has just seen."""
        begun = {"number": visit.query("number")[:MOST_NUMBER], "reason": "", "text": "", "hours": str(USUAL_HOURS)}
        return self._form(visit, 200, {}, begun)

    async def open(self, visit: Visit) -> Response:
        """Open an inquiry; the receipt is the page of its thread."""
        form = visit.form
        wrong = self.wrong_in(form)
        files = self.files(form, wrong)
        if wrong:
            kept = {name: form.text(name) for name in ("number", "reason", "text", "hours")}
            return self._form(visit, 422, wrong, kept)
        account, hours = visit.account, form.text("hours")
        made = await run_in_threadpool(
            self.node.inquiries.open,
            Question(
                country=account.country,
                client_id=client_id(form),
                number=form.text("number"),
                reason=form.text("reason"),
                text=form.text("text").strip(),
                contact=f"{account.name} <{account.email}>",
                answer_by=self.node.clock.now() + timedelta(hours=int(hours) if hours else USUAL_HOURS),
                channel=WEB,
                by=f"{account.name} ({account.country})",
                files=files,
            ),
        )
        return RedirectResponse(visit.url(f"/inquiries/{made.id}"), 303)

    def wrong_in(self, form: Form) -> dict[str, str]:
        """What is wrong or left out in a new inquiry, by field."""
        wrong = dict[str, str]()
        number, text = form.text("number"), form.text("text").strip()
        if not number.strip() or len(number) > MOST_NUMBER or not number.isprintable():
            wrong["number"] = N_("Enter the number as it stands on the paper, at most 70 characters.")
        if form.text("reason") not in REASON_WORDS:
            wrong["reason"] = N_("Choose a reason from the list.")
        if not text or len(text) > MOST_TEXT:
            wrong["text"] = N_("Say in at most 4000 characters what you want to know.")
        if form.text("hours") not in map(str, HOURS):
            wrong["hours"] = N_("Choose from the list how soon you want an answer.")
        return wrong

    def files(self, form: Form, wrong: dict[str, str]) -> tuple[Document, ...]:
        """The files sent along; what is wrong with one goes into `wrong`."""
        taken = []
        for sent in form.files.get("file", ()):
            try:
                taken.append(self.node.attachments.accept(sent.name, sent.octets))
            except RefusedUpload as error:
                wrong["file"] = REFUSALS[error.reason]
        return tuple(taken)

    def show(self, visit: Visit) -> Response:
        """One inquiry."""
        return self._thread(visit, 200, "")

    async def add(self, visit: Visit) -> Response:
        """Add to an inquiry, close it, or open it again."""
        known = self.readable(visit)
        if known is None:
            return self.missing(visit)
        form, wrong = visit.form, dict[str, str]()
        text = form.text("text").strip()
        state = form.text("state") if form.text("state") in (CLOSED, REOPENED) else ""
        files = self.files(form, wrong)
        if wrong:
            return self._thread(visit, 422, wrong["file"])
        if not text or len(text) > MOST_TEXT:
            return self._thread(visit, 422, N_("Say in at most 4000 characters what you want to know."))
        account = visit.account
        step = Step(
            by=f"{account.name} ({account.country})",
            channel=WEB,
            text=text,
            state=state,
            client_id=form.text("client_id"),
            files=files,
        )
        try:
            await run_in_threadpool(self.node.inquiries.add, known, step)
        except IllegalStep:
            return self._thread(visit, 409, N_("The inquiry has gone on meanwhile. Read it again."))
        return RedirectResponse(visit.url(f"/inquiries/{known}"), 303)

    def readable(self, visit: Visit) -> str | None:
        """The id of the inquiry named, when the official's country is a party of it."""
        found = self.node.inquiries.readable(visit.values["id"], visit.account.country)
        return None if found is None else found.id

    def missing(self, visit: Visit) -> Response:
        """The answer for a thread that is not there, or another country's."""
        return self.node.site.not_there(visit)

    def file(self, visit: Visit) -> Response:
        """A file of an inquiry, as one that no browser runs."""
        number = visit.values["file"]
        inquiry = self.node.inquiries.find(visit.values["id"])
        account = visit.account
        party = inquiry is not None and (account.role == "department" or account.country == inquiry.country)
        found = (
            self.node.inquiries.file(visit.values["id"], int(number))
            if party and number.isascii() and number.isdigit()
            else None
        )
        if found is None:
            return self.missing(visit)
        headers = {"Content-Disposition": f'attachment; filename="{found.name.encode("ascii", "replace").decode()}"'}
        return Response(found.octets, headers=headers, media_type=found.media_type)

    async def measure(self, visit: Visit) -> Response:
        """Take a measure about a certificate addressed to the official's country."""
        form = visit.form
        number = form.text("number")
        if not self.node.register.visible(visit.account.country, number):
            return self.node.site.not_there(visit)
        problem = self.wrong_measure(form)
        if problem:
            return self.node.official_pages.page(visit, number, 422, problem)
        measure, reason = form.text("measure"), form.text("reason").strip()
        await run_in_threadpool(
            self.node.measures.take, visit.account.country, number, measure, reason, client_id(form)
        )
        return RedirectResponse(visit.url(f"/official/certificates/{number}"), 303)

    def wrong_measure(self, form: Form) -> str:
        """What is wrong with a measure, "" when it can be taken."""
        reason = form.text("reason").strip()
        if form.text("measure") not in MEASURES:
            return N_("Choose a measure from the list.")
        if not 0 < len(reason) <= 500 or not reason.isprintable():  # noqa: PLR2004 - as the text to the person says
            return N_("Give the reason in at most 500 characters.")
        return ""

    def _form(self, visit: Visit, status: int, wrong: dict[str, str], values: dict[str, str]) -> Response:
        return self.node.renderer.page(
            visit,
            "inquiries/new.html",
            status,
            wrong=wrong,
            values=values,
            reasons=REASON_WORDS,
            hours=HOURS,
            client_id=client_id(visit.form),
        )

    def _thread(self, visit: Visit, status: int, error: str) -> Response:
        known = self.node.inquiries.readable(visit.values["id"], visit.account.country)
        if known is None:
            return self.missing(visit)
        return self.node.renderer.page(
            visit,
            "inquiries/thread.html",
            status,
            inquiry=known,
            entries=self.node.inquiries.entries(known.id),
            files=self.node.inquiries.files(known.id),
            states=STATE_WORDS,
            reasons=REASON_WORDS,
            answers=ANSWER_WORDS,
            client_id=secrets.token_hex(16),
            error=error,
        )


def client_id(form: Form) -> str:
    """The name the form was given when it was shown, so that sending it twice opens one inquiry; else a new one."""
    given = form.text("client_id")
    return given if _CLIENT_ID.fullmatch(given) else secrets.token_hex(16)
