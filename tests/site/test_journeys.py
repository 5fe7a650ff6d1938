"""Each journey through the site in a browser: in English, and in Chinese without JavaScript."""

import base64
import csv
import io
import re
import time

import pyotp
import pytest
from node_process import RunningNode
from people import People
from person import LETTER, Person
from pypdf import PdfReader

from reference_impl.web.verification_words import STATE_TEXTS

PASSWORD = "lantern orchard kiwi harbour 47"
BOTH = pytest.mark.parametrize(("language", "scripts"), [("en", True), ("zh-Hans", False)], ids=["en", "zh"])
PNG = b"\x89PNG\r\n\x1a\n and a picture of a seal"


def issued(site: RunningNode) -> dict[str, str]:
    return site.hook("issue", importing_country="NZ")


@BOTH
def test_a_visitor_verifies_a_certificate(site: RunningNode, people: People, language: str, scripts: bool) -> None:
    made, visitor = issued(site), people.visitor(language, scripts=scripts)
    visitor.go("/")
    visitor.fill(number=made["number"], code=made["verification_code"])
    visitor.press("Verify")
    assert (visitor.state(), visitor.mark("number")) == ("issued", made["number"])
    visitor.sees("This certificate was issued by us and is in force.", "Seal", "Container", "Net weight")
    pulled = re.search(
        "<Document>(.+?)</Document>", site.call("GetCertificate", f"<Number>{made['number']}</Number>").text
    )
    assert pulled is not None
    assert visitor.get(visitor.page.locator("[data-ecert-field=download]")) == base64.b64decode(pulled[1])
    assert {url.split("/")[2] for url in visitor.asked} == {site.page.split("/")[2]}
    assert visitor.context.cookies() == []
    if language == "en":  # to write the form costs a second, and Chinese is the harder one
        return
    form = PdfReader(io.BytesIO(visitor.get(visitor.page.locator("[data-ecert-field=pdf]"))))
    assert made["number"] in form.pages[0].extract_text()
    assert visitor._(STATE_TEXTS["issued"][0]) in form.pages[0].extract_text().replace(" ", "")


@BOTH
def test_what_the_code_on_the_paper_leads_to_follows_the_certificate(
    site: RunningNode, people: People, language: str, scripts: bool
) -> None:
    old, gone = issued(site), issued(site)
    new = site.hook("replace", number=old["number"], reason="a wrong name")
    site.hook("withdraw", number=gone["number"], reason="not shipped")
    visitor = people.visitor(language, scripts=scripts)
    visitor.go(old["verification_url"])
    assert (visitor.state(), visitor.mark("replaced-by")) == ("replaced", new["number"])
    visitor.go(new["verification_url"])
    assert (visitor.state(), visitor.mark("replaces")) == ("issued", old["number"])
    visitor.go(gone["verification_url"])
    assert visitor.state() == "withdrawn"
    visitor.reads("not shipped")
    visitor.follow("Verify another certificate")
    visitor.fill(number=new["number"], code="WRONG")
    visitor.press("Verify")
    assert visitor.state() == "unknown"
    for path, heading in (
        ("/guide", "How to verify a certificate"),
        ("/real", "Is this the real site?"),
        ("/contact", "Contact"),
    ):
        visitor.go(path)
        visitor.sees(heading)
    assert site.page in (visitor.go("/real").text())


def test_a_print_has_the_facts_the_time_and_the_address(site: RunningNode, people: People) -> None:
    visitor = people.visitor()
    visitor.go(issued(site)["verification_url"])
    visitor.page.emulate_media(media="print")
    printed = " ".join(PdfReader(io.BytesIO(visitor.page.pdf())).pages[0].extract_text().split())
    visitor.page.emulate_media(media="screen")
    for text in (visitor.mark("number"), visitor.mark("verified-at"), f"{site.page}/verify", "Seal", "in force"):
        assert text in printed
    for text in ("Skip to the content", "Download", "For officials", "sets no cookies"):
        assert text not in printed


