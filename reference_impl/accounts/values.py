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


@dataclass(frozen=True)
class Credentials:
    """What a log-in is checked against. `password` is what is kept of it; `second_factor` is empty until set up."""

    account: Account
    password: str
    second_factor: str
    last_step: int


@dataclass(frozen=True)
class Application:
    """Somebody asks for an account. `state` is received, approved or refused; `embassy` is the way it was sent by."""

    id: int
    reference: str
    email: str
    name: str
    country: str
    authority: str
    embassy: str
    language: str
    letter_name: str
    letter_type: str
    state: str
    at: str
    decided_at: str
    decided_by: str
    reason: str
