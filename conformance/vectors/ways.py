"""How certificates of a document profile are written, where that differs from what certificates say anyway.

A profile says what is wrong; this says what its documents look like, so that generated ones are of it.
"""

from dataclasses import dataclass
from functools import lru_cache

from conformance.checks.rules.profile import load_profile

# Types a generated certificate can have; a phytosanitary one is the most usual.
_TYPES = ("851", "851", "657", "853", "852", "636")


@dataclass(frozen=True, slots=True)
class Ways:
    """What a profile's certificates have in common.

    `types` are those to choose from, one named twice is chosen twice as often. `first_note` is the subject of the first
    note of the head, empty for any; `timed` writes dates in notes with their time; `number` is the form of the number.
    """

    types: tuple[str, ...] = ("851", "851", "853", "852")
    first_note: str = ""
    timed: bool = False
    number: str = "{country}-2026-{serial:06d}"


PLAIN = Ways()


@lru_cache(maxsize=16)
def ways_of(profile: str) -> Ways:
    """Return the ways of a profile by its name or file. Raises `RuleError` when there is none, or none of our types."""
    loaded = load_profile(profile)
    listed = next(
        (dict(rule.lists)["types"].split() for rule in loaded.expressions if rule.id == "DOC-006.type"), _TYPES
    )
    types = tuple(one for one in _TYPES if one in listed)
    if loaded.name in ("ippc", "intercom"):
        return Ways(types, "SPSFL", timed=loaded.name == "intercom")
    if loaded.name == "traces":
        # Its entry documents and certificates; the note on liability and plant declarations are the IPPC's.
        return Ways(("853", "852", "636"), number="CHEDP.{country}.2026.{serial:07d}")
    return Ways(types)
