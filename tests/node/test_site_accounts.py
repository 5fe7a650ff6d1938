"""From the application to the list of certificates, and what shuts others out."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from node_process import RunningNode
from site_visitor import Shown, Visitor, next_code, ready

LETTER = ("letter.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "application/pdf")
PASSWORD = "lantern orchard kiwi harbour 47"
PERSON = {
    "name": "Kauri Example",
    "email": "kauri@nz.ecert.example",
    "country": "NZ",
    "authority": "Example Ministry of Plants, Port Office",
    "embassy": "Embassy of Example Land",
}


@pytest.fixture(scope="module")
def department(clean_node: RunningNode) -> Iterator[Visitor]:
    with Visitor(clean_node) as visitor:
        assert visitor.log_in("department").path == "/department"
        yield visitor


@pytest.fixture(scope="module")
def official(clean_node: RunningNode) -> Iterator[Visitor]:
    with Visitor(clean_node) as visitor:
        assert visitor.log_in("own").path == "/official"
        yield visitor


def apply(visitor: Visitor, letter: tuple[str, bytes, str] = LETTER, **changed: str) -> Shown:
    return visitor.send(visitor.get("/apply"), "/apply", {"letter": letter}, **{**PERSON, **changed})


def invite(visitor: Visitor, reference: str) -> str:
    page = visitor.get(f"/department/applications/{reference}")
    approved = visitor.send(page, f"/department/applications/{reference}/approve")
    return approved.field("invitation").removeprefix(visitor.node.page)


def test_from_the_application_to_the_certificates(clean_node: RunningNode, department: Visitor) -> None:
    with Visitor(clean_node, "127.0.0.11") as applicant:
        applied = apply(applicant)
        assert applied.status == 201
        link = invite(department, applied.field("reference"))
        joining = applicant.get(link)
        too_short = applicant.send(joining, link, password="short", again="short")
        assert (too_short.status, "at least 12 characters" in too_short.text) == (422, True)
        known = applicant.send(joining, link, password="password12345", again="password12345")
        assert (known.status, "tried first" in known.text) == (422, True)
        second = applicant.send(joining, link, password=PASSWORD, again=PASSWORD)
        assert second.path == "/second-factor"
        wrong = applicant.send(second, "/second-factor", code="000000")
        assert wrong.status == 422
        key = wrong.field("second-factor-key")
        inside = applicant.send(second, "/second-factor", code=pyotp.TOTP(key).now())
        assert (inside.status, inside.path) == (200, "/official")
        assert applicant.get(link).status == 404


def test_a_refusal_has_a_reason_and_ends_the_application(clean_node: RunningNode, department: Visitor) -> None:
    with Visitor(clean_node, "127.0.0.12") as applicant:
        reference = apply(applicant, email="rata@nz.ecert.example").field("reference")
    path = f"/department/applications/{reference}"
    without = department.send(department.get(path), f"{path}/refuse", reason=" ")
    assert without.status == 422
    refused = department.send(without, f"{path}/refuse", reason="The letter is not signed")
    assert "The letter is not signed" in refused.text
    assert department.client.post(f"{path}/approve", data={"csrf": without.form("/log-out")["csrf"]}).status_code == 409


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        (("letter.pdf", b"MZ\x90\x00 program", "application/pdf"), "not a PDF, PNG or JPEG"),
        (
            ("letter.pdf", b"%PDF-1.4\n<< /Open#41ction << /S /Java#53cript >> >>", "application/pdf"),
            "contains a program",
        ),
        (("letter.pdf", b"", "application/pdf"), "add the embassy's letter"),
    ],
    ids=["program", "active", "empty"],
)
def test_a_letter_is_judged_by_its_octets(clean_node: RunningNode, letter: tuple[str, bytes, str], told: str) -> None:
    with Visitor(clean_node, "127.0.0.13") as applicant:
        answer = apply(applicant, letter)
    assert (answer.status, told in answer.text) == (422, True), answer.text


def test_an_application_larger_than_agreed_is_not_read(clean_node: RunningNode) -> None:
    with Visitor(clean_node, "127.0.0.13") as applicant:
        assert apply(applicant, ("a.pdf", b"%PDF-" + bytes(6_000_000), "application/pdf")).status == 413


def test_what_is_missing_is_said_at_its_place(clean_node: RunningNode) -> None:
    with Visitor(clean_node, "127.0.0.14") as applicant:
        answer = apply(applicant, name=" ", email="nobody", country="XX")
    errors = {one.get("id"): one.text_content() for one in answer.tree.xpath("//*[@class='error'][@id]")}
    assert set(errors) == {"name-error", "email-error", "country-error"}
    assert answer.tree.get_element_by_id("name").get("aria-describedby") == "name-error"
    links = answer.tree.xpath("//*[@role='alert']//a/@href")
    assert links == ["#name", "#email", "#country"]


def test_a_log_in_gives_a_new_session_and_a_log_out_ends_it(clean_node: RunningNode) -> None:
    with Visitor(clean_node) as visitor:
        form = visitor.get("/log-in")
        before = visitor.client.cookies["__Host-ecert"]
        cookie = form.answer.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("secure", "httponly", "samesite=strict", "path=/"))
        inside = visitor.log_in("other")
        after = visitor.client.cookies["__Host-ecert"]
        assert before != after
        visitor.send(inside, "/log-out")
        for old in (before, after):
            visitor.client.cookies.clear()
            answer = visitor.client.get("/official", headers={"Cookie": f"__Host-ecert={old}"})
            assert answer.url.path == "/log-in"


def test_password_alone_or_code_alone_opens_nothing(clean_node: RunningNode) -> None:
    known = ready(clean_node)["own"]
    with Visitor(clean_node, "127.0.0.15") as visitor:
        assert visitor.get("/log-in/code").path == "/log-in"
        after = visitor.send(visitor.get("/log-in"), "/log-in", email=known["email"], password=known["password"])
        assert visitor.get("/official").path == "/log-in"
        assert visitor.send(after, "/log-in/code", code="123456").status == 403
        assert visitor.get("/official").path == "/log-in"


def test_a_code_is_taken_once(clean_node: RunningNode) -> None:
    known = ready(clean_node)["other"]
    code = next_code(known)
    with Visitor(clean_node, "127.0.0.16") as one, Visitor(clean_node, "127.0.0.17") as two:
        pages = [
            visitor.send(visitor.get("/log-in"), "/log-in", email=known["email"], password=known["password"])
            for visitor in (one, two)
        ]
        assert one.send(pages[0], "/log-in/code", code=code).path == "/official"
        assert two.send(pages[1], "/log-in/code", code=code).status == 403


def test_unknown_address_and_wrong_password_get_the_same_answer(clean_node: RunningNode) -> None:
    known = ready(clean_node)["own"]
    with Visitor(clean_node, "127.0.0.18") as visitor:
        page = visitor.get("/log-in")
        answers = [
            visitor.send(page, "/log-in", email=email, password="wrong password here")
            for email in (known["email"], "nobody@nz.ecert.example")
        ]
    texts = {re.sub(r'value="[^"]*"', "", one.answer.text) for one in answers}
    assert ({one.status for one in answers}, len(texts)) == ({403}, 1)


def test_who_guesses_shuts_out_himself_only(clean_node: RunningNode) -> None:
    known = ready(clean_node)["own"]
    with Visitor(clean_node, "127.0.0.19") as thief, Visitor(clean_node, "127.0.0.20") as owner:
        page = thief.get("/log-in")
        for _ in range(5):
            assert thief.send(page, "/log-in", email=known["email"], password="a wrong password").status == 403
        shut_out = thief.send(page, "/log-in", email=known["email"], password=known["password"])
        assert (shut_out.status, int(shut_out.answer.headers["retry-after"]) > 60) == (429, True)
        entered = owner.send(owner.get("/log-in"), "/log-in", email=known["email"], password=known["password"])
        assert entered.path == "/log-in/code"


def test_a_form_without_its_token_changes_nothing(official: Visitor) -> None:
    answer = official.client.post("/account/language", data={"language": "zh-Hans"})
    assert (answer.status_code, "Nothing was changed" in answer.text) == (403, True)
    form = official.get("/account").form("/account/language")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = official.client.post("/account/language", data={**form, "language": "zh-Hans"}, headers=headers)
        assert answer.status_code == 403
    assert 'lang="en"' in official.get("/account").answer.text


def test_an_official_sees_his_country_only(clean_node: RunningNode, official: Visitor) -> None:
    mine = clean_node.hook("issue", importing_country="NZ")["number"]
    foreign = clean_node.hook("issue", importing_country="AU")["number"]
    draft = clean_node.hook("issue", importing_country="NZ", state="draft")["number"]
    shown = official.get("/official").text
    assert (mine in shown, foreign in shown, draft in shown) == (True, False, False)
    assert official.get(f"/official/certificates/{mine}").status == 200
    for hidden in (foreign, draft, "CN-NOBODY"):
        assert official.get(f"/official/certificates/{hidden}").status == 404
        assert official.get(f"/official/certificates/{hidden}/certificate.xml").status == 404
        assert hidden not in official.get(f"/official?number={hidden}").tree.xpath("string(//table)")


def test_search_filter_pages_and_export_agree(clean_node: RunningNode, official: Visitor) -> None:
    number = clean_node.hook("issue", importing_country="NZ")["number"]
    clean_node.hook("withdraw", number=number, reason="not shipped")
    part = number[-4:]
    assert number in official.get(f"/official?number={part}&state=40").text
    assert number not in official.get(f"/official?number={part}&state=70").tree.xpath("string(//table)")
    assert number not in official.get("/official?number=%25").tree.xpath("string(//table)")
    export = official.get(f"/official/certificates.csv?number={part}&state=40").answer
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"{number},851,withdrawn,NZ," in export.text


def test_pages_of_the_department_are_for_the_department(official: Visitor, department: Visitor) -> None:
    assert official.get("/department/applications").status == 403
    assert official.get("/department/accounts").status == 403
    assert department.get("/official").status == 403


def test_a_closed_account_is_out_at_once(clean_node: RunningNode, department: Visitor) -> None:
    with Visitor(clean_node, "127.0.0.21") as person:
        reference = apply(person, email="tui@nz.ecert.example").field("reference")
        link = invite(department, reference)
        second = person.send(person.get(link), link, password=PASSWORD, again=PASSWORD)
        inside = person.send(second, "/second-factor", code=pyotp.TOTP(second.field("second-factor-key")).now())
        assert inside.path == "/official"
        accounts = department.get("/department/accounts")
        action = accounts.tree.xpath("//tr[contains(., 'tui@nz')]//form[contains(@action, '/close')]/@action")[0]
        department.send(accounts, action)
        assert person.get("/official").path == "/log-in"


def test_another_password_ends_other_sessions(clean_node: RunningNode, department: Visitor) -> None:
    with Visitor(clean_node, "127.0.0.22") as here, Visitor(clean_node, "127.0.0.23") as there:
        link = invite(department, apply(here, email="weka@nz.ecert.example").field("reference"))
        second = here.send(here.get(link), link, password=PASSWORD, again=PASSWORD)
        key = {"second_factor": second.field("second-factor-key")}
        here.send(second, "/second-factor", code=next_code(key))
        code = there.send(there.get("/log-in"), "/log-in", email="weka@nz.ecert.example", password=PASSWORD)
        assert there.send(code, "/log-in/code", code=next_code(key)).path == "/official"
        new = "granite paddock seven umbrellas"
        wrong = here.send(here.get("/account"), "/account/password", old="not it at all", password=new, again=new)
        assert (wrong.status, "present password" in wrong.text) == (422, True)
        done = here.send(here.get("/account"), "/account/password", old=PASSWORD, password=new, again=new)
        assert done.path == "/account"
        assert there.get("/official").path == "/log-in"
        assert here.get("/official").path == "/official"
