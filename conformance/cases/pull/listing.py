"""What the list shows, and to whom."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case("PULL-001", roles=Role.EXPORTER, defects=["list-forgets-replaced"])
def test_list_names_every_change(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The list names every certificate for the caller that changed in the window, whatever its state is now.

    The importer learns of replacement and withdrawal from the list. What is left out stays good in its eyes.
    """
    made = (stock.issued(), stock.replaced(), stock.withdrawn())
    wanted = {held.number: pull.status(held.number).status_code for held in made}
    listed = {item.number: item for item in pull.list_all()}
    for number, state in wanted.items():
        actual = listed[number].status_code if number in listed else "not listed"
        judge.expect(
            actual == state,
            expected=f"{number} with state {state}",
            actual=actual,
            message="The list does not tell a certificate as GetStatus tells it.",
        )
    order = [(item.changed, item.number) for item in listed.values()]
    judge.expect(
        order == sorted(order),
        expected="by time of change, then number",
        actual="another order",
        message="The list is not in order.",
    )


@case("PULL-003", roles=Role.EXPORTER, needs=["account:other"], defects=["shows-other-countries"])
def test_only_own_certificates_are_visible(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A caller sees only certificates addressed to its country, in the list and by number.

    Certificates are trade secrets of the traders in them: a competitor country must not read them.
    """
    own, foreign = stock.issued().number, stock.addressed_to_another_country().number
    listed = {item.number for item in pull.list_all()}
    judge.expect(own in listed, expected=own, actual="not listed", message="The caller's own certificate is missing.")
    judge.expect(
        foreign not in listed,
        expected="certificates for the caller only",
        actual=f"{foreign} is listed",
        message="The list shows a certificate addressed to another country.",
    )
    pull.get(own)
    with pull.refused("PermissionDenied", "NotFound"):
        pull.get(foreign)


@case("PULL-005", roles=Role.EXPORTER, needs=["hook:issue", "hook:withdraw"], defects=["offset-paging"])
def test_paging_is_stable(pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge, tape: Tape) -> None:
    """Following the cursor gives every certificate once, also when others change between two pages.

    A service that counts positions moves the rest when something enters or leaves: one certificate comes twice,
    another never.
    """
    made = [stock.issued().number for _ in range(4)]
    end = tape.now() + timedelta(hours=1)
    changed = [item.changed for item in pull.list_all(tape.now() - timedelta(minutes=5), end) if item.number in made]
    judge.precondition(changed, "The certificates just issued are not listed at all.")
    begin = min(changed)
    first = pull.list(begin, end, page_size=2)
    judge.precondition(
        first.next_cursor and first.items and first.items[0].number in made, "The list does not begin with our own."
    )
    # It leaves its place and comes again at the end.
    hooks.call("withdraw", number=first.items[0].number, reason="Conformance test: paging")
    late = stock.issued().number
    seen, cursor = [item.number for item in first.items], first.next_cursor
    for _ in range(50):
        page = pull.list(begin, end, page_size=2, cursor=cursor)
        seen += [item.number for item in page.items]
        cursor = page.next_cursor
        if not cursor:
            break
    missing = sorted({*made, late} - set(seen))
    twice = sorted(number for number in set(seen) if seen.count(number) > 1 and number != first.items[0].number)
    judge.expect(not missing, expected="every certificate", actual=f"missing: {missing}", message="Paging loses some.")
    judge.expect(not twice, expected="each once", actual=f"twice: {twice}", message="Paging repeats some.")


@case("PULL-006", roles=Role.EXPORTER, defects=["closed-window"])
def test_window_is_half_open(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The window includes ChangedFrom and excludes ChangedBefore.

    Windows are asked for one after another. With both ends closed a certificate comes twice, with both open never.
    """
    number = stock.issued().number
    changed = next((item.changed for item in pull.list_all() if item.number == number), None)
    judge.precondition(changed is not None, f"The certificate {number} is not listed at all.")
    if changed is None:
        return
    hour = timedelta(hours=1)
    before = [item.number for item in pull.list_all(changed - hour, changed)]
    after = [item.number for item in pull.list_all(changed, changed + hour)]
    judge.expect(
        number in after,
        expected="the certificate changed at ChangedFrom",
        actual="not listed",
        message="The window does not include its beginning.",
    )
    judge.expect(
        number not in before,
        expected="nothing changed at ChangedBefore",
        actual=f"{number} is listed",
        message="The window includes its end.",
    )


@case("PULL-006.order", roles=Role.EXPORTER, defects=["accepts-empty-window"])
def test_window_has_a_length(pull: PullPort, tape: Tape) -> None:
    """A window that ends where it begins, or before, is refused.

    Such a window is a mistake of the caller's. An empty list in answer would look like "nothing new" for ever.
    """
    now = tape.now()
    pull.list(now - timedelta(hours=1), now)
    with pull.refused("InvalidRequest"):
        pull.list(now, now)
    with pull.refused("InvalidRequest"):
        pull.list(now, now - timedelta(hours=1))


@case("PULL-018", roles=Role.EXPORTER, defects=["ignores-not-enabled"])
def test_type_not_agreed_is_refused(pull: PullPort, partner: Partner) -> None:
    """Asking for a document type that is not agreed between the two countries is refused with NotEnabled.

    An empty list would tell the importer that there are no such certificates, not that it is asking in vain.
    """
    pull.list(type_codes=[partner.document_types[0]])
    stranger = next(code for code in ("853", "636", "852", "001") if code not in partner.document_types)
    with pull.refused("NotEnabled"):
        pull.list(type_codes=[stranger])
