"""Numbers: each is given once, and never one that is another system's."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.soap import PullPort

SOME = 5


@case("LIFE-018", roles=Role.EXPORTER, needs=["hook:issue", "data:other_system"],
      defects=["numbers-of-another-system"])  # fmt: skip
def test_numbers_are_of_the_own_range(pull: PullPort, stock: Stock, judge: Judge, partner: Partner) -> None:
    """New certificates get numbers of this system's range, not of the one that was there before or is beside it.

    In a transition both systems issue. Where they give out the same number, one consignment travels under the
    certificate of another.
    """
    data = partner.data
    used = {*data.issued, *data.replaced, *data.withdrawn, *data.foreign, *(one.number for one in data.legacy)}
    for _ in range(SOME):
        number = pull.get(stock.issued().number).number
        other = next((one for one in data.other_system if number.startswith(one)), "")
        where = Where(f"certificate {number}")
        judge.expect(
            not other, expected=f"a number that does not begin with {other}", actual=number,
            message="A new certificate has a number of the other system's range.", where=where,
        )  # fmt: skip
        judge.expect(
            number not in used, expected="a number not given before", actual=number,
            message="A number is given to a second certificate.", where=where,
        )  # fmt: skip
        used.add(number)


@case("LIFE-015", roles=Role.EXPORTER, needs=["hook:issue", "hook:discard"], defects=["reuses-discarded-numbers"])
def test_number_of_a_draft_is_used_up(stock: Stock, hooks: Hooks, judge: Judge) -> None:
    """The number of a draft that was given up is not given to another certificate.

    A number may have been told to the trader, or printed, before the draft was discarded. It must not come to mean
    other goods.
    """
    drafts, numbers = list[str](), list[str]()
    # Several times, because whatever else asks for a certificate at this moment may be given the number.
    for _ in range(SOME):
        drafts.append(stock.draft().number)
        hooks.call("discard", number=drafts[-1])
        numbers.append(stock.issued().number)
    judge.expect(
        not set(drafts) & set(numbers),
        expected=f"other numbers than {', '.join(drafts)}",
        actual=", ".join(numbers),
        message="The number of a discarded draft is given to another certificate.",
        where=Where("numbers of new certificates"),
    )
