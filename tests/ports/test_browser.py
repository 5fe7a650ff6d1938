"""The judge before a screen: it sees what people see, asks nobody but the partner, and ends whatever a page does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving
from foreign_site import DESCRIBED, foreign_site

from conformance.checks.appearance import check_narrow, check_nothing_ran, check_told_in_words, check_walk
from conformance.model.outcome import Inconclusive, Nonconformity
from conformance.partner import Partner
from conformance.partner.loader import described_by
from conformance.ports import browser as port
from conformance.ports.browser import Browser
from conformance.ports.stranger import stranger_pem

PAGES = {
    "/greedy": """<p>Hello</p><script>alert("one")</script><script src="https://elsewhere.invalid/track.js"></script>
        <img src="https://127.0.0.1:1/pixel.png"><iframe src="data:text/html,none"></iframe>""",
    "/hangs": "<p>Hello</p><script>addEventListener('load', () => setTimeout(() => { for (;;); }, 50))</script>",
    "/code-1": """<p style="font: 20px monospace">Code WRK4T9PL23 and <input value="WRK4T9PL23"></p>""",
    "/code-2": """<p style="font: 20px monospace">Code ZZ8YH0AQ7V and <input value="ZZ8YH0AQ7V"></p>""",
    "/hard": """<style>a:focus { outline: none } p { width: 900px }</style><p>Wide <a href="/x">link</a></p>
        <button tabindex="3">First</button><div role="button">Never</div><main tabindex="-1">Text</main>""",
}


def partner_at(host: str, at: int, ca: Path) -> Partner:
    partner = a_partner(page=f"https://{host}:{at}", ca=ca)
    assert partner.verification is not None
    return replace(partner, verification=replace(partner.verification, described=described_by(DESCRIBED)))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    file.write_bytes(stranger_pem()[0])
    return file


@pytest.fixture(scope="module")
def chromium(authority: Path) -> Iterator[Browser]:
    """One browser for all tests, and the site it looks at."""
    with serving(foreign_site("anulado", PAGES)) as (host, at):
        made = Browser(partner_at(host, at, authority))
        yield made
        made.close()


@pytest.fixture
def screen(program: Callable[[str], str], chromium: Browser) -> Browser:
    """The browser at the beginning of a case."""
    program("chromium")
    chromium.attach(ActingTape())
    return chromium


def test_a_foreign_page_is_worked_with_as_a_person_does(screen: Browser) -> None:
    result = screen.look_up("ES-77", "C0DE")
    assert (result.look.status, result.facts.state, result.facts.value("quantity")) == (200, "withdrawn", "1.250 kg")
    told = result.telling()
    assert (told.text, told.legible, told.forced, told.announced) == ("Certificado anulado", True, True, True)
    assert "status: Certificado anulado" in " ".join(result.look.accessible.replace("- strong:", "").split())
    assert check_told_in_words({"withdrawn": told}, "result") == []
    assert screen.look_up("ES-77", "other").facts.state == "unknown"


def test_nobody_else_is_asked_and_what_a_script_does_is_told(screen: Browser) -> None:
    look = screen.open("/greedy").look
    assert look.dialogs == ("alert: one",)
    assert {one.url for one in look.asked if one.blocked} == {
        "https://elsewhere.invalid/track.js",
        "https://127.0.0.1:1/pixel.png",
    }
    assert [one.requirement for one in check_nothing_ran(look, injected=False)] == ["WEB-013", "WEB-013"]


def test_keyboard_and_small_windows(screen: Browser) -> None:
    page = screen.open("/hard")
    walk = page.walk()
    assert [(stop.name, stop.visible) for stop in walk.stops] == [('button "First"', True), ('a "link"', False)]
    assert (walk.missed, walk.trapped, walk.ordered) == (('div "Never"',), "", ('button "First"',))
    assert len(check_walk(walk, "/hard")) == 3
    narrow = page.narrow()
    assert (narrow.width > 900, narrow.over[:1]) == (True, ("p",))
    assert [one.level.value for one in check_narrow(narrow, "/hard")] == ["SHOULD"]


def test_secrets_are_black_in_pictures(screen: Browser) -> None:
    taken = []
    tape = screen.tape
    assert isinstance(tape, ActingTape)
    for path, code in (("/code-1", "WRK4T9PL23"), ("/code-2", "ZZ8YH0AQ7V"), ("/code-1", "")):
        screen.attach(tape)
        screen.open(path)
        screen.hide(code)
        screen.picture()
        answer = next(one.answer for one in reversed(tape.kept) if one.action == f"picture of {path}")
        assert answer.response is not None
        assert answer.response.body.startswith(b"\x89PNG")
        taken.append(answer.response.body)
    assert taken[0] == taken[1]
    assert taken[0] != taken[2]


def test_a_page_that_hangs_ends_in_bounded_time_and_harms_no_other(
    screen: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.open("/code-1")
    monkeypatch.setattr(port, "MARGIN_SECONDS", -1.0)
    with pytest.raises(Nonconformity, match="did not come to rest within 2 s"):
        screen.open("/hangs")
    monkeypatch.undo()
    screen.attach(ActingTape())
    assert "Code WRK4T9PL23" in screen.open("/code-1").look.text


def test_without_a_browser_nothing_is_decided(authority: Path) -> None:
    with serving(foreign_site()) as (host, at):
        partner = partner_at(host, at, authority)
        without = Browser(replace(partner, judge=replace(partner.judge, browser="no-such-browser")))
        without.attach(ActingTape())
        with pytest.raises(Inconclusive, match=r"no-such-browser.*is not on this machine: install Chromium"):
            without.form()


def test_a_certificate_of_another_authority_is_not_overlooked(tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(stranger_pem.__wrapped__()[0])
    with serving(foreign_site()) as (host, at):
        wary = Browser(partner_at(host, at, other))
        wary.attach(ActingTape())
        with pytest.raises(Nonconformity, match="is not good"):
            wary.form()
