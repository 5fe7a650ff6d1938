"""Cursors: where a list goes on, sealed so that nobody can read another's list or another query with them."""

import base64
import binascii
import hashlib
import hmac

from reference_impl.clock import instant
from reference_impl.store.certificates import Item, Query

_SEAL = 16


class Cursors:
    """Makes and opens cursors. The secret must outlive a restart, so that a client may go on after one."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.sha256(b"cursor" + secret).digest()

    def make(self, query: Query, last: Item) -> str:
        """The cursor after `last`."""
        place = f"{last.changed} {last.number}".encode()
        return base64.urlsafe_b64encode(self._seal(query, place) + place).decode("ascii").rstrip("=")

    def open(self, query: Query, cursor: str) -> tuple[str, str]:
        """The place after which to go on. `ValueError` when it was not made for this caller and query."""
        try:
            octets = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("the cursor is not one of ours") from error
        seal, place = octets[:_SEAL], octets[_SEAL:]
        if not hmac.compare_digest(seal, self._seal(query, place)):
            raise ValueError("the cursor was not made for this caller and query")
        changed, number = place.decode().split(" ", 1)
        return changed, number

    def _seal(self, query: Query, place: bytes) -> bytes:
        bound = "|".join(
            (
                query.country,
                instant(query.changed_from),
                instant(query.changed_before),
                ",".join(sorted(query.types)),
                ",".join(sorted(query.states)),
            )
        )
        return hmac.digest(self._secret, bound.encode() + b"\n" + place, "sha256")[:_SEAL]
