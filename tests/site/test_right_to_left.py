"""In a language that is written from right to left nothing is out of place, and codes stay as they are."""

from node_process import RunningNode
from pages import scene
from people import People
from right_to_left import LANGUAGE

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What stands on the page in Latin letters and figures, and could be torn apart by the letters around it.
LOOSE = """() => [...document.querySelectorAll('main [data-ecert-field]:not(a), main time, main code')].filter(one => {
    const inner = one.querySelector('bdi, time, code') || one;
    return getComputedStyle(inner).unicodeBidi !== 'isolate' && inner.textContent.trim();
}).map(one => one.outerHTML.slice(0, 120))"""
SIDES = """() => { const style = getComputedStyle(document.querySelector('.state'));
    return [parseFloat(style.borderRightWidth), parseFloat(style.borderLeftWidth)]; }"""


def test_pages_fit_and_codes_are_kept_apart(site: RunningNode, people: People) -> None:
    shown, found = scene(site), []
    number = shown.issued["number"]
    for name, paths in {
        "": ("/verify", "/real", shown.replaced["verification_url"], "/apply"),
        "own": ("/official?number=7&state=70", f"/official/certificates/{number}", "/inquiries/new"),
        "department": (f"/department/certificates/{number}", "/department/statistics", "/department/partners"),
    }.items():
        who = people.visitor(LANGUAGE, name=name)
        for path in paths:
            who.go(path)
            for width in (1200, 320):
                who.page.set_viewport_size({"width": width, "height": 800})
                if who.page.evaluate(WIDER) > 0:
                    found.append(f"{path}: wider than {width} px")
            assert who.page.locator("html[lang=ar][dir=rtl]").count() == 1
            found += [f"{path}: {one}" for one in who.page.evaluate(LOOSE)]
    assert found == []


def test_the_page_is_turned_round(site: RunningNode, people: People) -> None:
    visitor = people.visitor(LANGUAGE)
    visitor.go(scene(site).issued["verification_url"])
    right, left = visitor.page.evaluate(SIDES)
    assert (right > 4, left) == (True, 0)
    visitor.sees("This certificate was issued by us and is in force.")
