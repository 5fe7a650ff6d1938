"""The partner's own client, when the server it reaches is not the one it should be."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService


@case("TLS-005", roles=Role.IMPORTER, needs=["access:pull", "judge:pull", "hook:pull_now"],
      defects=["client-checks-nothing"])  # fmt: skip
def test_wrong_servers_are_refused(pull_service: PullService, hooks: Hooks, partner: Partner, judge: Judge) -> None:
    """The partner's client breaks off when the server's certificate has the wrong name or an unknown authority.

    A client that takes any certificate hands its requests to whoever sits in between, and believes the answers.
    """
    seconds = partner.limits.delivery_seconds
    hooks.call("pull_now")
    listed = pull_service.wait_for("ListCertificates", timeout=seconds)
    judge.require(
        listed is not None,
        expected="ListCertificates",
        actual="nothing",
        message="The twin, a pull from the right server, does not begin.",
        where=Where("the judge's pull service"),
    )
    good = pull_service.url
    for what, url in (("an unknown authority", good), ("the wrong host name", pull_service.wrong_host_url)):
        if url == good:
            pull_service.present_unknown_authority()
        else:
            pull_service.answer_properly()
        hooks.set_judge_addresses(pull_url=url)
        hooks.call("pull_now")
        asked = pull_service.wait_for("ListCertificates", timeout=seconds / 4)
        judge.expect(
            asked is None,
            expected="no request",
            actual="ListCertificates",
            message=f"The client goes on with a server certificate of {what}.",
            where=Where("the judge's pull service"),
        )
    pull_service.answer_properly()
    hooks.set_judge_addresses(pull_url=good)
