"""Every page of the site in every state that differs, as a visitor comes to it.

Lists are asked for one certificate: their lines are alike, and to look at a hundred takes a hundred times as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from node_process import RunningNode
from person import Person

GUEST, OFFICIAL, DEPARTMENT = "", "own", "department"


class Arrive(Protocol):
    """Gives the visitor of a kind."""

    def __call__(self, name: str) -> Person:
        """`name` as in `People.visitor`."""
        ...


@dataclass(frozen=True)
class Scene:
    """What there is on the node to look at."""

    issued: dict[str, str]
    replaced: dict[str, str]
    withdrawn: dict[str, str]


def scene(site: RunningNode) -> Scene:
    """Make it."""
    made = [site.hook("issue", importing_country="NZ") for _ in range(3)]
    site.hook("replace", number=made[1]["number"], reason="a wrong name")
    site.hook("withdraw", number=made[2]["number"], reason="not shipped")
    return Scene(*made)


def all_pages(site: RunningNode, arrive: Arrive) -> Iterator[tuple[str, Person]]:
    """Show one page after the other: what it is, and who looks at it."""
    shown = scene(site)
    yield from public_pages(shown, arrive(GUEST))
    yield from guest_pages(arrive(GUEST))
    yield from official_pages(shown, arrive(OFFICIAL))
    yield from department_pages(shown, arrive(DEPARTMENT))


def public_pages(shown: Scene, visitor: Person) -> Iterator[tuple[str, Person]]:
    """Pages for everybody."""
    for path in ("/verify", "/guide", "/real", "/contact", "/nothing-here", "/v/nobody"):
        visitor.go(path)
        yield path, visitor
    for name, made in vars(shown).items():
        visitor.go(made["verification_url"])
        yield name, visitor


def guest_pages(visitor: Person) -> Iterator[tuple[str, Person]]:
    """Pages of whoever wants an account."""
    for path in ("/log-in", "/log-in/code", "/apply", "/invitation/nobody"):
        visitor.go(path)
        yield path, visitor
    visitor.go("/apply")
    visitor.send_as_it_is()
    yield "/apply, wrong", visitor
    visitor.go("/log-in")
    visitor.fill(email="nobody@nz.ecert.example", password="a wrong password")
    visitor.press("Go on")
    yield "/log-in, wrong", visitor


def official_pages(shown: Scene, visitor: Person) -> Iterator[tuple[str, Person]]:
    """Pages of an official."""
    number = shown.issued["number"]
    certificate = f"/official/certificates/{number}"
    paths = (
        f"/official?number={number}&state=70",
        "/official?number=NOBODY",
        certificate,
        "/inquiries",
        "/official/upload",
    )
    for path in (*paths, "/account", "/account/passkeys"):
        visitor.go(path)
        yield path, visitor
    visitor.go(f"/inquiries/new?number={number}")
    visitor.send_as_it_is()
    yield "/inquiries/new, wrong", visitor
    visitor.field("Reason").select_option("suspected-forgery")
    visitor.fill(text="The seal is another one.")
    visitor.press("Send the inquiry")
    yield "/inquiries/one", visitor
    visitor.go("/department")
    yield "not for this account", visitor


def department_pages(shown: Scene, visitor: Person) -> Iterator[tuple[str, Person]]:
    """Pages of the department."""
    number = shown.withdrawn["number"]
    places = ("", "inquiries", "applications", "accounts", "deliveries", "statistics", "partners")
    of_one = (f"certificates?number={number}", f"trail?number={number}", f"certificates/{shown.issued['number']}")
    for path in (*places, "deliveries?state=archived", *of_one):
        visitor.go(f"/department/{path}".rstrip("/"))
        yield f"/department/{path}", visitor
    visitor.go("/department/inquiries")
    visitor.page.locator("table a").first.click()
    yield "/department/inquiries/one", visitor
