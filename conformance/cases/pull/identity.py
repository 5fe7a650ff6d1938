"""WS-Security user name tokens: what proves an identity, and what does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.judge import Judge
from conformance.model.outcome import Inconclusive
from conformance.model.words import Role
from conformance.ports.soap import PullPort

NEEDS = ["identity:username-token"]


def _by_token(pull: PullPort) -> PullPort:
    return pull.as_("own", by="username-token")


@contextmanager
def _refused(port: PullPort) -> Iterator[None]:
    """Expect an Echo with a bad token to be refused; `Inconclusive` when it is served without any token as well."""
    with port.refused("Unauthenticated"):
        yield
        if port.fault_in(port.send_echo_with("")) is None:
            raise Inconclusive("Echo is open to everybody (PULL-021): nobody can tell whether it looks at the token.")


@case("WSS-002", roles=Role.EXPORTER, needs=NEEDS, defects=["digest-not-checked"])
def test_password_digest_is_checked(pull: PullPort) -> None:
    """The digest over nonce, time and password opens the service when it is right, and only then.

    The user name is no secret; the digest is the only proof that the sender knows the password.
    """
    port = _by_token(pull)
    port.echo_with(port.token().xml())
    with _refused(port):
        port.echo_with(replace(port.token(), password="not-the-password").xml())  # noqa: S106 - wrong on purpose


@case("WSS-003", roles=Role.EXPORTER, needs=NEEDS, defects=["nonce-optional"])
def test_nonce_and_created_are_needed(pull: PullPort) -> None:
    """A token without Nonce or without Created is refused.

    Without them the digest is always the same, and whoever reads it once has it for ever.
    """
    port = _by_token(pull)
    port.echo_with(port.token().xml())
    with _refused(port):
        port.echo_with(replace(port.token(), nonce=b"").xml())
    with _refused(port):
        port.echo_with(replace(port.token(), created="").xml())


@case("WSS-004", roles=Role.EXPORTER, needs=NEEDS, defects=["replay-accepted"])
def test_nonce_works_once(pull: PullPort) -> None:
    """A token that was used is refused when it comes again.

    A recorded request must be worth nothing.
    """
    port = _by_token(pull)
    header = port.token().xml()
    port.echo_with(header)
    with _refused(port):
        port.echo_with(header)
    port.echo_with(port.token().xml())


@case("WSS-006", roles=Role.EXPORTER, needs=NEEDS, defects=["stale-timestamp-accepted"])
def test_timestamp_must_be_fresh(pull: PullPort) -> None:
    """A token whose time is over, or still far ahead, is refused.

    The window is what keeps the list of used nonces short; outside of it a replay cannot be recognised.
    """
    port = _by_token(pull)
    port.echo_with(port.token().xml())
    for shift in (timedelta(minutes=-10), timedelta(minutes=10)):
        with _refused(port):
            port.echo_with(port.token(shift=shift).xml())


@case("WSS-007", roles=Role.EXPORTER, needs=NEEDS, defects=["long-lifetime-accepted"])
def test_lifetime_is_limited(pull: PullPort) -> None:
    """A token that claims to live longer than 60 seconds is refused.

    The sender does not decide how long a stolen token is useful.
    """
    port = _by_token(pull)
    port.echo_with(port.token(lifetime=timedelta(seconds=60)).xml())
    for lifetime in (timedelta(seconds=61), timedelta(days=1)):
        with _refused(port):
            port.echo_with(port.token(lifetime=lifetime).xml())


@case("WSS-009", roles=Role.EXPORTER, needs=NEEDS, defects=["two-timestamps-accepted"])
def test_one_timestamp_only(pull: PullPort) -> None:
    """A security header with two timestamps is refused.

    Of two, one reader takes the first and another the last; a forged one passes where they differ.
    """
    port = _by_token(pull)
    port.echo_with(port.token().xml())
    with _refused(port):
        port.echo_with(port.token(windows=[timedelta(seconds=1)]).xml())


@case("WSS-010", roles=Role.EXPORTER, needs=NEEDS, defects=["tells-unknown-user"])
def test_unknown_user_looks_like_wrong_password(pull: PullPort, judge: Judge) -> None:
    """An unknown user name and a wrong password are answered alike, word for word.

    Otherwise names can be tried out one by one, and every hit is half of a way in.
    """
    port = _by_token(pull)
    port.echo_with(port.token().xml())
    wrong = replace(port.token(), password="not-the-password")  # noqa: S106 - wrong on purpose
    unknown = replace(port.token(), username="nobody-of-that-name")
    answers = []
    for token in (wrong, unknown):
        exchange = port.send_echo_with(token.xml())
        fault = port.fault_in(exchange)
        judge.precondition(fault is not None, "A wrong password or an unknown user is served (WSS-002): no refusals.")
        answers.append((exchange.answer.fact("status"), str(fault)))
    equal(judge, answers[0], answers[1], "An unknown user name can be told from a wrong password.")


@case("WSS-014", roles=Role.EXPORTER, needs=NEEDS, defects=["password-text-accepted"])
def test_password_text_is_refused(pull: PullPort) -> None:
    """A password sent as text is refused, even when it is right.

    What is sent as text lies readable in every log on the way.
    """
    port = _by_token(pull)
    port.echo_with(port.token().xml())
    with _refused(port):
        port.echo_with(port.token(plain=True).xml())
