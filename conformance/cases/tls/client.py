"""The partner's own client, when the server it reaches is not the one it should be, or speaks as servers once did."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService

SERVICE = Where("the judge's pull service")
CLIENT = ["access:pull", "judge:pull", "hook:pull_now"]
CONNECTIONS = 50


@case("TLS-005", roles=Role.IMPORTER, needs=CLIENT, defects=["client-checks-nothing"])
def test_wrong_servers_are_refused(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge) -> None:
    """The partner's client breaks off when the server's certificate has the wrong name or an unknown authority.

    A client that takes any certificate hands its requests to whoever sits in between, and believes the answers.
    """
    _good_pull(pull_service, hooks, partner, judge)
    good = pull_service.url
    pull_service.present_unknown_authority()
    _breaks_off(pull_service, hooks, partner, judge, "with a server certificate of an unknown authority")
    pull_service.answer_properly()
    hooks.set_judge_addresses(pull_url=pull_service.wrong_host_url)
    _breaks_off(pull_service, hooks, partner, judge, "with a server certificate of the wrong host name")
    hooks.set_judge_addresses(pull_url=good)


@case("TLS-005.expired", roles=Role.IMPORTER, needs=[*CLIENT, "judge:expired-server"],
      defects=["client-ignores-expiry", "client-checks-nothing"])  # fmt: skip
def test_expired_servers_are_refused(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge) -> None:
    """The partner's client breaks off when the server's certificate has expired.

    An authority tells of stolen keys only until the certificate expires.
    """
    _good_pull(pull_service, hooks, partner, judge)
    pull_service.present_expired()
    _breaks_off(pull_service, hooks, partner, judge, "with a server certificate that has expired")


@case("TLS-005.revoked", roles=Role.IMPORTER, needs=[*CLIENT, "judge:revoked-server"],
      defects=["client-ignores-revocation", "client-checks-nothing"])  # fmt: skip
def test_revoked_servers_are_refused(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge) -> None:
    """The partner's client breaks off when the server's certificate was revoked by its authority.

    A certificate is revoked because somebody else may have its key, and can stand in for the server with it.
    """
    _good_pull(pull_service, hooks, partner, judge)
    pull_service.present_revoked()
    _breaks_off(pull_service, hooks, partner, judge, "with a server certificate that was revoked")


@case("TLS-006", roles=Role.IMPORTER, needs=CLIENT,
      defects=["client-speaks-old-versions", "client-takes-unsafe-renegotiation"])  # fmt: skip
def test_old_ways_are_refused(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge) -> None:
    """The partner's client breaks off when the server speaks TLS 1.1 at most, or does not confirm renegotiation_info.

    A client that still agrees can be brought there by whoever sits in between, whatever the real server speaks.
    """
    _good_pull(pull_service, hooks, partner, judge)
    pull_service.present_legacy_version()
    _breaks_off(pull_service, hooks, partner, judge, "at TLS 1.1")
    pull_service.present_no_renegotiation_info()
    _breaks_off(pull_service, hooks, partner, judge, "at TLS 1.2 without renegotiation_info")


def _good_pull(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge) -> None:
    """The twin: a pull from the right server begins."""
    hooks.call("pull_now")
    listed = pull_service.wait_for("ListCertificates", timeout=partner.limits.delivery_seconds)
    judge.require(
        listed is not None,
        expected="ListCertificates",
        actual="nothing",
        message="The twin, a pull from the right server, does not begin.",
        where=SERVICE,
    )


def _breaks_off(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge, how: str) -> None:
    hooks.call("pull_now")
    came = asked = None
    for _ in range(CONNECTIONS):  # those of the good pull end well, and may end late
        came = pull_service.wait_for("(connection)", timeout=partner.limits.delivery_seconds / 2)
        asked = pull_service.wait_for("ListCertificates", timeout=0)
        if came is None or asked is not None or came.outcome:
            break
    judge.precondition(came is not None or asked is not None, f"The partner's client did not come ({how}).")
    judge.step(f"{how}: {came.outcome or 'a request was served' if came else 'a request came'}")
    judge.expect(
        asked is None,
        expected="no request",
        actual="ListCertificates",
        message=f"The client goes on {how}.",
        where=SERVICE,
    )
