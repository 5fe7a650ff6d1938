"""People the judge invents, who come to an account: application, approval by the department, invitation, password."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.cases.helpers.judge import Judge
from conformance.checks.forms import PageForm, read_forms
from conformance.checks.links import links_beside, read_links
from conformance.model.outcome import Inconclusive
from conformance.partner.pages import PageAccount
from conformance.ports.https import Page
from conformance.ports.site import File, Visitor, Visitors

TOO_MANY = 429
LENGTH = 20
DEPARTMENT = "department"
NEEDS = ["account:page-department"]
AUTHORITY = "Invented Ministry of Orchards, Port Office"
# A whole PDF of one empty page: as small as one can be, and plain.
LETTER = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
)
_KEY = re.compile(rb"(?<!/)hidden-[0-9a-f]{16}")


@dataclass(frozen=True)
class Applied:
    """An application that was sent: who applied, by which embassy, the visitor's browser, and the answer.

    `password` is the label of the one that was chosen with the application, or is to be chosen later.
    """

    name: str
    email: str
    embassy: str
    visitor: Visitor
    page: Page
    password: str

    @property
    def reference(self) -> str:
        """The application's reference as the page names it, "" when it names none."""
        return self.page.facts.value("reference")


@dataclass(frozen=True)
class Joining:
    """What a case does to bring invented people to accounts."""

    visitors: Visitors
    judge: Judge
    _forms: dict[str, tuple[Visitor, PageForm]] = field(default_factory=dict)

    def apply(
        self, tag: str, *, source: str = "", letter: File | None = None, kept: bool = False, authority: str = AUTHORITY
    ) -> Applied:
        """Send an application of an invented person with a letter of an invented embassy, by the page's own form.

        `tag` tells people of one case apart; `source` is the judge's address to come from, `kept` lets the browser and
        the form of the one before send it too, and `authority` is whom he acts for. Raises `Inconclusive` where the
        page takes no more applications for now.
        """
        chance = f"{tag}-{self.visitors.tape.random.getrandbits(40):010x}"
        name, email = f"Conformance Test {chance}", f"test.{chance}@judge.example"
        embassy = f"Invented Embassy {chance}"
        visitor, form = self._form(source, kept=kept)
        described = visitor.described
        filled = {
            described.field("applicant-name"): name,
            described.field("applicant-email"): email,
            described.field("applicant-country"): self.visitors.partner.judge.country,
            described.field("applicant-authority"): authority,
            described.field("applicant-embassy"): embassy,
        }
        password = self.visitors.password(LENGTH)
        chosen = (described.field(one) for one in ("new-password", "new-password-again"))
        filled |= {name: password for name in chosen if name in form.names}
        files = {described.field("applicant-letter"): letter or File("letter.pdf", "application/pdf", LETTER)}
        page = visitor.arrive(visitor.send(form, filled, files))
        if page.status == TOO_MANY:
            raise Inconclusive("The page takes no more applications from the judge for now; run again in an hour.")
        return Applied(name, email, embassy, visitor, page, password)

    def applications(self, many: Sequence[Applied]) -> list[str]:
        """Where the department sees each application, as its list links them. Raises `Inconclusive`."""
        department = self.visitors.entered(DEPARTMENT)
        waiting = department.get(department.described.address("applications"))
        found = []
        for applied in many:
            told = [text for text in (applied.reference, applied.email, applied.name) if text]
            links = [link for text in told for link in links_beside(waiting.body, text)]
            if not links:
                raise Inconclusive(f"The department's list of applications has no link beside {' or '.join(told)}.")
            found.append(links[0].target)
        return found

    def application(self, applied: Applied) -> Page:
        """The department's page about an application. Raises `Inconclusive`."""
        return self.visitors.entered(DEPARTMENT).get(self.applications([applied])[0])

    def approve(self, page: Page) -> Page:
        """Approve as the department does on the page about an application; returns the page one arrives at."""
        department = self.visitors.entered(DEPARTMENT)
        end = department.described.address("approve")
        form = next((one for one in read_forms(page.body) if one.path.endswith(end)), None)
        self.judge.precondition(form is not None, f"The application has no form that ends in {end} to approve it.")
        if form is None:
            return page
        self.visitors.count("approved")
        return department.arrive(department.send(form, {}))

    def invitation(self, page: Page) -> str:
        """The address of the invitation a page shows, as a link or as text, "" when it shows none."""
        prefix = self.visitors.guest().described.address("invitation")
        found = re.search(re.escape(prefix) + r"(hidden-[0-9a-f]{16})", page.body.decode("utf-8", "replace"))
        linked = next((one.path for one in read_links(page.body) if one.path.startswith(prefix)), "")
        return linked or (prefix + found[1] if found else "")

    def invited(self, tag: str, *, source: str = "") -> tuple[Applied, str]:
        """Somebody who has applied and was approved, and the address of the invitation. Raises `Inconclusive`."""
        applied = self.apply(tag, source=source)
        approved = self.approve(self.application(applied))
        address = self.invitation(approved) or self.invitation(applied.page)
        self.judge.precondition(address, "The approval shows no invitation the judge could follow (WEB-018).")
        return applied, address

    def choose(self, visitor: Visitor, address: str, password: str) -> Page:
        """Choose a password on the invitation's page; returns the page one arrives at."""
        visitor.shown_keys = True
        page = visitor.get(address)
        form = self._password_form(visitor, page)
        described = visitor.described
        filled = {described.field("new-password"): password, described.field("new-password-again"): password}
        return visitor.arrive(visitor.send(form, {name: text for name, text in filled.items() if name in form.names}))

    def key(self, page: Page) -> str:
        """The label of the authenticator's key a page shows, "" when it shows none."""
        marked = page.facts.value("second-factor-key")
        found = _KEY.search(marked.encode()) or _KEY.search(page.body)
        return found[0].decode() if found else ""

    def finish(self, applied: Applied, page: Page, password: str) -> tuple[PageAccount, Page]:
        """Set up the second factor where the page wants one; the account, and the page one arrives at."""
        key, country = self.key(page), self.visitors.partner.judge.country
        account = self.visitors.account_made(applied.email, country, applied.email, password, key)
        asked = self.asks_for_code(page)
        if not key or asked is None:
            return account, page
        code = self.visitors.code(account)
        field = applied.visitor.described.field("second-factor")
        return account, applied.visitor.arrive(applied.visitor.send(asked, {field: code}))

    def asks_for_code(self, page: Page) -> PageForm | None:
        """The form for a code of the second factor, None when the page has none."""
        field = self.visitors.guest().described.field("second-factor")
        return next((one for one in read_forms(page.body) if field in one.names), None)

    def still_choosing(self, visitor: Visitor, page: Page) -> bool:
        """Whether the page still asks for a password: the one that was chosen is not taken."""
        field = visitor.described.field("new-password")
        again = visitor.described.field("new-password-again")
        return any(field in one.names and again in one.names for one in read_forms(page.body))

    def _form(self, source: str, *, kept: bool) -> tuple[Visitor, PageForm]:
        if source not in self._forms or not kept:
            visitor = self.visitors.guest(source=source)
            address = visitor.described.address("application")
            self._forms[source] = (visitor, visitor.form(visitor.get(address), address))
        return self._forms[source]

    def _password_form(self, visitor: Visitor, page: Page) -> PageForm:
        field = visitor.described.field("new-password")
        found = next((one for one in read_forms(page.body) if field in one.names), None)
        if found is None:
            path = urlsplit(page.url).path.rsplit("/", 1)[0]
            raise Inconclusive(f"The invitation's page below {path} (status {page.status}) has no field {field}.")
        return found
