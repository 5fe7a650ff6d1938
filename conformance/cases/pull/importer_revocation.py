"""What the partner's importer makes of revocation: signers revoked, lists that are over, and nothing known."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.revoking import Revoking
from conformance.model.words import Revocation, Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.forgery.issuing import key_of

NEEDS = ["signed", "judge:pull", "judge:signing", "judge:test-ca", "hook:pull_now", "hook:lookup", "hook:revocation"]
DEMANDED, AT_HAND = Revocation.REQUIRE, Revocation.IF_AVAILABLE


@case("PKI-007", roles=Role.IMPORTER, needs=NEEDS, defects=["ignores-revocation", "accepts-any-signer"])
def test_revoked_signer_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signer is taken until the list of its authority names it, and not afterwards; the others go on.

    A key that was lost signs for whoever found it. Revocation is the only way to call it back.
    """
    revoking = Revoking(Importing(pull_service, hooks, judge, tape, partner))
    authority = revoking.authority
    lost, other = (revoking.signer(authority, name) for name in ("signer to be revoked", "other signer"))
    revoking.taken(lost, revoking.lists(authority), AT_HAND)
    lists = revoking.lists(authority, lost)
    revoking.taken(other, lists, AT_HAND)
    revoking.refused(lost, lists, AT_HAND, "A document whose signer is revoked")


@case("PKI-008", roles=Role.IMPORTER, needs=NEEDS, defects=["unknown-is-good", "accepts-any-signer"])
def test_unknown_revocation_is_not_passed_over(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Where it is agreed that revocation must be known, a signer of whom it is not known is not taken.

    Whoever keeps the list away from the receiver must not win by it. A list that another key has signed is none.
    """
    revoking = Revoking(Importing(pull_service, hooks, judge, tape, partner))
    authority = revoking.authority
    signer = revoking.signer(authority, "signer")
    revoking.taken(signer, revoking.lists(authority), DEMANDED)
    revoking.refused(signer, revoking.without(), DEMANDED, "A document of a signer without a list")
    forged = revoking.lists(authority, key=key_of("P-256", "somebody else"))
    revoking.refused(signer, forged, DEMANDED, "A document of a signer with a list by another key")


@case("PKI-009", roles=Role.IMPORTER, needs=NEEDS, defects=["uses-lists-for-ever", "accepts-any-signer"])
def test_stale_list_is_not_used(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A revocation list that is over does not show that a signer is not revoked.

    Whoever can show an old list can hide what happened since.
    """
    revoking = Revoking(Importing(pull_service, hooks, judge, tape, partner))
    authority = revoking.authority
    signer = revoking.signer(authority, "signer")
    revoking.taken(signer, revoking.lists(authority), AT_HAND)
    stale = revoking.lists(authority, ends=-timedelta(hours=1))
    revoking.refused(signer, stale, AT_HAND, "A document of a signer whose authority's list is over")
