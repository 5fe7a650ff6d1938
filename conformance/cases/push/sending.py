"""The partner's sender: what it puts on the wire, and what it does when the receiver does not take it."""

import re
from functools import partial

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.mail_sender import BOX, expect_nothing_handed_over
from conformance.cases.helpers.stock import Stock
from conformance.checks.mime import check_automatic, check_headers, check_lines, check_subject, check_xml_part
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mail_server import Mode
from conformance.ports.mailbox import Mailbox, Received
from conformance.ports.smtp import MailPort
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import acknowledgement

PUSH = ["hook:push_now", "judge:mail"]
GROWTH = 1.2


@case("MIME-000", roles=Role.EXPORTER, also=["MIME-001"], needs=PUSH, defects=["never-pushes"], interconnection=True)
def test_a_certificate_arrives(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """A certificate put into the partner's outbox arrives at the judge's mailbox, over TLS and with the agreed log-in.

    This is the interconnection test of the partner's sender: what follows makes no sense without it.
    """
    came = _pushed(mailbox, hooks, stock, partner)
    judge.expect(
        came.tls and came.username == partner.judge.mail_username,
        expected=f"TLS, log-in {partner.judge.mail_username}",
        actual=f"{came.tls or 'no TLS'}, log-in {came.username or 'none'}",
        message="The session was not secured as agreed.",
        where=BOX,
    )


@case("MIME-001", roles=Role.EXPORTER, also=["SMTP-013"], needs=PUSH, defects=["reuses-message-id"])
def test_headers_and_message_ids(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """A message has its headers once each, and a Message-ID that no other message has.

    Answers are linked by the Message-ID; two messages with one id get each other's answers.
    """
    first, second = _pushed(mailbox, hooks, stock, partner), _pushed(mailbox, hooks, stock, partner)
    judge.report(check_headers(first.mail))
    judge.report(check_headers(second.mail, seen_ids=(first.mail.message_id,)))
    judge.report(check_automatic(first.mail, "auto-generated"))
    judge.report(check_lines(first.mail))


@case("MIME-003", roles=Role.EXPORTER, needs=[*PUSH, "access:pull"],
      defects=["text-plain-xml", "reserialises-on-delivery"])  # fmt: skip
def test_one_xml_part_with_the_octets_of_pull(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, pull: PullPort, judge: Judge
) -> None:
    """A message has one XML part, application/xml in base64, with the octets that pull delivers.

    Text parts are re-wrapped and re-coded on the way, and the signature no longer fits.
    """
    held = stock.issued()
    came = _pushed(mailbox, hooks, stock, partner, held.number)
    judge.report(check_xml_part(came.mail, detached=partner.signature == "detached"))
    delivered = pull.get(held.number).document
    judge.expect(
        came.mail.xml is None or came.mail.xml == delivered,
        expected=f"{len(delivered)} octets as by pull",
        actual=f"{len(came.mail.xml or b'')} other octets",
        message="The document sent by mail differs from the one delivered by pull.",
        where=BOX,
    )


@case("MIME-011", roles=Role.EXPORTER, needs=PUSH, defects=["free-subject", "undeclared-connection-code"])
def test_subject(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The Subject has the agreed pattern: what it is, from, to, number and status.

    Receivers sort by the subject before they open anything.
    """
    held = stock.issued()
    came = _pushed(mailbox, hooks, stock, partner, held.number)
    expected = {"sender": partner.country, "recipient": partner.judge.country, "number": held.number, "status": "70"}
    judge.report(check_subject(came.mail, "CERTIFICATE", **expected))


@case("SMTP-005", roles=Role.EXPORTER, needs=PUSH, defects=["sends-in-clear", "client-checks-nothing"])
def test_nothing_is_handed_over_without_good_tls(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """Where STARTTLS is not offered, or the certificate is of an unknown authority, the sender hands over nothing.

    Whoever stands in between could take STARTTLS out of the greeting, or show a certificate of his own.
    """
    for mode in (Mode.NO_STARTTLS, Mode.UNKNOWN_CA):
        expect_nothing_handed_over(mode, stock.issued().number, mailbox, hooks, partner, judge)
    _pushed(mailbox, hooks, stock, partner)  # the twin: with good TLS a certificate arrives


@case("SMTP-014", roles=Role.EXPORTER, needs=PUSH, defects=["no-retry", "retries-evenly"])
def test_temporary_refusal_is_retried(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """A message refused with 451 is sent again, not before the agreed time and at growing intervals.

    A receiver in trouble must be left time; one that never comes back must not be hammered.
    """
    number, first = stock.issued().number, partner.limits.retry_first_seconds
    mailbox.answer_with(number, "451 4.3.0 not now", times=3)
    hooks.call("push_now", number=number)
    at = [_arrival(mailbox, partner, number, nth).at for nth in (1, 2, 3)]
    intervals = [at[1] - at[0], at[2] - at[1]]
    if intervals[1] < intervals[0] * GROWTH:
        # A slow moment makes one interval longer than it was meant to be; the next one tells.
        intervals.append(_arrival(mailbox, partner, number, 4).at - at[2])
    judge.expect(
        intervals[0] >= first * 0.9,
        expected=f"at least {first:g} s",
        actual=f"{intervals[0]:.2f} s",
        message="The first retry comes before the agreed time.",
        where=BOX,
    )
    judge.expect(
        intervals[-1] >= intervals[-2] * GROWTH,
        expected=f"more than {intervals[-2]:.2f} s",
        actual=f"{intervals[-1]:.2f} s",
        message="The intervals do not grow.",
        where=BOX,
    )


@case("SMTP-015", roles=Role.EXPORTER, needs=[*PUSH, "hook:delivery"], defects=["retries-forever"])
def test_lasting_refusal_is_not_retried(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """A message refused with 554 is not sent again, its delivery has failed, and an alarm is raised.

    What is wrong today is wrong tomorrow; a person has to look.
    """
    number = stock.issued().number
    mailbox.answer_with(number, "554 5.6.0 never")
    hooks.call("push_now", number=number)
    _arrival(mailbox, partner, number, 1)
    again = mailbox.receive(number, "certificate", nth=2, seconds=partner.limits.retry_first_seconds * 4 + 1)
    judge.expect(again is None, expected="no second try", actual="a second try", message="It is sent again.", where=BOX)
    judge.wait_until(lambda: hooks.call("delivery", number=number).get("alarm"), 3.0, "the alarm")
    told, alarm = _delivery(hooks, number), hooks.call("delivery", number=number).get("alarm")
    judge.expect(
        told == "failed" and bool(alarm),
        expected="failed, with an alarm",
        actual=f"{told or 'nothing'}, alarm: {alarm or 'none'}",
        message="Nobody is told that the delivery has failed.",
        where=Where(f"delivery of {number}"),
    )


@case("SMTP-016", roles=Role.EXPORTER, needs=PUSH, defects=["new-id-on-retry", "no-retry"])
def test_lost_connection_after_the_dot(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """A connection lost after the final dot leads to the same message again, with the same Message-ID.

    The receiver may have stored the first one; only the same id and the same document let it see that.
    """
    number = stock.issued().number
    mailbox.drop_after_dot(number)
    hooks.call("push_now", number=number)
    first, second = (_arrival(mailbox, partner, number, nth).mail for nth in (1, 2))
    judge.expect(
        first.message_id == second.message_id,
        expected=first.message_id,
        actual=second.message_id,
        message="The message sent again has another Message-ID.",
        where=BOX,
    )
    judge.expect(
        first.xml == second.xml,
        expected="the same octets",
        actual="other octets",
        message="The document sent again is another one.",
        where=BOX,
    )


@case("SMTP-022", roles=Role.EXPORTER, needs=[*PUSH, "hook:delivery"],
      defects=["ignores-answers", "not-readable-is-delivered"])  # fmt: skip
def test_answers_are_linked_to_their_certificate(
    mailbox: Mailbox, mail: MailPort, hooks: Hooks, stock: Stock, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An answer 74 makes the delivery delivered, an answer 41 makes it not readable, each for its own certificate.

    An exporter that does not read the answers believes that everything arrived.
    """
    told_apart = (("74", ("delivered",), ()), ("41", ("not-readable",), ("The signature does not verify.",)))
    for status, states, reasons in told_apart:
        number = stock.issued().number
        sent = _pushed(mailbox, hooks, stock, partner, number)
        document = acknowledgement([number], status=status, reasons=reasons, issued=tape.now().replace(microsecond=0))
        mail.send_answer(document, number, status, sent.mail.message_id)
        judge.wait_until(
            partial(_is_delivery, hooks, number, states),
            partner.limits.state_delay_seconds,
            f"the delivery of {number} to be {states[0]}",
        )
        told = _delivery(hooks, number)
        judge.expect(
            told in states,
            expected=states[0],
            actual=told or "nothing",
            message=f"The answer {status} does not change the delivery state.",
            where=Where(f"delivery of {number}"),
        )


def _delivery(hooks: Hooks, number: str) -> str:
    """The delivery state by its name in the profile (6.3); the spelling of the exchange schema is taken too."""
    told = str(hooks.call("delivery", number=number).get("state") or "")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", told).lower()
    return "not-readable" if words == "delivered-not-readable" else words


def _is_delivery(hooks: Hooks, number: str, states: tuple[str, ...]) -> bool:
    return _delivery(hooks, number) in states


def _pushed(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, number: str = "") -> Received:
    """Have a certificate pushed and return the message."""
    wanted = number or stock.issued().number
    hooks.call("push_now", number=wanted)
    return _arrival(mailbox, partner, wanted, 1)


def _arrival(mailbox: Mailbox, partner: Partner, number: str, nth: int) -> Received:
    seconds = partner.limits.delivery_seconds if nth == 1 else partner.limits.retry_first_seconds * 4 + 2
    return mailbox.wait_for(number, "certificate", seconds=seconds, nth=nth)
