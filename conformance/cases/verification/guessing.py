"""Finding certificates out by trying: tokens and codes made by chance, numbers that open nothing, trying noticed."""

from base64 import urlsafe_b64encode
from math import ceil
from urllib.parse import quote, urlsplit

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.checks.chance import ENOUGH, check_codes, check_tokens
from conformance.checks.page import FACTS, read_page
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.https import PagePort, Result
from conformance.ports.tape import Tape

TOO_MANY = 429
PAGE = Where("verification page")


@case("WEB-006", roles=Role.EXPORTER, needs=["hook:issue"],
      defects=["tokens-from-numbers", "tokens-from-clock", "short-codes"])  # fmt: skip
def test_tokens_and_codes_are_made_by_chance(stock: Stock, judge: Judge) -> None:
    """The tokens and codes of several certificates show no order, nothing of the number, and enough bits.

    A token that can be worked out from the number is as good as none: everybody who sees the paper's number reads
    the certificate, and those beside it.
    """
    held = [stock.issued() for _ in range(ENOUGH)]
    numbers = [one.number for one in held]
    judge.precondition(
        all(one.url and one.code for one in held), "The hook 'issue' does not tell verification_code and _url."
    )
    tokens = [urlsplit(one.url).path.rsplit("/", 1)[-1] for one in held]
    judge.step(f"Tokens and codes of {len(held)} certificates, issued one after another.")
    judge.report(check_tokens(tokens, numbers))
    judge.report(check_codes([one.code for one in held], numbers))


@case("SEC-006", roles=Role.EXPORTER, defects=["number-in-link", "number-suffices"])
def test_a_number_opens_nothing_by_itself(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """A number opens no certificate, whatever field or address of the pages it is put into.

    Numbers stand on cartons and follow each other: whoever has one has the next.
    """
    held, source = _known(stock, judge), pages.aside(9)
    right = pages.look_up(held.number, held.code, source=source)
    judge.require(
        right.state == "issued", expected="issued", actual=right.state, message="The right code is refused.", where=PAGE
    )
    plain = quote(held.number, safe="")
    link = urlsplit(held.url).path.rsplit("/", 1)[0] if held.url else "/v"
    for what, found in (
        ("no code", pages.look_up(held.number, "", source=source)),
        ("the number as its code", pages.look_up(held.number, held.number, source=source)),
        ("the number in the place of the token", pages.follow(f"{link}/{plain}", source=source)),
        ("the number in the query", pages.follow(f"/verify?number={plain}", source=source)),
    ):
        judge.expect(
            not _shown(found),
            expected="nothing of the certificate",
            actual=f"state {found.state or 'none'}, {', '.join(_shown(found))}",
            message=f"With {what} the page shows the certificate.",
            where=PAGE,
        )
    document = pages.get(f"{link}/{plain}/certificate.xml", source=source)
    judge.expect(
        held.number.encode() not in document.body,
        expected="no document",
        actual=f"status {document.status}, {len(document.body)} octets",
        message="With the number in the place of the token the document is given out.",
        where=PAGE,
    )


@case("SEC-005", roles=Role.EXPORTER, defects=["throttles-known-names-only", "no-throttle"])
def test_trying_numbers_out_is_held_to_the_agreed_rate(
    pages: PagePort, stock: Stock, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """One address that tries neighbouring numbers and links by chance is told to wait at the agreed rate.

    Each number is another one, so counting wrong codes of one number does not stop it.
    """
    held, source = stock.issued(), pages.visitor(10)
    agreed = int(partner.limits.guesses_per_minute)
    for place in range(agreed + 1):
        found = _guess(pages, tape, held, source, place)
        if found.status == TOO_MANY:
            break
    judge.expect(
        found.status == TOO_MANY,
        expected=f"429 after at most {agreed} wrong answers within a minute",
        actual=f"{place + 1} answers, the last with status {found.status}",
        message="Trying numbers out is not held to the agreed rate.",
        where=PAGE,
    )


@case("SEC-005.noticed", roles=Role.EXPORTER, needs=["hook:alarms"], defects=["guessing-unnoticed"])
def test_trying_numbers_out_from_several_addresses_is_noticed(
    pages: PagePort, stock: Stock, hooks: Hooks, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """When several addresses together reach the agreed number of wrong answers, the partner notices each of them.

    Whoever has many addresses stays below the rate of each. Only the sum gives him away.
    """
    held, agreed = stock.issued(), int(partner.limits.guesses_until_alarm)
    each = int(min(partner.limits.guesses_per_minute - 1, ceil(agreed / 2)))
    count = ceil(agreed / each)
    sources = pages.strangers(count)
    judge.precondition(
        len(sources) == count,
        f"For {agreed} wrong answers {count} addresses are needed: name them in [ixit.judge] addresses.",
    )
    begun = tape.now()
    for place in range(each * count):
        _guess(pages, tape, held, sources[place % count], place)
    told = judge.wait_until(
        lambda: found if len(found := _noticed(hooks, begun.isoformat())) >= count else [],
        partner.limits.state_delay_seconds,
        "the alarm",
    )
    judge.expect(
        len(told) >= count,
        expected=f"{count} addresses noticed after {each * count} wrong answers",
        actual=f"{len(_noticed(hooks, begun.isoformat()))} addresses",
        message="Trying numbers out from several addresses is not noticed.",
        where=Where("hook alarms"),
    )


def _noticed(hooks: Hooks, since: str) -> list[str]:
    alarms = hooks.call("alarms").get("alarms")
    given = alarms if isinstance(alarms, list) else []
    return sorted({str(one.get("from")) for one in given if isinstance(one, dict) and _after(one, since)})


def _after(alarm: dict[str, object], since: str) -> bool:
    # Both are ISO 8601 in UTC; whole seconds are compared, as clocks write fractions differently.
    return str(alarm.get("at"))[:19] >= since[:19]


def _guess(pages: PagePort, tape: Tape, held: Held, source: str, place: int) -> Result:
    """A number near one that exists, or a link by chance: in turn."""
    if place % 2:
        token = urlsafe_b64encode(tape.random.randbytes(24)).decode()
        return pages.follow(f"/v/{token}", source=source)
    return pages.look_up(f"{held.number[:-2]}Z{place // 2:02}", "GUESSED", source=source, throttling=True)


def _shown(found: Result) -> list[str]:
    facts = read_page(found.page.body)
    states = [found.state] if found.state in ("issued", "replaced", "withdrawn") else []
    return [*states, *(name for name in FACTS if name != "number" and facts.value(name))]


def _known(stock: Stock, judge: Judge) -> Held:
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    return held
