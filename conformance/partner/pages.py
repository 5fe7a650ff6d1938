"""How a partner's pages for officials are described: addresses, form fields, accounts.

The profile names all of them (8.9, 9.13); a partner whose pages are others describes them in the partner file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.partner.secret import Secret

ADDRESSES: Mapping[str, str] = {
    "log-in": "/log-in",
    "log-in-code": "/log-in/code",
    "log-out": "/log-out",
    "home": "/official",
    "certificate": "/official/certificates/",
    "inquiry": "/inquiries/",
    "new-inquiry": "/inquiries/new",
    "measure": "/measures",
}
FIELDS: Mapping[str, str] = {
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
}
SESSION_COOKIE = "__Host-ecert"


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
    """The names a partner gives its pages.

    `addresses` are paths by the profile's name, `fields` names of form fields, `cookie` is the name of the session
    cookie. States and facts are read by the profile's marks (`data-ecert-*`, 5.2 and 5.3) whatever the names.
    """

    addresses: Mapping[str, str]
    fields: Mapping[str, str]
    cookie: str = SESSION_COOKIE

    def address(self, name: str) -> str:
        """The path of a page. `KeyError` for a name the profile does not know."""
        return self.addresses.get(name) or ADDRESSES[name]

    def field(self, name: str) -> str:
        """The name of a form field. `KeyError` for a name the profile does not know."""
        return self.fields.get(name) or FIELDS[name]


BY_THE_PROFILE = PageDescription({}, {})
