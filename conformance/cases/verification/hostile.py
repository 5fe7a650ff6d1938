"""Requests made to do harm to the site or to its visitors."""

from urllib.parse import urlencode, urlsplit

from conformance.cases.helpers.admin_paths import ADMIN_PATHS, ADMINISTRATIVE
from conformance.cases.helpers.case import case
from conformance.cases.helpers.injection import injections
from conformance.cases.helpers.joining import LETTER, NEEDS, Joining
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.http import file_name
from conformance.checks.links import read_links
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.https import FORM, PagePort
from conformance.ports.served_pull import PullService
from conformance.ports.site import File, Visitors

FOUND, REFUSED, REDIRECTED = 200, range(400, 500), range(300, 400)
PAGE = Where("verification page")
SITE = Where("site for officials")
ELSEWHERE = "attacker.invalid"
ABSENT = "/no-such-path-of-the-judge"
MARK = "X-Judge-Mark"
NOBODY_SECONDS = 0.3
HOSTILE_NAME = "..\\..\\../../../etc/judge.pdf"
PROGRAM = b"<html><script>alert(1)</script></html>"


@case("SEC-008", roles=Role.EXPORTER, defects=["numbers-in-sql", "numbers-are-patterns"])
def test_a_number_is_no_query(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """A number with a piece of SQL, XPath or an LDAP filter in it finds nothing, and changes nothing.

    The page is open to everybody: what a stranger types must stay a number, whatever it looks like.
    """
    held, aside = stock.issued(), pages.aside(12)
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    right = pages.look_up(held.number, held.code, source=aside)
    judge.precondition(right.state == "issued", "The right code does not give a result (WEB-000).")
    longer = pages.look_up(f"{held.number}X", held.code, source=aside)
    judge.precondition(longer.state == "unknown", "A longer number finds the certificate too (SEC-007).")
    for what, hostile in injections(held.number):
        found = pages.look_up(hostile, held.code, source=aside)
        judge.expect(
            found.state == "unknown" and found.status in REFUSED,
            expected="unknown, 404",
            actual=f"{found.state or 'no state'}, {found.status}",
            message=f"A number with {what} is not answered as an unknown one.",
            where=PAGE,
        )
    again = pages.look_up(held.number, held.code, source=aside)
    judge.expect(
        again.state == "issued",
        expected="issued",
        actual=again.state or f"status {again.status}",
        message="The certificate is not found any more after numbers that are pieces of a query.",
        where=PAGE,
    )


@case("SEC-009", roles=Role.EXPORTER, needs=["judge:pull"], defects=["visits-addresses"])
def test_addresses_in_forms_are_not_visited(visitors: Visitors, pull_service: PullService, judge: Judge) -> None:
    """An address that a visitor writes into a form is not visited by the site.

    Whoever can make the site open addresses sees through it what stands behind the firewall.
    """
    listening = pull_service.canary_url
    joining = Joining(visitors, judge)
    visitor = visitors.guest()
    described = visitor.described
    form = visitor.form(visitor.get(described.address("verify")), described.address("verify"))
    visitor.send(form, {described.field("number"): listening, described.field("code"): listening})
    applied = joining.apply("addresses", authority=listening)
    judge.precondition(applied.page.status < REFUSED.start, "The application is not taken, so nothing was tried.")
    fetched = pull_service.wait_for("(canary)", None, NOBODY_SECONDS)
    judge.expect(
        fetched is None,
        expected="no request to the address",
        actual="a request came",
        message="The site visited an address that stood in a form.",
        where=SITE,
    )


@case("SEC-013", roles=Role.EXPORTER, defects=["admin-on-the-site"])
def test_nothing_is_administered_on_the_site(pages: PagePort, judge: Judge) -> None:
    """At the public address no administration, console, source or settings answer.

    Programs try the usual paths on every host of the world each day.
    """
    form = pages.get(pages.form_path)
    judge.precondition(form.status == FOUND, "The form does not answer either.")
    absent = pages.get(ABSENT)
    for path in ADMIN_PATHS:
        page = pages.get(path)
        judge.expect(
            page.status == absent.status and _without(page.body, path) == _without(absent.body, ABSENT),
            expected=f"as for a path that is not there: {absent.status}",
            actual=f"status {page.status}, {page.facts.title or page.header('Content-Type')}",
            message=f"{path}: {ADMINISTRATIVE}",
            where=Where("site", None, path),
        )


@case("SEC-017", roles=Role.EXPORTER, needs=NEEDS, defects=["keeps-file-names", "takes-files-by-name"])
def test_files_are_taken_by_their_octets(visitors: Visitors, judge: Judge) -> None:
    """A file that people send is judged by its octets, and its name leads nowhere when it is given out again.

    A name with dots and slashes writes over files of the server or of the officer who opens it.
    """
    joining = Joining(visitors, judge)
    program = joining.apply("program", letter=File("letter.pdf", "application/pdf", PROGRAM))
    judge.expect(
        program.page.status in REFUSED,
        expected="a refusal (4xx)",
        actual=f"status {program.page.status}",
        message="A page with a script is taken for a letter because it is called letter.pdf.",
        where=SITE,
    )
    applied = joining.apply("name", letter=File(HOSTILE_NAME, "application/pdf", LETTER))
    judge.precondition(applied.page.status < REFUSED.start, "A good letter is not taken either.")
    page = joining.application(applied)
    department = visitors.entered("department")
    base = urlsplit(page.url).path
    links = (one for one in read_links(page.body) if one.path.startswith(base) and one.path != base)
    given = next((answer for one in links if (answer := department.get(one.target)).body == LETTER), None)
    judge.precondition(given is not None, "The department's page does not give the letter out again.")
    name = file_name(given.header("Content-Disposition")) if given is not None else ""
    judge.expect(
        not any(part in name for part in ("/", "\\", "..")),
        expected="a plain name",
        actual=name,
        message="The letter is given out with a name that leads out of its folder.",
        where=SITE,
    )


@case("SEC-018", roles=Role.EXPORTER, defects=["redirects-anywhere", "headers-as-they-come"])
def test_a_request_sets_no_header_and_sends_nobody_away(pages: PagePort, judge: Judge) -> None:
    """What stands in a request becomes no header of the answer, and sends nobody to another host.

    With a link to the real site an officer would arrive at a false one, or with a cookie that somebody else chose.
    """
    plain = pages.get(pages.form_path)
    judge.precondition(plain.status == FOUND, "The form does not answer either.")
    line = f"%0d%0a{MARK}:%20set%0d%0aSet-Cookie:%20judge=set"
    away = f"https://{ELSEWHERE}/"
    for target in (
        f"/log-in?next={away}&url={away}&return={away}",
        f"/?next={away}&url={away}&return={away}",
        f"//{ELSEWHERE}/..",
        f"{pages.form_path}?lang=en{line}",
        f"/v/x{line}",
    ):
        page = pages.request("GET", target, as_it_is=True)
        judge.expect(
            urlsplit(page.header("Location")).netloc in ("", urlsplit(pages.base).netloc),
            expected="no redirect to another host",
            actual=page.header("Location"),
            message=f"A link with {target} leads to another host.",
            where=PAGE,
        )
        judge.expect(
            not page.header(MARK) and "judge=" not in page.header("Set-Cookie"),
            expected="no header that the request chose",
            actual=f"{MARK}: {page.header(MARK)}",
            message="A line end in the request becomes a header of the answer.",
            where=PAGE,
        )


@case("SEC-019", roles=Role.EXPORTER, defects=["links-by-host-header"])
def test_links_do_not_follow_the_host_header(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """What a result says of its own address does not come from the Host header of the request.

    A cache or a mail with such a page sends the next reader to a host that somebody else chose.
    """
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    right = pages.look_up(held.number, held.code)
    judge.precondition(right.state == "issued", "The right code does not give a result (WEB-000).")
    form = {pages.described.field("number"): held.number, pages.described.field("code"): held.code}
    for what, headers, host in (
        ("Host", (), ELSEWHERE),
        ("X-Forwarded-Host", (("X-Forwarded-Host", ELSEWHERE), ("Forwarded", f"host={ELSEWHERE}")), ""),
    ):
        heading = (("Content-Type", FORM), *headers)
        page = pages.request("POST", pages.form_path, body=urlencode(form).encode(), headers=heading, host=host)
        said = [f"{name}: {value}" for name, value in page.answer.headers if ELSEWHERE in value]
        judge.expect(
            ELSEWHERE.encode() not in page.body and not said,
            expected="a refusal, or addresses of the registered host only",
            actual="; ".join(said) or f"{ELSEWHERE} in the page",
            message=f"The header {what} chooses what the page says of its own address.",
            where=PAGE,
        )


@case("SEC-020", roles=Role.EXPORTER, defects=["reads-both-lengths"])
def test_a_request_has_one_end(pages: PagePort, judge: Judge) -> None:
    """A request with two lengths, or with a length and chunks, is refused, and nothing in it is answered by itself.

    Where a gateway and the server behind it see different ends, one visitor's request becomes part of another's.
    """
    form = b"number=x&code=x"
    kind = b"Content-Type: application/x-www-form-urlencoded"
    start = b"POST " + pages.form_path.encode() + b" HTTP/1.1\r\n" + kind + b"\r\n"
    plain = pages.framed("a plain request", start + b"Connection: close\r\nContent-Length: 15", form)
    judge.precondition(len(plain) == 1, "A plain request over one connection is not answered either.")
    chunks = b"f\r\n" + form + b"\r\n0\r\n\r\n"
    hidden = b"GET " + pages.form_path.encode() + b" HTTP/1.1\r\nHost: hidden.invalid\r\nConnection: close\r\n\r\n"
    both = f"Content-Length: {len(chunks + hidden)}\r\nTransfer-Encoding: chunked".encode()
    for what, head, body in (
        ("a length and chunks", start + both, chunks + hidden),
        ("two lengths", start + b"Content-Length: 15\r\nContent-Length: 16", form + b"x"),
    ):
        answers = pages.framed(what, head, body)
        judge.expect(
            len(answers) <= 1 and all(one.startswith("4") for one in answers),
            expected="one refusal (4xx), or a closed connection",
            actual=f"{len(answers)} answers: {', '.join(answers)}",
            message=f"A request with {what} is not refused.",
            where=PAGE,
        )


def _without(body: bytes, path: str) -> bytes:
    return body.replace(path.encode(), b"").replace(path.rstrip("/").encode(), b"")
