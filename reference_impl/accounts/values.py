"""What is known of an account and of a session."""

from dataclasses import dataclass

OFFICIAL, DEPARTMENT = "official", "department"


@dataclass(frozen=True)
class Account:
    """A person. `role` is `official` (of a partner country) or `department` (of our own); `country` is ISO 3166."""

    id: int
    email: str
    name: str
    country: str
    authority: str
    role: str
    language: str = ""


@dataclass(frozen=True)
class Session:
    """A browser. `account` is None until somebody has logged in; `token` stands in the cookie, `csrf` in its forms."""

    token: str
    csrf: str
    account: Account | None = None
