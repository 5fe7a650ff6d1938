"""The pull access can be reached at all, and only by those who say who they are."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge, PausingTape
from conformance.cases.helpers.refusals import about
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape

TEXT = "interconnection 互联 2026"


@case("PULL-000", roles=Role.EXPORTER, also=["PULL-021"], defects=["echo-empty"], interconnection=True)
def test_echo_and_list(pull: PullPort, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Echo gives back the text with the present time, and a list can be asked for.

    This is the interconnection test of the pull access: what follows makes no sense without it.
    """
    answer = pull.echo(TEXT)
    judge.require(answer.text == TEXT, expected=TEXT, actual=answer.text, message="Echo does not give back the text.")
    allowed = timedelta(seconds=partner.limits.clock_skew_seconds + 5)
    judge.expect(
        abs(answer.time - tape.now()) <= allowed,
        expected=f"the present time, give or take {allowed.total_seconds():g} s",
        actual=answer.time.isoformat(),
        message="The time of Echo is not the present time.",
    )
    pull.list(page_size=1)


@case("PULL-021", roles=Role.EXPORTER, defects=["open-echo", "client-certificate-unchecked"])
def test_echo_needs_an_identity(pull: PullPort) -> None:
    """Echo needs the same proof of identity as the operations that give data.

    An open echo tells strangers that the service is there and gives them a way in to try.
    """
    pull.echo()
    with pull.refused("Unauthenticated"):
        pull.as_("own", by="none").echo()


@case("LOAD-002", roles=Role.EXPORTER, needs=["account:limited"], defects=["no-rate-limit"])
def test_agreed_rate_is_kept(pull: PullPort, judge: Judge, tape: PausingTape) -> None:
    """Over the agreed rate a caller is told TooManyRequests and when to come again, and is then served.

    Without a limit one partner's broken loop takes the service away from all others; with a limit that does not
    recover it is taken away from that partner for good.
    """
    port = pull.as_("limited")
    rate = port.account.requests_per_minute or 60
    port.echo()
    fault = None
    for _ in range(2 * rate + 5):
        exchange = port.send_echo()
        fault = port.fault_in(exchange)
        if fault is not None:
            break
    judge.require(
        fault is not None,
        expected=f"TooManyRequests above {rate} requests a minute",
        actual=f"{2 * rate + 5} requests at once were served",
        message="There is no limit to the rate of requests.",
    )
    header = exchange.answer.response.header("Retry-After") if exchange.answer.response else None
    seconds = fault.retry_after if fault else None
    judge.require(
        fault is not None and fault.name == "TooManyRequests" and seconds is not None and header == str(seconds),
        expected="TooManyRequests with RetryAfterSeconds, and the same in the header Retry-After",
        actual=f"{fault}; Retry-After: {header}",
        message="The refusal does not say when to come again.",
        requirement=about(fault),
    )
    judge.precondition((seconds or 0) <= 60, f"The partner asks to wait {seconds} s, longer than a case may take.")
    tape.pause((seconds or 0) + 0.2)
    port.echo()
