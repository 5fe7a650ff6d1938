"""Passwords by present advice (NIST SP 800-63B 3.1.1): long, not among those tried first, no rules of composition.

Kept as Argon2id (RFC 9106). What is tried first is judged offline by zxcvbn, whose lists hold the passwords of known
breaches, words, names and patterns.
"""

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from reference_impl.texts import N_

SHORTEST, LONGEST = 12, 128
# Guesses, as a power of ten, after which a password is no longer among those a thief tries against a stolen table.
_ENOUGH = 10.0
# zxcvbn reads no more; what is longer is judged by its beginning.
_READ = 72


class Passwords:
    """Makes and checks what is kept of a password. Methods may be replaced; they take about 30 ms of the processor."""

    def __init__(self) -> None:
        # The OWASP Password Storage Cheat Sheet's choice of little memory: several log-ins at a time must fit a small
        # server.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._nobody = self._hasher.hash("nobody's password")

    def problem(self, password: str, about: Iterable[str] = ()) -> str:
        """Why a password is not taken, as a text to be translated; empty when it is. `about`: what others know of
        the person.
        """
        plain = _plain(password)
        if len(plain) < SHORTEST:
            return N_("A password has at least 12 characters. Several words are easy to remember.")
        if len(plain) > LONGEST:
            return N_("A password has at most 128 characters.")
        if self.guesses(plain, about) < _ENOUGH:
            return N_(
                "This password is among those that are tried first. Use several words that do not belong together."
            )
        return ""

    def guesses(self, password: str, about: Iterable[str]) -> float:
        """How many guesses it takes, as a power of ten."""
        words = [word for text in about for word in (text, *text.replace("@", " ").split()) if word]
        return float(zxcvbn(password[:_READ], user_inputs=words)["guesses_log10"])

    def kept(self, password: str) -> str:
        """What is kept of a password."""
        return self._hasher.hash(_plain(password))

    def right(self, kept: str, password: str) -> bool:
        """Is it the password; the same work when `kept` is empty, and the answer False."""
        try:
            return self._hasher.verify(kept or self._nobody, _plain(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def _plain(password: str) -> str:
    # The same characters may come composed or decomposed, as the keyboard has it (RFC 8265 4.2).
    return unicodedata.normalize("NFC", password)
