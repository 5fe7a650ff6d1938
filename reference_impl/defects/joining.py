"""Defects of applications, invitations and passwords."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from reference_impl.accounts.directory import AccountExists
from reference_impl.accounts.values import Account
from reference_impl.defects.defect import Collection, patch
from reference_impl.store.account_tables import accounts
from reference_impl.texts import N_
from reference_impl.uploads import Document
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()

FEW, SHORT = 10, 20


@defects.add(
    "account-open-at-once", "Invites whoever applies, and lets the department look at it some time later.", "WEB-018"
)
def _account_open_at_once(node: "Node") -> None:
    clean = node.joining.applied

    def applied(visit: Visit, reference: str) -> Response:
        found = node.applications.find(reference)
        if found is None:
            return clean(visit, reference)
        person = {name: getattr(found, name) for name in ("email", "name", "country", "authority", "language")}
        with node.database.write() as connection:
            account = node.directory.add(connection, {**person, "role": "official"})
            token = node.directory.invite(connection, account)
        link = f"/invitation/{token}"
        return node.renderer.page(visit, "department/invitation.html", email=person["email"], embassy="", link=link)

    patch(node.joining, applied=applied)


@defects.add("embassy-forgotten", "Keeps of an application who applied, and not by which embassy.", "WEB-018")
def _embassy_forgotten(node: "Node") -> None:
    clean = node.applications.apply

    def apply(person: Mapping[str, str], letter: Document) -> str:
        return clean({**person, "embassy": "-"}, letter)

    patch(node.applications, apply=apply)


@defects.add("takes-breached-passwords", "Takes every password that is long enough.", "WEB-019")
def _takes_breached_passwords(node: "Node") -> None:
    patch(node.passwords, guesses=lambda _password, _about: 99.0)


@defects.add("passwords-of-20-at-most", "Has a column of 20 characters for passwords, and says so.", "WEB-019")
def _passwords_of_20_at_most(node: "Node") -> None:
    clean = node.passwords.problem

    def problem(password: str, about: Iterable[str] = ()) -> str:
        return N_("A password has at most 128 characters.") if len(password) > SHORT else clean(password, about)

    patch(node.passwords, problem=problem)


@defects.add("cuts-passwords", "Looks at the first 40 characters of a password only.", "WEB-019")
def _cuts_passwords(node: "Node") -> None:
    kept, right = node.passwords.kept, node.passwords.right
    patch(
        node.passwords,
        kept=lambda password: kept(password[:40]),
        right=lambda known, password: right(known, password[:40]),
    )


@defects.add("no-second-factor", "Opens an account with its password, and offers nothing more.", "WEB-019")
def _no_second_factor(node: "Node") -> None:
    def with_password(visit: Visit, account: Account) -> Response:
        node.directory.equip(account.id, "", 0)
        return node.entry.welcome(visit, account)

    patch(node.joining, with_password=with_password)


@defects.add("ten-accounts-a-country", "Has ten accounts for each country and no more.", "WEB-020")
def _ten_accounts_a_country(node: "Node") -> None:
    clean = node.directory.add

    def add(connection: Connection, person: Mapping[str, str]) -> int:
        of_country = select(func.count()).where(accounts.c.country == person["country"])
        if connection.execute(of_country).scalar_one() >= FEW:
            raise AccountExists(person["email"])
        return clean(connection, person)

    patch(node.directory, add=add)
