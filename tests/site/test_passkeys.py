"""Passkeys in Chromium, with an authenticator of the browser's own making."""

from collections.abc import Iterator

import pytest
from node_process import RunningNode
from people import People
from person import Person
from playwright.sync_api import expect
from site_visitor import ready

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def owner(people: People) -> Iterator[Person]:
    """An official whose device can make passkeys."""
    person = people.visitor(name="own")
    device = person.context.new_cdp_session(person.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield person
    device.send("WebAuthn.disable")
    device.detach()


def make(owner: Person, password: str) -> None:
    owner.go("/account")
    owner.follow("Your passkeys")
    owner.fill(name="phone", old=password)
    owner.press("Make a passkey")


def come_to_the_second_factor(owner: Person, known: dict[str, str]) -> None:
    owner.go("/log-in")
    owner.fill(email=known["email"], password=known["password"])
    owner.press("Go on")


def test_a_passkey_is_made_opens_the_account_and_is_removed(site: RunningNode, owner: Person) -> None:
    known, inside = ready(site)["own"], owner.context.cookies()
    make(owner, "not the password")
    owner.told_wrong("This is not your present password.")
    make(owner, known["password"])
    owner.reads("phone")
    owner.context.clear_cookies()
    come_to_the_second_factor(owner, known)
    owner.press("Use a passkey")
    owner.sees("Certificates for your country")
    owner.go("/account/passkeys")
    owner.sees("last used")
    owner.page.locator("main li button").click()
    owner.sees("You have none yet.")
    owner.context.clear_cookies()
    come_to_the_second_factor(owner, known)
    expect(owner.page.get_by_role("button", name=owner._("Use a passkey"))).to_have_count(0)
    owner.context.add_cookies(inside)  # type: ignore[arg-type]


def test_an_answer_opens_nothing_twice_and_nothing_of_others(site: RunningNode, owner: Person) -> None:
    known, inside = ready(site)["own"], owner.context.cookies()
    make(owner, known["password"])
    owner.context.clear_cookies()
    come_to_the_second_factor(owner, known)
    answers: list[str] = []
    owner.page.on("request", lambda request: answers.append(request.post_data or ""))
    owner.press("Use a passkey")
    owner.sees("Certificates for your country")
    used = next(one for one in answers if "answer=" in one)
    answer = owner.page.evaluate("sent => new URLSearchParams(sent).get('answer')", used)
    for name in ("own", "other"):
        owner.context.clear_cookies()
        come_to_the_second_factor(owner, ready(site)[name])
        token = owner.page.locator("main [name=csrf]").first.input_value()
        told = owner.context.request.post("/log-in/passkey", form={"csrf": token, "answer": answer})
        assert told.status == 403
        owner.go("/official")
        owner.sees("For officials of partner countries and staff of the department.")
    owner.context.clear_cookies()
    owner.context.add_cookies(inside)  # type: ignore[arg-type]
    owner.go("/account/passkeys")
    owner.page.locator("main li button").click()
    owner.sees("You have none yet.")


def test_without_a_script_the_code_remains(people: People) -> None:
    person = people.visitor("zh-Hans", scripts=False, name="own")
    person.go("/account/passkeys")
    person.sees(
        "This browser cannot make passkeys here, or its scripts are off. The codes of your authenticator go on working."
    )
    expect(person.page.get_by_role("button", name=person._("Make a passkey"))).to_have_count(0)


def test_only_these_pages_may_have_a_script_and_only_the_site_s_own(people: People) -> None:
    person = people.visitor(name="own")
    for path, allowed in (("/account/passkeys", True), ("/account", False), ("/verify", False)):
        policy = person.go(path).headers["content-security-policy"]
        assert ("script-src 'self'" in policy) == allowed
        assert "unsafe" not in policy
