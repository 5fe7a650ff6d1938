"""Inquiries of the judge: made to be taken, and refusals that are collected one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.outcome import Nonconformity
from conformance.partner import Partner
from conformance.ports.inquiry import new_client_id
from conformance.ports.inquiry_values import Question
from conformance.ports.soap_caller import SoapCaller
from conformance.ports.tape import Tape

BY_SOAP = ("inquiry:soap", "access:pull")
BY_MAIL = ("inquiry:mail", "access:push")
BY_PAGE = ("inquiry:page", "access:verification", "account:page-own")
PARTS = ("number", "reason", "text", "contact", "answer_by")
WORDS = {
    "number": "the certificate number",
    "reason": "the reason",
    "text": "the text",
    "contact": "the contact",
    "answer_by": "the time by which an answer is wanted",
}


class Inquirer:
    """Makes inquiries for one case."""

    def __init__(self, partner: Partner, tape: Tape) -> None:
        self._partner = partner
        self._tape = tape

    def question(self, number: str = "", **changes: object) -> Question:
        """A good inquiry with client id and words of its own; without a number, about one of the partner's [data]."""
        client_id = new_client_id(self._tape)
        made = Question(
            client_id=client_id,
            number=number or self.number,
            text=f"Is this certificate yours? Question {client_id} of a conformance test.",
            answer_by=self._tape.now() + timedelta(days=1),
        )
        return replace(made, **changes)  # type: ignore[arg-type]  # fields of a Question

    @property
    def number(self) -> str:
        """An issued certificate's number of [data]; where there is none, one that nobody gave out."""
        return next(iter(self._partner.data.issued), None) or self.forged_number()

    def forged_number(self) -> str:
        """A number as the partner's might look, that nobody gave out."""
        return f"{self._partner.country}-{self._tape.now():%Y}-{self._tape.random.randrange(10**9, 10**10)}"


@contextmanager
def refusing(judge: Judge, port: SoapCaller, what: str) -> Iterator[None]:
    """Expect an InvalidRequest inside; what came instead is a finding that says `what`, and the case goes on."""
    try:
        with port.refused("InvalidRequest"):
            yield
    except Nonconformity as other:
        judge.report(replace(one, message=f"{what}: {one.message}") for one in other.findings)


def where(inquiry: str) -> Where:
    """The place of a finding about a thread."""
    return Where(f"inquiry {inquiry}")
