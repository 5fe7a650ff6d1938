"""The partner's sender, when the mail server it reaches is not the one it should be, or would rather not have TLS."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.mail_sender import expect_nothing_handed_over
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mail_server import Mode
from conformance.ports.mailbox import Mailbox

PUSH = ["hook:push_now", "judge:mail"]


@case("TLS-018", roles=Role.EXPORTER, needs=[*PUSH, "judge:misnamed-server"],
      defects=["sender-ignores-names", "client-checks-nothing", "sends-in-clear"])  # fmt: skip
def test_a_server_of_another_name(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The sender breaks off when the mail server's certificate is for another host.

    Every holder of a certificate of the same authority could take the mail of all others.
    """
    _hands_over_nothing(Mode.MISNAMED, mailbox, hooks, stock, partner, judge)


@case("TLS-018.expired", roles=Role.EXPORTER, needs=[*PUSH, "judge:expired-server"],
      defects=["client-ignores-expiry", "client-checks-nothing", "sends-in-clear"])  # fmt: skip
def test_an_expired_server(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The sender breaks off when the mail server's certificate has expired.

    An authority tells of stolen keys only until the certificate expires.
    """
    _hands_over_nothing(Mode.EXPIRED, mailbox, hooks, stock, partner, judge)


@case("TLS-018.revoked", roles=Role.EXPORTER, needs=[*PUSH, "judge:revoked-server"],
      defects=["client-ignores-revocation", "client-checks-nothing", "sends-in-clear"])  # fmt: skip
def test_a_revoked_server(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The sender breaks off when the mail server's certificate was revoked by its authority.

    A certificate is revoked because somebody else may have its key, and can stand in for the server with it.
    """
    _hands_over_nothing(Mode.REVOKED, mailbox, hooks, stock, partner, judge)


@case("TLS-019", roles=Role.EXPORTER, needs=PUSH, defects=["client-speaks-old-versions"])
def test_an_old_server(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The sender breaks off when the mail server speaks TLS 1.1 at most.

    A sender that still agrees can be brought there by whoever sits in between, whatever the real server speaks.
    """
    _hands_over_nothing(Mode.OLD_VERSION, mailbox, hooks, stock, partner, judge)


@case("TLS-020", roles=Role.EXPORTER, needs=PUSH, defects=["goes-on-without-tls"])
def test_starttls_is_refused(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The sender does not go on in clear when STARTTLS is offered and then refused for the moment.

    The refusal comes in clear: whoever sits in between can write it, and would read the log-in and the mail.
    """
    _hands_over_nothing(Mode.STARTTLS_REFUSED, mailbox, hooks, stock, partner, judge)


@case("TLS-020.injection", roles=Role.EXPORTER, needs=PUSH, defects=["keeps-answers-from-before"])
def test_answers_from_before_tls(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """The sender forgets what a server said before the TLS handshake: it counts inside for nothing.

    Whoever sits in between can put answers behind the word that begins TLS. A sender that reads them afterwards takes
    them for the server's own. Here they offer a log-in that the server, inside TLS, refuses.
    """
    _hands_over_nothing(Mode.INJECTED, mailbox, hooks, stock, partner, judge)


def _hands_over_nothing(
    mode: Mode, mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """Expect that nothing is handed over in this mode; the twin is the same certificate at the next try."""
    number = stock.issued().number
    if expect_nothing_handed_over(mode, number, mailbox, hooks, partner, judge):
        seconds = partner.limits.delivery_seconds + partner.limits.retry_first_seconds * 4
        again = mailbox.receive(number, "certificate", seconds=seconds)
        judge.precondition(
            again is not None, "The twin, the same certificate at a good server, does not arrive either."
        )
