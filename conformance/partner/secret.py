"""Secrets of a partner file: known by where they lie, read when needed, never shown."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from conformance.partner.errors import PartnerFileError

_LONGEST = 64 * 1024


@dataclass(frozen=True)
class Secret:
    """A password or token. `reveal()` gives it; `repr`, `str` and format never do.

    Exactly one of `plain`, `variable` (of the environment) and `file` is set. `key` and `source` name the place in
    the partner file for error messages.
    """

    key: str
    source: Path
    plain: str | None = field(default=None, repr=False)
    variable: str | None = None
    file: Path | None = None

    def reveal(self) -> str:
        """Return the secret; raise `PartnerFileError` when its variable or file is missing or empty."""
        if self.plain is not None:
            return self.plain
        value = self._from_environment() if self.variable is not None else self._from_file()
        if not value:
            raise PartnerFileError(self.source, self.key, f"the secret in {self.place} is empty", "put a value there")
        return value

    @property
    def place(self) -> str:
        """Where the secret lies, in words; safe to print."""
        if self.variable is not None:
            return f"environment variable {self.variable}"
        return f"file {self.file}" if self.file is not None else "the partner file"

    def _from_environment(self) -> str:
        value = os.environ.get(self.variable or "")
        if value is None:
            raise PartnerFileError(
                self.source, self.key, f"{self.place} is not set", f"export {self.variable} before the run"
            )
        return value

    def _from_file(self) -> str:
        assert self.file is not None  # noqa: S101 - one of the three is always set
        try:
            with self.file.open("rb") as stream:
                raw = stream.read(_LONGEST + 1)
            if len(raw) > _LONGEST:
                raise PartnerFileError(
                    self.source, self.key, f"{self.place} is longer than 64 KiB", "name the file of the secret alone"
                )
            return raw.decode("utf-8").rstrip("\r\n")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise PartnerFileError(
                self.source, self.key, f"{self.place} cannot be read ({reason})", "correct the path or its permissions"
            ) from None
        except UnicodeDecodeError:
            raise PartnerFileError(
                self.source, self.key, f"{self.place} is not UTF-8 text", "store the secret as text"
            ) from None

    def __str__(self) -> str:
        """Say that it is a secret, not which."""
        return "[secret]"

    def __repr__(self) -> str:
        """Name the key, never the value."""
        return f"Secret({self.key}, [secret])"
