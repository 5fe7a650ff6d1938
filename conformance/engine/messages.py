"""The folder of messages: octets under the SHA-256 of what is written."""

import os
from hashlib import sha256
from pathlib import Path

from conformance.engine.redaction import Redactor


class MessageStore:
    """Keep bodies without their secrets, each once."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor
        self._names: dict[str, str] = {}

    def keep(self, body: bytes) -> str:
        """Write a body unless it is there already; return its name, the SHA-256 of the octets as written."""
        original = sha256(body).hexdigest()
        known = self._names.get(original)
        if known is not None:
            return known
        cleaned = self._redactor.octets(body)
        name = original if cleaned is body else sha256(cleaned).hexdigest()
        path = self._folder / name
        if not path.exists():
            # Lanes write side by side: a file appears whole or not at all.
            part = self._folder / f".{name}.{os.getpid()}"
            part.write_bytes(cleaned)
            part.replace(path)
        self._names[original] = name
        return name

    def name_of(self, digest: str) -> str:
        """Return the name under which a body with this digest was kept; the digest itself if it was not."""
        return self._names.get(digest, digest)


def read_message(folder: Path, name: str) -> bytes:
    """Return a body of a record by its name. Raises `KeyError` when the record does not hold it whole."""
    if len(name) != sha256().digest_size * 2 or not name.isalnum():
        raise KeyError(name)
    try:
        body = (folder / name).read_bytes()
    except OSError as error:
        raise KeyError(name) from error
    if sha256(body).hexdigest() != name:
        raise KeyError(name)
    return body