def apply(person: Person, email: str) -> None:
    person.go("/log-in")
    person.follow("Apply for one")
    person.fill(
        name="Kauri Example", email=email, authority="Example Ministry, Port Office", embassy="Embassy of Example Land"
    )
    person.field("Country you act for").select_option("NZ")


def send_letter(person: Person, name: str, octets: bytes) -> None:
    person.field("Letter of the embassy").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": octets}
    )
    person.press("Send the application")


@BOTH
def test_from_the_application_to_the_log_in_with_two_factors(people: People, language: str, scripts: bool) -> None:
    applicant, department = (
        people.visitor(language, scripts=scripts),
        people.visitor(language, scripts=scripts, name="department"),
    )
    email = f"kauri.{language.lower()}@nz.ecert.example"
    apply(applicant, email)
    send_letter(applicant, "letter.pdf", b"MZ\x90 a program")
    applicant.told_wrong("The file is not a PDF, PNG or JPEG.")
    send_letter(applicant, "letter.pdf", LETTER)
    applicant.sees("Application received")
    reference = applicant.mark("reference")

    department.go("/department/applications")
    department.page.get_by_role("link", name=reference).click()
    department.reads(email, "Embassy of Example Land")
    assert department.get(department.page.get_by_role("link", name="letter.pdf")) == LETTER
    department.press("Approve and make an invitation")
    invitation = department.mark("invitation")

    applicant.go(invitation)
    applicant.fill(password="password12345", again="password12345")
    applicant.press("Go on")
    applicant.told_wrong(
        "This password is among those that are tried first. Use several words that do not belong together."
    )
    applicant.fill(password=PASSWORD, again=PASSWORD)
    applicant.press("Go on")
    key = applicant.mark("second-factor-key")
    first = pyotp.TOTP(key).now()
    applicant.fill(code=first)
    applicant.press("Open the account")
    applicant.sees("Certificates for your country")
    applicant.press("Log out")
    applicant.go("/official")
    applicant.sees("For officials of partner countries and staff of the department.")
    applicant.fill(email=email, password="another password")
    applicant.press("Go on")
    applicant.told_wrong("Address and password do not belong together, or the account is not open.")
    applicant.log_in(email, PASSWORD, lambda: after(key, first))
    applicant.sees("Certificates for your country")
    applicant.go("/account")
    applicant.reads(email)


def after(key: str, used: str) -> str:
    """A code of a time step that was not used: the next one is taken, too."""
    steps = [int(time.time()) + seconds for seconds in (0, 30)]
    return next(code for code in (pyotp.TOTP(key).at(moment) for moment in steps) if code != used)


@BOTH
def test_the_department_refuses_with_a_reason(people: People, language: str, scripts: bool) -> None:
    applicant, department = (
        people.visitor(language, scripts=scripts),
        people.visitor(language, scripts=scripts, name="department"),
    )
    apply(applicant, f"rata.{language.lower()}@nz.ecert.example")
    send_letter(applicant, "letter.pdf", LETTER)
    reference = applicant.mark("reference")
    department.go(f"/department/applications/{reference}")
    department.fill(reason=" ")
    department.press("Refuse")
    department.told_wrong("A refusal needs a reason of at most 500 characters.")
    department.fill(reason="The letter is not signed")
    department.press("Refuse")
    department.sees("refused")
    department.reads("The letter is not signed")


@BOTH
def test_an_official_finds_certificates_and_takes_a_measure(
    site: RunningNode, people: People, language: str, scripts: bool
) -> None:
    here, gone = issued(site), issued(site)
    site.hook("withdraw", number=gone["number"], reason="not shipped")
    official = people.visitor(language, scripts=scripts, name="own")
    official.go("/official")
    official.reads(here["number"], gone["number"])
    official.page.locator("summary").click()
    official.field("State").select_option("40")
    official.press("Search")
    official.reads(gone["number"])
    assert official.page.locator("table").get_by_text(here["number"]).count() == 0
    table = official.get(official.page.get_by_role("link", name=official._("Export as a table (CSV)")))
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert {row[2] for row in rows[1:]} == {"withdrawn"}
    official.go("/official?number=NOBODY")
    official.sees("No certificate is like that. Try a shorter part of the number, or leave a filter out.")
    official.go(f"/official?number={here['number'][-6:]}")
    official.page.get_by_role("link", name=here["number"]).click()
    assert official.state() == "issued"
    official.field("Measure").select_option("hold")
    official.fill(reason="The seal is broken")
    official.press("Tell the measure")
    official.sees("Hold")
    official.reads("The seal is broken")
    department = people.visitor(language, scripts=scripts, name="department")
    department.go(f"/department/certificates/{here['number']}")
    department.reads("The seal is broken")


