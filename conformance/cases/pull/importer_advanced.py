"""Whether the partner's importer looks at what XAdES adds to a signature."""

from conformance.cases.helpers.adversary import Adversary
from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.forgery import accepted, advanced

NEEDS = ["judge:pull", "judge:signing", "judge:test-ca", "hook:pull_now", "hook:lookup"]


@case("SIG-015.importer", roles=Role.IMPORTER, needs=["xades", *NEEDS], defects=["ignores-signed-properties"])
def test_other_properties_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature without the agreed properties, or whose properties are of somebody else, is not taken.

    XAdES was agreed to know which certificate was meant and when it signed. A receiver that passes over it has agreed
    on nothing.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(advanced.PROPERTIES, twins=[accepted.PLAIN])


@case("SIG-016.importer", roles=Role.IMPORTER, needs=["signature:xades-t", *NEEDS], defects=["believes-any-stamp"])
def test_bad_stamps_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature whose time stamp is over something else, or of nobody registered, is not taken.

    Whoever can borrow a stamp can sign with a key that was lost long ago.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(advanced.STAMPS, twins=[accepted.PLAIN])
