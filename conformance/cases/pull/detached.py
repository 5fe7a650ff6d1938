"""What the partner's importer does with a signature that does not belong to the document it came with."""

from dataclasses import replace

from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape

NEEDS = ["signature:detached", "judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]


@case("SIG-027", roles=Role.IMPORTER, needs=NEEDS, defects=["digest-not-compared"])
def test_signature_of_another_document_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate beside which lies the good signature of another certificate is not taken.

    The signature verifies and its signer is registered; only the comparison with the octets tells that it is not
    about them.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    good = importing.offer(importing.exporter.certificate())
    other = importing.exporter.certificate()
    borrowed = importing.offer(replace(other, signature=good.signature))
    importing.pull()
    importing.suppose_taken(good)
    importing.expect_refused(borrowed, "A certificate with the signature of another one")