@BOTH
def test_an_inquiry_is_asked_answered_closed_and_opened_again(
    site: RunningNode, people: People, language: str, scripts: bool
) -> None:
    number = issued(site)["number"]
    official, department = (
        people.visitor(language, scripts=scripts, name="own"),
        people.visitor(language, scripts=scripts, name="department"),
    )
    official.go(f"/official/certificates/{number}")
    official.follow("Ask about this certificate")
    official.field("Reason").select_option("suspected-forgery")
    official.fill(text=" ")
    official.press("Send the inquiry")
    official.told_wrong("Say in at most 4000 characters what you want to know.")
    official.fill(text="The seal is another one.")
    official.field("Pictures or documents").set_input_files(
        {"name": "seal.png", "mimeType": "image/png", "buffer": PNG}
    )
    official.press("Send the inquiry")
    assert official.mark("number") == number
    inquiry = official.mark("inquiry")

    department.go("/department/inquiries")
    department.page.get_by_role("link", name=inquiry).click()
    department.sees("a suspected forgery, or a number this country cannot have.")
    assert department.get(department.page.get_by_role("link", name="seal.png")) == PNG
    department.press("Take in hand")
    department.field("The certificate is").select_option("needs-time")
    department.fill(text="We ask the port.")
    department.press("Answer")
    department.told_wrong("Say until when; the time must lie ahead.")
    department.field("The certificate is").select_option("authentic")
    department.fill(text="The seal was changed by customs.")
    department.press("Answer")

    official.go("/inquiries")
    official.page.get_by_role("link", name=inquiry).click()
    official.sees("Authentic: the certificate is ours, and as we issued it")
    for state, word in (("closed", "closed"), ("reopened", "reopened")):
        official.field("And the inquiry").select_option(state)
        official.fill(text="Thank you.")
        official.press("Send")
        assert official.page.locator("[data-ecert-inquiry]").inner_text() == official._(word)
    department.go("/department/inquiries")
    department.reads(inquiry)


@BOTH
def test_the_department_withdraws_replaces_and_looks_at_its_records(
    site: RunningNode, people: People, language: str, scripts: bool
) -> None:
    gone, old = issued(site), issued(site)
    department = people.visitor(language, scripts=scripts, name="department")
    for number, reason, button, state in (
        (gone["number"], "withdrawal-reason", "Withdraw", "withdrawn"),
        (old["number"], "replacement-reason", "Issue a replacement", "replaced"),
    ):
        department.go(f"/department/certificates/{number}")
        department.page.locator(f"#{reason}").fill("the consignment burnt")
        department.press(button)
        assert department.state() == state
        department.reads("the consignment burnt")
    department.go("/department")
    department.sees("Waits for you")
    department.follow("Statistics")
    department.sees("Certificates issued", "Answers to inquiries", "Refusals by reason")
    department.follow("Partners")
    department.sees("Fingerprint (SHA-256)")
    department.follow("Deliveries")
    department.sees("Deliveries by mail")
    department.follow("Accounts")
    department.reads("border.officer@nz.ecert.example")
    department.follow("Audit trail")
    department.sees("withdrawn")
    department.press("Check the trail")
    department.sees("Last digest, to be noted outside this node:")
    department.page.locator("#head").fill("0" * 64)
    department.press("Check the trail")
    assert "cut off" in department.page.locator(".summary").inner_text()
