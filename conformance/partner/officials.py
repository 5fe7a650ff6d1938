"""The accounts of officials for a load run: a file of their own, read only when the site is put under load."""

import tomllib
from pathlib import Path

from conformance.partner.errors import PartnerFileError
from conformance.partner.pages import PageAccount
from conformance.partner.secret import Secret

KEY = "ixit.load.officials"
NEEDED = ("user", "password")


def read_officials(file: Path) -> tuple[PageAccount, ...]:
    """Read `[[officials]]` of a TOML file: user, password, and country and second_factor where there are any.

    Raises `PartnerFileError`.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("officials", [])
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PartnerFileError(file, KEY, f"the file cannot be read ({reason})", "correct the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PartnerFileError(file, KEY, f"the file is not TOML ({error})", "write [[officials]] tables") from None
    return tuple(_official(file, place, table) for place, table in enumerate(tables, 1))


def _official(file: Path, place: int, table: object) -> PageAccount:
    if not isinstance(table, dict) or not all(isinstance(table.get(name), str) and table[name] for name in NEEDED):
        raise PartnerFileError(file, KEY, f"official {place} has no user or no password", "give both as text")
    name = f"official {place}"
    secret = table.get("second_factor")
    return PageAccount(
        name=name,
        country=str(table.get("country", "")),
        user=table["user"],
        password=Secret(f"{name} password", file, plain=table["password"]),
        second_factor=Secret(f"{name} second_factor", file, plain=str(secret)) if secret else None,
    )
