"""How somebody comes to an account: the application, and what an invitation leads to (profile part 8)."""

import base64
import re
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reference_impl.accounts.second_factor import new_key, step_of, uri
from reference_impl.accounts.values import Account
from reference_impl.actor import Deed
from reference_impl.texts import N_
from reference_impl.throttle import Throttle
from reference_impl.uploads import MAX_OCTETS, Document, RefusedUpload
from reference_impl.web.forms import Form
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

FIELDS = ("email", "name", "country", "authority", "embassy")
LONGEST = 200
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}")
REFUSALS = {
    "empty": N_("Please add the embassy's letter."),
    "large": N_("The file is larger than 5 MB."),
    "type": N_("The file is not a PDF, PNG or JPEG."),
    "active": N_("The PDF contains a program or other files. Please print it to a plain PDF."),
}
# An application costs the department work: one address cannot send many.
APPLICATIONS_AN_HOUR = 10


class JoiningPages:
    """The room of applications and invitations. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.throttle = Throttle(3600, for_name=APPLICATIONS_AN_HOUR, from_client=APPLICATIONS_AN_HOUR)

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        most = MAX_OCTETS + 64 * 1024
        return (
            Page("/apply", self.form, access=Access.GUEST),
            Page("/apply", self.apply, ("POST",), Access.GUEST, most),
            Page("/invitation/{token}", self.invitation, access=Access.GUEST),
            Page("/invitation/{token}", self.choose_password, ("POST",), Access.GUEST),
            Page("/second-factor", self.second_factor, access=Access.GUEST),
            Page("/second-factor", self.prove, ("POST",), Access.GUEST),
        )

    def form(self, visit: Visit) -> Response:
        """The application's form."""
        return self._application(visit, 200, {})

    def apply(self, visit: Visit) -> Response:
        """Keep an application."""
        wait = self.throttle.wait(visit.client, "")
        if wait:
            response = self._application(visit, 429, {"email": N_("Too many applications came from your address.")})
            response.headers["Retry-After"] = str(wait)
            return response
        wrong = self.wrong(visit.form)
        letter: Document | None = None
        try:
            letter = self.letter(visit.form)
        except RefusedUpload as error:
            wrong["letter"] = REFUSALS[error.reason]
        if wrong or letter is None:
            return self._application(visit, 422, wrong)
        self.throttle.wrong(visit.client, "")
        person = {name: visit.form.text(name).strip() for name in FIELDS}
        person |= {"email": person["email"].lower(), "language": visit.language}
        return self.applied(visit, self.node.applications.apply(person, letter))

    def applied(self, visit: Visit, reference: str) -> Response:
        """The receipt of an application."""
        return self.node.renderer.page(visit, "accounts/applied.html", 201, reference=reference)

    def wrong(self, form: Form) -> dict[str, str]:
        """What is wrong with the texts of an application, by field."""
        found = {}
        for name in FIELDS:
            text = form.text(name).strip()
            if not text:
                found[name] = N_("Please fill this in.")
            elif len(text) > LONGEST or not text.isprintable():
                found[name] = N_("This is too long, or has characters that cannot be shown.")
        if "email" not in found and not _EMAIL.fullmatch(form.text("email").strip()):
            found["email"] = N_("This is not a mail address.")
        if "country" not in found and form.text("country") not in self.node.partners:
            found["country"] = N_("Choose a country from the list.")
        return found

    def letter(self, form: Form) -> Document:
        """The embassy's letter. Raises `RefusedUpload`."""
        sent = form.files.get("letter", ())
        return self.node.uploads.accept(*((sent[0].name, sent[0].octets) if sent else ("", b"")))

    def invitation(self, visit: Visit) -> Response:
        """The form for a password."""
        account = self.node.directory.invited(visit.values["token"])
        if account is None:
            return self.node.renderer.page(visit, "accounts/no-invitation.html", 404)
        return self._password(visit, account, 200, "")

    async def choose_password(self, visit: Visit) -> Response:
        """Keep the password; the second factor is set up next."""
        account = self.node.directory.invited(visit.values["token"])
        if account is None:
            return self.node.renderer.page(visit, "accounts/no-invitation.html", 404)
        password = visit.form.text("password")
        problem = self.node.passwords.problem(password, (account.name, account.email, account.authority))
        if not problem and password != visit.form.text("again"):
            problem = N_("The two entries differ.")
        if problem:
            return self._password(visit, account, 422, problem)
        kept = await run_in_threadpool(self.node.passwords.kept, password)
        self.node.directory.open(account.id, kept)
        return self.with_password(visit, account)

    def with_password(self, visit: Visit, account: Account) -> Response:
        """Go on to the second factor."""
        assert visit.session is not None  # noqa: S101 - the page's access gives every visitor one
        self.node.sessions.put_pending(visit.session, f"{account.id} {new_key()}")
        return RedirectResponse(visit.url("/second-factor"), 303)

    def second_factor(self, visit: Visit) -> Response:
        """The key for an authenticator, as QR code and text."""
        account, secret = self._joining(visit)
        if account is None:
            return RedirectResponse(visit.url("/log-in"), 303)
        return self._second_factor(visit, account, secret, 200, "")

    def prove(self, visit: Visit) -> Response:
        """Check a first code; the account is open and the person is in."""
        account, secret = self._joining(visit)
        if account is None:
            return RedirectResponse(visit.url("/log-in"), 303)
        step = step_of(secret, visit.form.text("code"), self.node.clock.now(), 0)
        if not step:
            problem = N_("This is not the code the device shows now. Is its clock right?")
            return self._second_factor(visit, account, secret, 422, problem)
        self.node.directory.equip(account.id, secret, step)
        self.node.audit.owe(Deed("account opened", detail=f"{account.country} {account.email}"))
        return self.node.entry.welcome(visit, account)

    def _joining(self, visit: Visit) -> tuple[Account | None, str]:
        number, _, secret = (self.node.sessions.pending(visit.session) if visit.session else "").partition(" ")
        return (self.node.directory.get(int(number)), secret) if secret and number.isdigit() else (None, "")

    def _application(self, visit: Visit, status: int, wrong: dict[str, str]) -> Response:
        countries = sorted((p.country, f"{p.country} - {p.name}") for p in self.node.partners.values())
        values = {name: visit.form.text(name) for name in FIELDS}
        return self.node.renderer.page(
            visit, "accounts/apply.html", status, wrong=wrong, values=values, countries=countries
        )

    def _password(self, visit: Visit, account: Account, status: int, problem: str) -> Response:
        return self.node.renderer.page(visit, "accounts/invitation.html", status, person=account, error=problem)

    def _second_factor(self, visit: Visit, account: Account, secret: str, status: int, problem: str) -> Response:
        picture = BytesIO()
        segno.make_qr(uri(secret, account.email, self.node.config.authority), error="m").save(
            picture, kind="png", scale=5
        )
        response = self.node.renderer.page(
            visit,
            "accounts/second-factor.html",
            status,
            secret=secret,
            picture="data:image/png;base64," + base64.b64encode(picture.getvalue()).decode("ascii"),
            error=problem,
        )
        # The picture holds a secret: it is in the page itself, and nowhere with an address of its own.
        policy = self.node.site.headers.get("Content-Security-Policy", "")
        response.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", "img-src 'self' data:")
        return response
