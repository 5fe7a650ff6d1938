"""What a mail dialogue comes to, and what may leave the judge: refusals, silence, and the judge's own mistakes."""

from conformance.checks.mail import read_mail
from conformance.checks.mime import check_headers, check_lines, check_xml_part
from conformance.model.exchange import Exchange, FailureKind
from conformance.model.outcome import JudgeFault, Nonconformity
from conformance.ports.answers import breach, reached
from conformance.ports.smtp_wire import Reply


class MailRefused(Nonconformity):
    """The partner refused a message. Outside of `refused(...)` that is a breach: the message was right."""

    def __init__(self, requirement: str, reply: Reply, step: str) -> None:
        """`step` is the command that was refused."""
        super().__init__(
            breach(
                requirement,
                f"The partner's intake refused a correct message at {step}: {reply.text}",
                "250",
                reply.text,
                part="SMTP dialogue",
                path=step,
            )
        )
        self.reply = reply


def insist_on_talk(exchange: Exchange, requirement: str) -> None:
    """Raise unless the server spoke SMTP. A closed connection and a failed TLS handshake are left to the case."""
    failure = exchange.answer.failure
    if failure is None or failure.kind in (FailureKind.CLOSED, FailureKind.TLS):
        return
    reached(exchange, "The partner's intake")
    raise Nonconformity(breach(requirement, failure.text, "SMTP replies in time", failure.text, part="SMTP dialogue"))


def check_own(message: bytes, *, detached: bool) -> None:
    """Raise `JudgeFault` when a message of the judge's breaks a rule it should keep.

    `detached` says that certificates travel with a detached signature beside them.
    """
    mail = read_mail(message)
    found = [
        *check_headers(mail),
        *check_xml_part(mail, detached=detached and mail.kind == "certificate"),
        *check_lines(mail),
    ]
    if mail.subject is None:
        found.append(
            breach("MIME-011", "The subject is not of the profile's pattern.", "the pattern", mail.header("Subject"))
        )
    if found:
        raise JudgeFault(f"The judge was about to send a wrong message: {found[0].message}")
