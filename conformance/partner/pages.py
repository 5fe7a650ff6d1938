"""How a partner's pages are described: addresses, form fields, what tells states and facts, accounts.

The profile names all of them (5.1 to 5.3, 8.9, 9.13); a partner whose pages are others describes them in the
partner file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.partner.secret import Secret

ADDRESSES: Mapping[str, str] = {
    "verify": "/verify",
    "log-in": "/log-in",
    "log-in-code": "/log-in/code",
    "log-out": "/log-out",
    "home": "/official",
    "certificate": "/official/certificates/",
    "inquiry": "/inquiries/",
    "new-inquiry": "/inquiries/new",
    "measure": "/measures",
    "guide": "/guide",
    "real": "/real",
    "application": "/apply",
    "applications": "/department/applications",
    "approve": "/approve",
    "invitation": "/invitation/",
    "upload": "/official/upload",
}
FIELDS: Mapping[str, str] = {
    "number": "number",
    "code": "code",
    "user": "email",
    "password": "password",
    "second-factor": "code",
    "inquiry-number": "number",
    "inquiry-reason": "reason",
    "inquiry-text": "text",
    "inquiry-hours": "hours",
    "inquiry-file": "file",
    "inquiry-client-id": "client_id",
    "measure": "measure",
    "measure-reason": "reason",
    "applicant-name": "name",
    "applicant-email": "email",
    "applicant-country": "country",
    "applicant-authority": "authority",
    "applicant-embassy": "embassy",
    "applicant-letter": "letter",
    "new-password": "password",
    "new-password-again": "again",
    "upload-document": "document",
    "upload-signature": "signature",
}
SESSION_COOKIE = "__Host-ecert"
# In the order in which a page is asked for them: a page that could be read as two states is read as the worse one.
# The last two are those of a certificate that was sent with a form (8.13).
STATES = ("throttled", "unknown", "withdrawn", "replaced", "issued", "refused", "accepted")


@dataclass(frozen=True)
class Mark:
    """What tells a state or holds a fact on a partner's page.

    `selector` is a CSS selector. `words` are texts of which one must stand in the selected element, or anywhere on the
    page when there is no selector. `labels` are headings beside which a fact stands. `attribute` is the attribute that
    holds the fact, where it is not the text.
    """

    selector: str = ""
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    attribute: str = ""


@dataclass(frozen=True)
class PageAccount:
    """Somebody with an account on the partner's site: an official of `country`, or the partner's own department.

    `second_factor` is the key of an authenticator (TOTP, RFC 6238, base32), None where a password suffices.
    """

    name: str
    country: str
    user: str
    password: Secret
    second_factor: Secret | None


@dataclass(frozen=True)
class PageDescription:
    """The names a partner gives its pages, and how they are read.

    `addresses` are paths by the profile's name, `fields` names of form fields, `cookie` is the name of the session
    cookie. `states` and `facts` are marks by the profile's names (5.2, 5.3); what they do not name is read by the
    profile's own marks (`data-ecert-*`). `values` are what else the look-up form wants filled in.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    cookie: str = SESSION_COOKIE
    states: Mapping[str, Mark] = field(default_factory=dict)
    facts: Mapping[str, Mark] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """The path of a page. `KeyError` for a name the profile does not know."""
        return self.addresses.get(name) or ADDRESSES[name]

    def field(self, name: str) -> str:
        """The name of a form field. `KeyError` for a name the profile does not know."""
        return self.fields.get(name) or FIELDS[name]

    @property
    def own_form(self) -> bool:
        """Whether the look-up form is the partner's own: it is opened first and sent as it is on the page."""
        return bool({"verify"} & set(self.addresses) or {"number", "code"} & set(self.fields) or self.values)


BY_THE_PROFILE = PageDescription()
