"""Requests made to do harm: XML that grows, XML without measure, numbers that are pieces of a query."""

from conformance.cases.helpers.admin_paths import ADMINISTRATIVE, BESIDE_PULL
from conformance.cases.helpers.case import case
from conformance.cases.helpers.injection import injections
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.refusals import about
from conformance.cases.helpers.stock import Stock
from conformance.checks.http import answers_as
from conformance.checks.soap import SoapFault
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports import soap_raw
from conformance.ports.soap import PullPort

ANSWER = Where("SOAP answer")
ABSENT = "/no-such-path-of-the-judge"
# Small enough for any system to bear, large enough that nobody writes them in earnest.
BOMBS = {
    "entities of entities": "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha ha ha"}">' for n in range(6)
    ),
    "a long entity many times": f'<!ENTITY e5 "{"x" * 10_000}">',
}  # fmt: skip
TIMES = {"entities of entities": 1, "a long entity many times": 80}
LEVELS, NAME_OCTETS, ATTRIBUTES = 100_000, 1_000_000, 20_000
NUMBER_FAULTS = ("NotFound", "InvalidRequest")


def _header(content: str) -> str:
    return f'<n:Note xmlns:n="urn:example:note">{content}</n:Note>'


def _expect_refused(judge: Judge, pull: PullPort, body: bytes, what: str) -> None:
    exchange = pull.raw(body, soap_raw.headers("Echo"), action=f"Echo with {what}")
    status = exchange.answer.fact("status") or ""
    fault = pull.fault_in(exchange) if status not in ("400", "413") else None
    code = fault.code if isinstance(fault, SoapFault) else ""
    judge.expect(
        status in ("400", "413") or code in ("Client", "Sender"),
        expected="HTTP 400 or 413, or a fault with the code Client, within the time limit",
        actual=str(fault or (exchange.answer.failure.text if exchange.answer.failure else "a good answer")),
        message=f"A message with {what} is not refused.",
        where=ANSWER,
    )


@case("SEC-002", roles=Role.EXPORTER, defects=["reads-dtd"])
def test_entities_do_not_grow(pull: PullPort, judge: Judge) -> None:
    """Messages that grow when they are read are refused in time, and the service goes on.

    A kilobyte of entities can become a gigabyte in the receiver's memory. The judge's grow to less than a megabyte.
    """
    pull.echo()
    for what, entities in BOMBS.items():
        body = soap_raw.envelope(soap_raw.echo("x"), header=_header("&e5;" * TIMES[what]) + pull.security())
        head, _, rest = body.partition(b"\n")
        _expect_refused(judge, pull, head + f"<!DOCTYPE n [{entities}]>".encode() + rest, what)
    with judge.still("The service does not answer any more after entities that grow."):
        pull.echo()


@case("SEC-004", roles=Role.EXPORTER, defects=["no-bounds-of-structure"])
def test_structure_is_bounded(pull: PullPort, judge: Judge) -> None:
    """XML of a hundred thousand levels, a name of a megabyte or twenty thousand attributes is refused in time.

    Each costs the sender nothing, and the receiver memory, stack or a canonical form that takes minutes.
    """
    pull.echo()
    names = "".join(f' a{n}="1"' for n in range(ATTRIBUTES))
    long = "N" * NAME_OCTETS
    for what, content in (
        (f"{LEVELS:,} levels", "<l>" * LEVELS + "</l>" * LEVELS),
        (f"a name of {NAME_OCTETS:,} octets", f"<{long}/>"),
        (f"{ATTRIBUTES:,} attributes", f"<l{names}/>"),
    ):
        body = soap_raw.envelope(soap_raw.echo("x"), header=_header(content) + pull.security())
        _expect_refused(judge, pull, body, what)
    with judge.still("The service does not answer any more after XML without measure."):
        pull.echo()


@case("SEC-008.pull", roles=Role.EXPORTER, defects=["numbers-are-patterns"])
def test_a_number_is_no_query(pull: PullPort, stock: Stock, judge: Judge) -> None:
    """A number with a piece of SQL, XPath or an LDAP filter in it finds nothing, and changes nothing.

    What is pasted into a query becomes part of it: one number opens another country's certificates, or deletes them.
    """
    number = stock.issued().number
    pull.get(number)
    longer = pull.fault_in(pull.send("GetCertificate", soap_raw.get(f"{number}X")))
    judge.precondition(longer is not None, "A longer number finds the certificate too (PULL-002): nothing can be told.")
    for what, hostile in injections(number, spaces=False):
        fault = pull.fault_in(pull.send("GetCertificate", soap_raw.get(hostile)))
        judge.expect(
            fault is not None and fault.name in NUMBER_FAULTS,
            expected=f"fault {' or '.join(NUMBER_FAULTS)}",
            actual=str(fault or "a certificate"),
            message=f"A number with {what} is not answered as an unknown one.",
            where=ANSWER,
            requirement=about(fault),
        )
    with judge.still("The certificate is not found any more after numbers that are pieces of a query."):
        pull.get(number)


@case("SEC-013.pull", roles=Role.EXPORTER, defects=["admin-beside-pull"])
def test_nothing_is_administered_beside_the_pull_service(pull: PullPort, judge: Judge) -> None:
    """At the address of the pull service no administration, console or source answers.

    Partners hold accounts there, and one stolen key of theirs must not open more than their own certificates.
    """
    pull.echo()
    absent = pull.raw(b"", (), "GET", ABSENT, action="GET a path that is not there")
    for path in BESIDE_PULL:
        exchange = pull.raw(b"", (), "GET", path, action=f"GET {path}")
        judge.expect(
            answers_as(exchange, absent, path, ABSENT),
            expected=f"as for a path that is not there: {absent.answer.fact('status')}",
            actual=f"status {exchange.answer.fact('status')}",
            message=f"{path}: {ADMINISTRATIVE}",
            where=Where("pull service", None, path),
        )
