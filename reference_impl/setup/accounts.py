"""Accounts of a demonstration node: one of the department, three officials of one country, one of another."""

import secrets
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import tomli_w

from reference_impl.accounts.passwords import Passwords
from reference_impl.accounts.second_factor import new_key
from reference_impl.accounts.values import DEPARTMENT, OFFICIAL
from reference_impl.config import ConfigError
from reference_impl.node import Node


@dataclass(frozen=True)
class Ready:
    """An account with what its owner knows and has, and what the node keeps of the password. Everything is invented."""

    email: str
    name: str
    country: str
    authority: str
    role: str
    password: str
    kept: str
    second_factor: str


def accounts_file(folder: Path) -> Path:
    """Where the accounts of a demonstration node are written down."""
    return folder / "secrets" / "accounts.toml"


def ready_accounts(folder: Path) -> dict[str, Ready]:
    """The accounts that were written down, by name (`own`, `department` ...); none in a folder without them.

    Raises `ConfigError`.
    """
    path = accounts_file(folder)
    if not path.is_file():
        return {}
    try:
        return {name: Ready(**table) for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    except (tomllib.TOMLDecodeError, TypeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}). Make a new folder with init") from error


def write_accounts(folder: Path, country: str, authority: str) -> None:
    """Invent the accounts and write them down."""
    people = {
        "department": (f"duty.officer@{country.lower()}.ecert.example", "Lin Duty", country, authority, DEPARTMENT),
        "own": ("border.officer@nz.ecert.example", "Aroha Border", "NZ", "Example Ministry of Plants", OFFICIAL),
        "colleague": ("quay.officer@nz.ecert.example", "Kauri Quay", "NZ", "Example Ministry of Plants", OFFICIAL),
        "sender": ("issuing.officer@nz.ecert.example", "Tui Issuing", "NZ", "Example Ministry of Plants", OFFICIAL),
        "other": ("border.officer@au.ecert.example", "Banksia Border", "AU", "Example Department of Harvest", OFFICIAL),
    }
    made = {name: _ready(*person) for name, person in people.items()}
    path = accounts_file(folder)
    path.touch(mode=0o600)
    path.write_text(
        "# Accounts of this demonstration node. Invented; second_factor is the key of an authenticator (TOTP).\n"
        + tomli_w.dumps({name: asdict(one) for name, one in made.items()}),
        encoding="utf-8",
    )


def add_accounts(node: Node) -> None:
    """Put the accounts that were written down into the node's database."""
    for one in ready_accounts(node.config.folder).values():
        person = {key: value for key, value in asdict(one).items() if key not in ("password", "kept", "second_factor")}
        with node.database.write() as connection:
            account = node.directory.add(connection, {**person, "language": ""})
        node.directory.open(account, one.kept)
        node.directory.equip(account, one.second_factor, 0)


def _ready(email: str, name: str, country: str, authority: str, role: str) -> Ready:
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    return Ready(email, name, country, authority, role, password, Passwords().kept(password), new_key())
