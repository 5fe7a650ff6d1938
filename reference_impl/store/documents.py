"""Documents kept in memory besides the disk: they never change after issue, so their digest says which they are."""

import base64
from collections import OrderedDict
from threading import Lock

LIMIT_BYTES = 64 * 1024 * 1024


class DocumentCache:
    """The octets last asked for, by digest, and their base64; at most `limit` bytes together.

    It holds octets only. Whose they are, in which state, and who may see them is looked up for every request.
    """

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self.limit = limit
        self._held: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, digest: str) -> bytes | None:
        """The octets with this digest, None when they are not held."""
        with self._lock:
            found = self._held.get(digest)
            if found is None:
                return None
            self._held.move_to_end(digest)
            return found[0]

    def put(self, digest: str, document: bytes) -> None:
        """Hold octets; those not asked for longest make room."""
        entry = (document, base64.b64encode(document))
        size = _size(entry)
        if size > self.limit:
            return
        with self._lock:
            if digest in self._held:
                return
            self._held[digest] = entry
            self._size += size
            while self._size > self.limit:
                self._size -= _size(self._held.popitem(last=False)[1])

    def encoded(self, digest: str, document: bytes) -> bytes:
        """The base64 of octets: of exactly these, whatever is held under the digest."""
        with self._lock:
            found = self._held.get(digest)
        return found[1] if found is not None and found[0] is document else base64.b64encode(document)


def _size(entry: tuple[bytes, bytes]) -> int:
    return len(entry[0]) + len(entry[1])
