"""Documents that just keep the agreed limits, and those just beyond them."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape

NEEDS = ["judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]


@case("DOC-046.lines", roles=Role.IMPORTER, needs=NEEDS, defects=["any-number-of-lines", "fewer-lines-than-agreed"])
def test_trade_lines(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A document with as many trade lines as are agreed is taken, and one with a line more is not.

    The last line of a long list must not be cut off unseen: either all of it is read, or the exporter is told.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    most = int(partner.limits.max_trade_lines)
    within, beyond = (importing.offer(importing.exporter.of_lines(count)) for count in (most, most + 1))
    small = importing.offer(importing.exporter.certificate())
    importing.pull()
    importing.suppose_taken(small)
    importing.expect_taken(within)
    importing.expect_refused(beyond, f"A document of {most + 1} trade lines, one more than agreed,")


@case("DOC-046.octets", roles=Role.IMPORTER, needs=NEEDS, defects=["any-size", "smaller-than-agreed"])
def test_octets(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A document of as many octets as are agreed is taken, and one with an octet more is not.

    A limit that holds on one side only is found by the first large certificate, when the goods are under way.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    most = int(partner.limits.max_document_octets)
    within, beyond = (importing.offer(importing.exporter.of_octets(count)) for count in (most, most + 1))
    small = importing.offer(importing.exporter.certificate())
    importing.pull()
    importing.suppose_taken(small)
    importing.expect_taken(within)
    importing.expect_refused(beyond, f"A document of {most + 1:,} octets, one more than agreed,")
