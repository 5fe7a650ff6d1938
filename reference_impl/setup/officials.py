"""Accounts of invented officials for a load test: put into the database and written down for the judge."""

import secrets
from pathlib import Path

import tomli_w

from reference_impl.accounts.passwords import Passwords
from reference_impl.accounts.second_factor import new_key
from reference_impl.accounts.values import OFFICIAL
from reference_impl.clock import Clock
from reference_impl.config import NodeConfig
from reference_impl.store.account_tables import accounts
from reference_impl.store.database import Database


def officials_file(folder: Path) -> Path:
    """Where the officials of a load test are written down."""
    return folder / "secrets" / "officials.toml"


def make_officials(config: NodeConfig, count: int, country: str) -> Path:
    """Make `count` more active accounts of officials of a country; returns the file that names all made so far.

    They have one password, so that making them costs one hash; each has a second factor of its own.
    """
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    kept, batch = Passwords().kept(password), secrets.token_hex(3)
    people = [
        {
            "email": f"load.{batch}.{number}@{country.lower()}.ecert.example",
            "name": f"Load Official {number}",
            "country": country,
            "authority": "Example Ministry of Plants",
            "role": OFFICIAL,
            "language": "",
            "state": "active",
            "password": kept,
            "second_factor": new_key(),
            "last_step": 0,
        }
        for number in range(1, count + 1)
    ]
    created = Clock().now().isoformat()
    database = Database(config.database)
    try:
        with database.write() as connection:
            connection.execute(accounts.insert(), [{**one, "created": created} for one in people])
    finally:
        database.close()
    path = officials_file(config.folder)
    if not path.exists():
        path.touch(mode=0o600)
    told = [
        {"user": one["email"], "country": country, "password": password, "second_factor": one["second_factor"]}
        for one in people
    ]
    with path.open("a", encoding="utf-8") as file:
        file.write("# Officials for a load test. Invented; second_factor is the key of an authenticator (TOTP).\n")
        file.write(tomli_w.dumps({"officials": told}))
    return path
