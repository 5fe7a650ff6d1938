"""Are tokens and codes made by chance (profile 5.15): what a handful of them can show.

That nothing is found proves no chance; what is found here can be guessed by anybody.
"""

import base64
import hashlib
from collections.abc import Sequence
from math import log2

from conformance.model.finding import Finding, Where

ENOUGH = 8  # tokens or codes below which nothing can be said
TOKEN_BITS = 120  # of the 128 demanded: a handful does not show every character
FEW = 2  # different characters at a place of so many tokens: it is fixed
GUESSES_A_YEAR = 5 * 60 * 24 * 365  # for one number, from one address (profile 5.6)
LUCK = 1e-6
_DIGESTS = ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b")
_LEAST_LIKENESS = 8


def check_tokens(tokens: Sequence[str], numbers: Sequence[str]) -> list[Finding]:
    """WEB-006: tokens, in the order they were given out, with the numbers they belong to."""
    found = _alike("token", tokens, numbers)
    bits = seen_bits(tokens)
    if not found and bits < TOKEN_BITS:
        told = f"places that change hold {bits:.0f} bits over {len(tokens)} tokens, such as {tokens[0]}"
        found.append(_finding("The tokens hold less than 128 random bits.", "128 bits by chance", told))
    return found


def check_codes(codes: Sequence[str], numbers: Sequence[str]) -> list[Finding]:
    """WEB-006: verification codes, in the order they were given out, with the numbers they belong to."""
    found = _alike("code", codes, numbers)
    bits = seen_bits(codes)
    luck = GUESSES_A_YEAR / 2**bits
    if not found and luck > LUCK:
        told = f"{bits:.0f} bits: a chance of {min(luck, 1):.2g} a year"
        found.append(
            _finding("The codes are too short for the rate at which they can be guessed.", "10⁻⁶ a year", told)
        )
    return found


def seen_bits(texts: Sequence[str]) -> float:
    """How many bits texts of one kind can hold, by the characters seen at the places that change."""
    length = min(len(text) for text in texts)
    changing = [place for place in range(length) if len({text[place] for text in texts}) > FEW]
    alphabet = {text[place] for text in texts for place in changing}
    return len(changing) * log2(len(alphabet)) if alphabet else 0.0


def _alike(what: str, texts: Sequence[str], numbers: Sequence[str]) -> list[Finding]:
    if len(set(texts)) < len(texts):
        return [_finding(f"A {what} was given out twice.", f"each {what} once", ", ".join(sorted(texts)))]
    if list(texts) in (sorted(texts), sorted(texts, reverse=True)):
        return [_finding(f"The {what}s follow each other.", "no order", ", ".join(texts))]
    for text, number in zip(texts, numbers, strict=True):
        if how := _derived(text, number):
            return [_finding(f"The {what} is worked out from the number.", "chance", f"{text} is {how} of {number}")]
    return []


def _derived(text: str, number: str) -> str:
    octets = number.encode()
    made = {name: hashlib.new(name, octets).digest() for name in _DIGESTS} | {"a rendering": octets}
    for name, digest in made.items():
        for rendered in (digest.hex(), base64.b64encode(digest).decode(), base64.b32encode(digest).decode()):
            plain = rendered.rstrip("=").replace("+", "-").replace("/", "_")
            wanted = text.rstrip("=")
            if len(wanted) >= _LEAST_LIKENESS and wanted.lower() in plain.lower():
                return name
    return ""


def _finding(message: str, expected: str, actual: str) -> Finding:
    return Finding("WEB-006", message, expected, actual[:300], Where("verification page"))
