"""What of a partner file may be printed: everything but credentials."""

from collections.abc import Iterator, Mapping
from typing import Any

_SECRET_KEYS = frozenset({"password", "mail_password", "token", "second_factor"})
_CREDENTIAL_KEYS = _SECRET_KEYS | {"username", "mail_username", "user", "key", "ca_key", "tsa_key"}


def without_secrets(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy in which every plain secret is `[secret]`; names of variables and files stay."""
    return {
        key: "[secret]"
        if key in _SECRET_KEYS and isinstance(value, str)
        else without_secrets(value)
        if isinstance(value, Mapping)
        else value
        for key, value in tables.items()
    }


def settings_of(tables: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the IXIT values as (dotted key, text) in the file's order, without credentials.

    A hook given as a command shows its program only, because arguments may carry a token. Verification codes of
    the test data open a certificate, so they are counted and not shown.
    """
    return (
        *_flat("ixit", tables.get("ixit", {})),
        *(pair for name, hook in tables.get("hooks", {}).items() for pair in _hook(f"hooks.{name}", hook)),
        *(
            (
                f"data.{name}",
                f"{len(value)} given" if isinstance(value, Mapping) else ", ".join(_number(one) for one in value),
            )
            for name, value in tables.get("data", {}).items()
        ),
    )


def _number(entry: str | Mapping[str, str]) -> str:
    """Return the number in an entry of the test data, which is one or a table that holds one."""
    return entry if isinstance(entry, str) else entry["number"]


def _flat(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _CREDENTIAL_KEYS:
                yield from _flat(f"{place}.{key}", inner)
    elif isinstance(value, list):
        yield place, ", ".join(str(one) for one in value)
    else:
        yield place, str(value)


def _hook(place: str, hook: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "command" in hook:
        yield place, f"command {hook['command'][0]}"
    else:
        yield place, str(hook["url"]).split("?", 1)[0]
