"""What the partner's importer has made of a certificate the judge sent, told by the hook `lookup` and its answers."""

from dataclasses import dataclass

from conformance.cases.helpers.judge import Judge
from conformance.checks.acknowledgement import Acknowledgement, read_acknowledgement
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mailbox import Mailbox, Received


@dataclass(frozen=True)
class Kept:
    """What the partner's importer holds of a number; `copies` 0 means nothing."""

    copies: int
    sha256: str
    status_code: str
    clearance: str
    quarantined: bool
    state: str


def kept(hooks: Hooks, number: str) -> Kept:
    """Look a number up; raises `Inconclusive` when the hook's answer cannot be used."""
    told = hooks.call("lookup", number=number)
    copies = told.get("copies")
    if not isinstance(copies, int):
        raise Inconclusive("The partner's hook 'lookup' did not answer with 'copies', a whole number.")
    return Kept(
        copies,
        str(told.get("sha256") or "").lower(),
        str(told.get("status_code") or ""),
        str(told.get("clearance") or ""),
        bool(told.get("quarantined")),
        str(told.get("state") or ""),
    )


def expect_one_copy(judge: Judge, hooks: Hooks, partner: Partner, number: str, sha256: str) -> None:
    """Expect the certificate to be stored once, with these octets, within the agreed delay."""
    delay = partner.limits.state_delay_seconds
    judge.wait_until(lambda: kept(hooks, number).copies > 0, delay, f"{number} to be stored")
    found = kept(hooks, number)
    where = Where(f"certificate {number} at the importer")
    judge.expect(
        found.copies == 1, expected="1 copy", actual=f"{found.copies} copies", message="Not stored once.", where=where
    )
    judge.expect(
        found.copies == 0 or found.sha256 == sha256.lower(),
        expected=sha256.lower(),
        actual=found.sha256 or "no digest",
        message="Other octets are stored than were sent.",
        where=where,
    )


def expect_status(judge: Judge, hooks: Hooks, partner: Partner, number: str, status: str) -> bool:
    """Expect the importer to believe the certificate in this state within the agreed delay; tells whether it does."""
    delay = partner.limits.state_delay_seconds
    judge.wait_until(lambda: kept(hooks, number).status_code == status, delay, f"{number} to be {status}")
    found = kept(hooks, number).status_code
    return judge.expect(
        found == status,
        expected=status,
        actual=found or "nothing known",
        message=f"The importer believes {number} to be in another state.",
        where=Where(f"certificate {number} at the importer"),
    )


def suppose_status(judge: Judge, hooks: Hooks, partner: Partner, number: str, status: str) -> None:
    """Wait for the state a case starts from; `Inconclusive` when the importer does not come to it."""
    delay = partner.limits.state_delay_seconds
    judge.wait_until(lambda: kept(hooks, number).status_code == status, delay, f"{number} to be {status}")
    found = kept(hooks, number)
    judge.precondition(
        found.copies and found.status_code == status,
        f"The case starts from {number} stored in state {status}; the importer holds {found.copies} copies of it in "
        f"state {found.status_code or 'unknown'}.",
    )


def answer_to(
    mailbox: Mailbox, partner: Partner, number: str, message_id: str, nth: int = 1
) -> tuple[Received, Acknowledgement] | None:
    """The nth SPSAcknowledgement the partner sends about a number in answer to a message, within the agreed time.

    `message_id` "" takes any about the number.
    """
    seconds = partner.limits.delivery_seconds
    came = mailbox.receive(number, "acknowledgement", seconds=seconds, nth=nth, in_reply_to=message_id)
    if came is None or came.mail.xml is None:
        return None
    read = read_acknowledgement(came.mail.xml)
    return None if read is None else (came, read)


def suppose_answer(judge: Judge, mailbox: Mailbox, partner: Partner, number: str) -> None:
    """Make sure of the twin: `Inconclusive` when the good certificate is not answered with 74."""
    answer = answer_to(mailbox, partner, number, "")
    told = answer[1].status if answer else "no answer"
    judge.precondition(told == "74", f"The twin, the good certificate {number}, is not answered with 74 but: {told}.")


def expect_answer(judge: Judge, mailbox: Mailbox, partner: Partner, number: str, status: str, nth: int = 1) -> None:
    """Expect the nth answer about the number to be an SPSAcknowledgement of this status that names it.

    Whether answers are linked to what they answer is a case by itself.
    """
    answer = answer_to(mailbox, partner, number, "", nth)
    where = Where(f"answer about {number}")
    if not judge.expect(
        answer is not None,
        expected=f"an SPSAcknowledgement of status {status}",
        actual="no answer",
        message=f"The message about {number} is not answered.",
        where=where,
    ):
        return
    read = answer[1] if answer else Acknowledgement("", (), ())
    judge.expect(
        read.status == status and number in read.numbers,
        expected=f"{status} about {number}",
        actual=f"{read.status} about {', '.join(read.numbers) or 'nothing'}",
        message="The answer says something else than agreed.",
        where=where,
    )
