"""Inquiries as the department sees and answers them; the statistics (profile part 9)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.clock import instant
from reference_impl.inquiries.desk import IllegalStep, IncompleteAnswer
from reference_impl.inquiries.measures import told
from reference_impl.inquiries.statistics import REJECTED
from reference_impl.inquiries.values import (
    ACKNOWLEDGED,
    ANSWER_WORDS,
    IN_PROGRESS,
    NEEDS_TIME,
    REASON_WORDS,
    REPLACED,
    STATE_WORDS,
    Inquiry,
    Step,
)  # fmt: skip
from reference_impl.texts import N_
from reference_impl.web.inquiries.asking import MOST_TEXT, WEB
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node


LACKING = {
    "code": N_("An answer has a code and a text of at most 4000 characters."),
    "replaced_by": N_("Name the certificate that took its place."),
    "until": N_("Say until when; the time must lie ahead."),
}


class AnsweringPages:
    """The room of the department's side of inquiries. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        one = "/department/inquiries/{id}"
        return (
            Page("/department/inquiries", self.all, access=Access.DEPARTMENT),
            Page(one, self.show, access=Access.DEPARTMENT),
            Page(f"{one}/state", self.move, ("POST",), Access.DEPARTMENT),
            Page(f"{one}/answer", self.answer, ("POST",), Access.DEPARTMENT),
            Page("/department/statistics", self.figures, access=Access.DEPARTMENT),
        )

    def all(self, visit: Visit) -> Response:
        """Those that wait, alerts and the most urgent first; or all."""
        everything = visit.query("show") == "all"
        return self.node.renderer.page(
            visit,
            "inquiries/all.html",
            inquiries=self.node.inquiries.all(waiting=not everything),
            everything=everything,
            states=STATE_WORDS,
            reasons=REASON_WORDS,
            now=instant(self.node.clock.now()),
        )

    def show(self, visit: Visit) -> Response:
        """One inquiry with what is known of the certificate."""
        return self._thread(visit, 200, "")

    async def move(self, visit: Visit) -> Response:
        """Acknowledge an inquiry, or take it in hand."""
        state = visit.form.text("state")
        if state not in (ACKNOWLEDGED, IN_PROGRESS):
            return self._thread(visit, 422, N_("Choose what to do from the list."))
        return await self._done(visit, Step(by=visit.account.email, channel=WEB, text="", state=state))

    async def answer(self, visit: Visit) -> Response:
        """Answer with a code, and words for people."""
        form = visit.form
        code, text = form.text("answer"), form.text("text").strip()
        replaced_by = form.text("replaced_by").strip() if code == REPLACED else ""
        until = moment(form.text("until")) if code == NEEDS_TIME else None
        if not code or not text or len(text) > MOST_TEXT:
            return self._thread(visit, 422, LACKING["code"])
        step = Step(
            by=visit.account.email,
            channel=WEB,
            text=text,
            answer=code,
            replaced_by=replaced_by,
            until="" if until is None else instant(until),
        )
        return await self._done(visit, step)

    def figures(self, visit: Visit) -> Response:
        """The statistics page."""
        figures = self.node.statistics.figures(self.node.clock.now())
        refusals = [(*told(REJECTED, reason), number) for reason, number in figures.refusals]
        return self.node.renderer.page(visit, "inquiries/statistics.html", figures=figures, refusals=refusals)

    async def _done(self, visit: Visit, step: Step) -> Response:
        act = self.node.inquiries.answer if step.answer else self.node.inquiries.add
        try:
            changed: Inquiry = await run_in_threadpool(act, visit.values["id"], step)
        except LookupError:
            return self.node.site.not_there(visit)
        except IncompleteAnswer as error:
            return self._thread(visit, 422, LACKING[error.lacking])
        except IllegalStep:
            return self._thread(visit, 409, N_("The inquiry has gone on meanwhile. Read it again."))
        return RedirectResponse(visit.url(f"/department/inquiries/{changed.id}"), 303)

    def _thread(self, visit: Visit, status: int, error: str) -> Response:
        known = self.node.inquiries.find(visit.values["id"])
        if known is None:
            return self.node.site.not_there(visit)
        certificate = self.node.certificates.get(known.number)
        return self.node.renderer.page(
            visit,
            "inquiries/answer.html",
            status,
            inquiry=known,
            entries=self.node.inquiries.entries(known.id),
            files=self.node.inquiries.files(known.id),
            states=STATE_WORDS,
            reasons=REASON_WORDS,
            answers=ANSWER_WORDS,
            certificate=certificate,
            addressed=certificate is not None and known.country in certificate.addressees,
            error=error,
        )


def moment(text: str) -> datetime | None:
    """The moment a browser's field says, in UTC; None when it says none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
