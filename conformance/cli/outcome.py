"""Errors a user can mend, told in one sentence with their exit code."""

import errno
import sys
from dataclasses import dataclass

_CANNOT_WRITE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EROFS})


@dataclass(frozen=True)
class Told:
    """A message and the exit code that goes with it."""

    text: str
    code: int


def message_of(error: Exception) -> Told | None:
    """Return what to tell about an error, or None when it is a fault of the suite."""
    errors = sys.modules.get("conformance.engine.errors")
    partner = sys.modules.get("conformance.partner.errors")
    if partner is not None and isinstance(error, partner.PartnerFileError):
        return Told(str(error), 2)
    if errors is not None and isinstance(error, errors.UsageFault):
        return Told(str(error), 2)
    if errors is not None and isinstance(error, errors.NothingSelected):
        return Told(str(error), 5)
    if isinstance(error, OSError) and error.filename is not None:
        return Told(f"{error.filename}: {error.strerror}.", 2)
    if isinstance(error, OSError) and error.errno in _CANNOT_WRITE:
        return Told(f"What was to be written cannot be: {error.strerror}.", 2)
    return None
