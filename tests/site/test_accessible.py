"""Every page in every state: axe-core finds nothing against WCAG 2.2 A and AA, and a keyboard is enough."""

from axe_playwright_python.base import AXE_SCRIPT
from node_process import RunningNode
from pages import all_pages, scene
from people import People
from person import Person
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Of a long table the first lines are looked at: the others are made alike.
ASK = """async levels => {
    const found = await axe.run({ include: [['html']], exclude: [['tbody tr:nth-child(n+4)']] },
        { runOnly: levels, resultTypes: ['violations'], preload: false });
    return found.violations.map(one => [one.id, one.nodes.map(node => node.target.join(' '))]);
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SEEN = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    if (!at.matches('a, button, input, select, textarea, summary, [tabindex]')) return null;
    at.dataset.reached = 'yes';
    return [style.outlineStyle, parseFloat(style.outlineWidth), box.bottom > 0 && box.top < innerHeight];
}"""
UNREACHED = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary'
)].filter(one => one.checkVisibility() && !one.dataset.reached).map(one => one.outerHTML.slice(0, 120))"""


def broken(page: Page, width: int = 320) -> list[str]:
    """What axe-core finds at a width in px, and whether the page is wider than that."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(AXE_SCRIPT)
    found = [f"{width} px: {rule}: {', '.join(places)}" for rule, places in page.evaluate(ASK, LEVELS)]
    return [*found, f"the page is wider than {width} px"] if page.evaluate(WIDER) > 0 else found


def test_no_page_breaks_a_rule_of_wcag(site: RunningNode, people: People) -> None:
    shown = [(name, broken(who.page)) for name, who in all_pages(site, lambda name: people.visitor(name=name))]
    assert len(shown) > 30
    assert [(name, found) for name, found in shown if found] == []


def test_axe_looks_at_what_it_is_shown(people: People) -> None:
    visitor = people.visitor()
    visitor.go("/verify")
    visitor.page.evaluate("document.querySelector('label').remove(); document.querySelector('h1').style.color = '#ccc'")
    told = " ".join(broken(visitor.page))
    assert "label: #number" in told
    assert "color-contrast: h1" in told


def test_nor_on_a_wide_screen_in_the_dark(site: RunningNode, people: People) -> None:
    shown, found = scene(site), []
    for name, path in (
        ("", shown.issued["verification_url"]),
        ("", shown.withdrawn["verification_url"]),
        ("own", "/official"),
        ("own", f"/official/certificates/{shown.replaced['number']}"),
        ("department", "/department/statistics"),
    ):
        person = people.visitor(name=name)
        person.page.emulate_media(color_scheme="dark")
        person.go(path)
        found += broken(person.page, 1200)
        ground = person.page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        person.page.emulate_media(color_scheme="light")
        assert ground != "rgb(255, 255, 255)"
    assert found == []


def test_in_the_colours_of_the_visitor_the_state_is_drawn_and_controls_have_borders(
    site: RunningNode, people: People
) -> None:
    visitor = people.visitor()
    visitor.go(scene(site).withdrawn["verification_url"])
    visitor.page.emulate_media(forced_colors="active")
    ink = visitor.page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    drawn = visitor.page.evaluate("getComputedStyle(document.querySelector('.state svg')).stroke")
    borders = visitor.page.evaluate("getComputedStyle(document.querySelector('a.button')).borderTopColor")
    visitor.page.emulate_media(forced_colors="none")
    assert drawn == ink
    assert borders not in ("rgba(0, 0, 0, 0)", "transparent")


def walk(person: Person) -> list[str]:
    """Go through a page by the tabulator key; what is wrong with it."""
    page, wrong = person.page, []
    for _ in range(120):
        page.keyboard.press("Tab")
        seen = page.evaluate(SEEN)
        if seen is None:
            break
        style, width, inside = seen
        if style == "none" or width < 2 or not inside:
            wrong.append(f"{page.evaluate('document.activeElement.outerHTML.slice(0, 120)')}: {seen}")
    return wrong + [f"never reached: {one}" for one in page.evaluate(UNREACHED)]


def test_every_control_is_reached_by_the_keyboard_and_shows_it(site: RunningNode, people: People) -> None:
    shown = scene(site)
    found = {}
    for name, paths in {
        "": ("/verify", shown.issued["verification_url"], "/apply"),
        "own": ("/official?number=NOBODY&state=70", f"/official/certificates/{shown.issued['number']}"),
        "department": (f"/department/certificates/{shown.issued['number']}", "/department/statistics"),
    }.items():
        person = people.visitor(name=name)
        for path in paths:
            person.go(path)
            found[path] = walk(person)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_certificate_is_verified_by_the_keyboard_alone(site: RunningNode, people: People) -> None:
    made, visitor = scene(site).issued, people.visitor()
    visitor.go("/verify")
    keyboard = visitor.page.keyboard
    keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type(made["number"])
    keyboard.press("Tab")
    keyboard.type(made["verification_code"])
    with visitor.page.expect_navigation():
        keyboard.press("Enter")
    assert visitor.state() == "issued"


def test_the_summary_of_errors_leads_to_each_place(people: People) -> None:
    visitor = people.visitor()
    visitor.go("/apply")
    visitor.send_as_it_is()
    visitor.told_wrong("Please add the embassy's letter.")
    for name in ("name", "email", "country", "authority", "embassy", "letter"):
        visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Enter")
        assert visitor.page.evaluate("document.activeElement.id") == name
        assert visitor.page.locator(f"#{name}").get_attribute("aria-invalid") == "true"
        visitor.page.locator(f".summary a[href='#{name}']").focus()
