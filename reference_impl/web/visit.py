"""One request of a visitor, with all that is known of him."""

from dataclasses import dataclass, field

from starlette.requests import Request

from reference_impl.accounts.values import Account, Session
from reference_impl.web.forms import Form


@dataclass(frozen=True)
class Visit:
    """`values` are the variable parts of the path; `form` is empty unless one was sent.

    `language` is a language of the site; `chosen` says that the visitor asked for it in the address or form, so that
    links carry it on. `session` is None on public pages.
    """

    request: Request
    language: str
    chosen: bool = False
    values: dict[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    session: Session | None = None

    @property
    def path(self) -> str:
        """The path asked for."""
        return self.request.url.path

    @property
    def client(self) -> str:
        """The address the connection comes from."""
        return self.request.client.host if self.request.client else ""

    @property
    def account(self) -> Account:
        """Whose session it is. Raises `LookupError` where nobody has logged in: the page's access must ask for it."""
        if self.session is None or self.session.account is None:
            raise LookupError("nobody has logged in")
        return self.session.account

    @property
    def known(self) -> Account | None:
        """Whose session it is, or None."""
        return self.session.account if self.session is not None else None

    def query(self, name: str) -> str:
        """A value of the address's query, empty when it is not there."""
        return self.request.query_params.get(name, "")

    def url(self, path: str) -> str:
        """The address of another page of the site, in the language the visitor chose."""
        if not self.chosen:
            return path
        return f"{path}{'&' if '?' in path else '?'}lang={self.language}"
