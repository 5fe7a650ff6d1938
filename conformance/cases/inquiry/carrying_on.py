"""Carrying an inquiry on: its states, coded answers, and what happens when nobody answers."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.inquiring import BY_SOAP, Inquirer, refusing, where
from conformance.cases.helpers.judge import Judge
from conformance.checks.inquiry_states import ANSWERS, ASKING, NEXT, STATES, illegal
from conformance.model.outcome import Inconclusive
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.faults import FaultReceived
from conformance.ports.hooks import Hooks
from conformance.ports.inquiry import InquiryPort
from conformance.ports.inquiry_values import Entry
from conformance.ports.soap_raw import instant
from conformance.ports.tape import Tape

# Together these go every step of the table once or more; each begins at opened.
WAYS = (
    (
        "acknowledged",
        "in-progress",
        "answered",
        "closed",
        "reopened",
        "in-progress",
        "answered",
        "reopened",
        "answered",
    ),
    ("in-progress",),
    ("acknowledged", "answered"),
    ("answered",),
)
HELD = "2026-NEW-0001"


class Walk:
    """One inquiry on its way through the states."""

    def __init__(self, inquiry: InquiryPort, hooks: Hooks, judge: Judge, opened: str) -> None:
        self.inquiry = inquiry
        self.hooks = hooks
        self.judge = judge
        self.id = opened
        self.state = "opened"

    def go(self, onward: str) -> None:
        """Take a legal step. A partner that refuses it leaves nothing to compare with: `Inconclusive`."""
        try:
            done = self._order(onward)
        except FaultReceived as refused:
            raise Inconclusive(f"The step from {self.state} to {onward} is refused: {refused.fault}.") from None
        self.judge.precondition(done, f"The hook answer refuses the step from {self.state} to {onward}.")
        self.state = onward

    def try_others(self) -> None:
        """Expect every step that must not be from the present state to be refused."""
        for onward in STATES[1:]:
            if onward == self.state or onward in NEXT[self.state]:
                continue
            what = f"The step from {self.state} to {onward}"
            if onward in ASKING:
                with refusing(self.judge, self.inquiry, what):
                    self._order(onward)
            else:
                self.judge.expect(
                    not self._order(onward),
                    expected="a refusal",
                    actual="it is done",
                    message=f"{what} is not refused.",
                    where=where(self.id),
                )

    def expect_table_kept(self) -> None:
        """Expect the thread to tell no other steps than those of the table, and the state that was ordered last."""
        seen = self.inquiry.get(self.id)
        wrong = illegal(tuple(one.state for one in seen.entries))
        self.judge.expect(
            not wrong and seen.state == self.state,
            expected=f"the steps of the table, and {self.state} at the end",
            actual=f"{wrong or 'the steps of the table'}, and {seen.state} at the end",
            message="The thread went another way than the table has.",
            where=where(self.id),
        )

    def _order(self, onward: str) -> bool:
        if onward in ASKING:
            self.inquiry.add(self.id, f"Conformance test: {onward}.", onward)
            return True
        order = {"answer": "authentic"} if onward == "answered" else {"state": onward}
        return self.hooks.attempt("answer", inquiry=self.id, text="Conformance test.", **order) is not None


@case("INQ-003", roles=Role.EXPORTER, needs=[*BY_SOAP, "hook:answer"], defects=["any-step"])
def test_only_the_steps_of_the_table(
    inquiry: InquiryPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """Every step of the table is taken, and from each state every other step is refused and leaves no trace.

    Closed and not answered, or answered and then acknowledged: both sides would act on different states.
    """
    make = Inquirer(partner, tape)
    tried = set[str]()
    for way in WAYS:
        walk = Walk(inquiry, hooks, judge, inquiry.open(make.question()).id)
        if not tried:
            inquiry.add(walk.id, "A photograph follows.")  # the twin of refused additions: one that changes no state
        for onward in (*way, ""):
            if walk.state not in tried:
                tried.add(walk.state)
                walk.try_others()
            if onward:
                walk.go(onward)
        if way is WAYS[0]:  # in this one every step was tried that must not be
            walk.expect_table_kept()


@case("INQ-003.asking", roles=Role.EXPORTER, needs=BY_SOAP, defects=["any-step"])
def test_what_is_not_answered_is_not_closed(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """The country that asked can add to an inquiry that waits, and cannot close or reopen it.

    An inquiry that is closed unanswered is no longer anybody's duty.
    """
    opened = inquiry.open(Inquirer(partner, tape).question()).id
    inquiry.add(opened, "A photograph follows.")
    for state in ASKING:
        with refusing(judge, inquiry, f"The step from opened to {state}"):
            inquiry.add(opened, "Done.", state)


@case("INQ-004", roles=Role.EXPORTER, needs=[*BY_SOAP, "hook:answer"],
      defects=["answer-in-words-only", "nobody-answered", "answer-of-no-date", "any-answer"])  # fmt: skip
def test_answers_are_coded(inquiry: InquiryPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge) -> None:
    """Each answer has its code, with the number or time that belongs to it, a text, a person, and when it was given.

    A program at the border acts on the code; a person who doubts it needs somebody to call.
    """
    opened = inquiry.open(Inquirer(partner, tape).question()).id
    until = instant(tape.now().replace(microsecond=0) + timedelta(days=2))
    begin = tape.now()
    more = {"replaced": {"replaced_by": HELD}, "needs-time": {"until": until}}
    for lacking in ("replaced", "needs-time", "perhaps"):
        judge.expect(
            hooks.attempt("answer", inquiry=opened, answer=lacking, text="We have looked.") is None,
            expected="a refusal",
            actual="it is done",
            message=f"An answer {lacking} is taken that lacks what belongs to it, or is none of the codes.",
            where=where(opened),
        )
    for at, code in enumerate(ANSWERS):
        if at > 1:
            inquiry.add(opened, "We have another question.", "reopened")
        answered = hooks.attempt("answer", inquiry=opened, answer=code, text="We have looked.", **more.get(code, {}))
        judge.precondition(answered is not None, f"The hook answer refuses the answer {code}.")
    entries = [one for one in inquiry.get(opened).entries if one.text == "We have looked."]
    told = [one.answer for one in entries]
    judge.expect(
        told == list(ANSWERS),
        expected=", ".join(ANSWERS),
        actual=", ".join(one or "no code" for one in told) or "none",
        message="The thread does not tell the codes of the answers.",
        where=where(opened),
    )
    skew = timedelta(seconds=partner.limits.clock_skew_seconds)
    for entry in entries:
        lacks = _lacking(entry, until)
        if not begin - skew <= entry.at <= tape.now() + skew:
            lacks.append(f"when it was given (it says {entry.at.isoformat()})")
        judge.expect(
            not lacks,
            expected="code, text, person, time, and what belongs to the code",
            actual=f"{entry.answer or 'no code'}, lacking: {', '.join(lacks)}",
            message="An answer lacks something.",
            where=where(opened),
        )


def _lacking(entry: Entry, until: str) -> list[str]:
    lacks = []
    if not entry.by.strip():
        lacks.append("who answered")
    if entry.answer == "replaced" and entry.replaced_by != HELD:
        lacks.append("the number that took its place")
    if entry.answer == "needs-time" and (entry.until[:19], entry.state) != (until[:19], "in-progress"):
        lacks.append("the time until when, with the inquiry in progress")
    return lacks


@case("INQ-009", roles=Role.EXPORTER, needs=[*BY_SOAP, "hook:inquiry"],
      defects=["never-escalates", "overdue-not-counted"])  # fmt: skip
def test_what_is_overdue_escalates(
    inquiry: InquiryPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An inquiry whose wanted time is over is escalated and counted; one that has time is not.

    Goods wait in the port while nobody answers, and somebody above the desk has to hear of it.
    """
    make = Inquirer(partner, tape)
    late = inquiry.open(make.question(answer_by=tape.now() + timedelta(seconds=1))).id
    early = inquiry.open(make.question()).id
    before = hooks.call("inquiry", inquiry=early)
    agreed = partner.limits.escalation_seconds
    seen = judge.wait_until(
        lambda: found if (found := hooks.call("inquiry", inquiry=late)).get("overdue") else None,
        agreed + 1,
        "the escalation",
        interval=0.5,
    )
    if not judge.expect(
        seen is not None,
        expected=f"escalated within {agreed:g} s of the wanted time",
        actual="not escalated",
        message="An overdue inquiry is not escalated.",
        where=where(late),
    ):
        return
    judge.expect(
        not before.get("overdue"),
        expected="not escalated",
        actual="escalated",
        message="An inquiry that has a day left is escalated.",
        where=where(early),
    )
    counted = (before.get("overdue_counted"), seen.get("overdue_counted") if seen else None)
    judge.expect(
        all(isinstance(one, int) for one in counted) and int(counted[1] or 0) > int(counted[0] or 0),
        expected=f"more overdue inquiries in the statistics than {counted[0]}",
        actual=f"{counted[1]}",
        message="The statistics do not count the overdue inquiry.",
        where=where(late),
    )
