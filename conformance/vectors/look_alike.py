"""Texts that look like another one, or nearly, and are not it (UTS 39; Unicode TR 36)."""

import unicodedata

_CYRILLIC = str.maketrans("ABCEHIKMOPTX", "АВСЕНІКМОРТХ")
_GREEK = str.maketrans("ABEHIKMNOPTXZ", "ΑΒΕΗΙΚΜΝΟΡΤΧΖ")
_LOOK = str.maketrans("O0I1", "0O1I")
_FULL_WIDTH = {ord("-"): "－", ord("/"): "／"} | {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"}
_KELVIN = str.maketrans("KÅ", "\u212a\u212b")
RIGHT_TO_LEFT, ISOLATE, POP, NO_WIDTH, SOFT_HYPHEN = "\u202e", "\u2066", "\u2069", "\u200b", "\u00ad"
UNSEEN = (RIGHT_TO_LEFT, ISOLATE, POP, NO_WIDTH, SOFT_HYPHEN)


def look_alikes(number: str, *, spaces: bool = True) -> tuple[tuple[str, str], ...]:
    """What it is, and the text: each differs from `number`. `spaces`: also those that differ in spaces only."""
    middle = len(number) // 2
    made = (
        ("small letters", number.swapcase()),
        ("O for 0 and I for 1", number.translate(_LOOK)),
        ("full-width digits", number.translate(_FULL_WIDTH)),
        ("Cyrillic letters", number.translate(_CYRILLIC)),
        ("Greek letters", number.translate(_GREEK)),
        ("letters that normal form C changes", number.translate(_KELVIN)),
        ("letters in normal form D", unicodedata.normalize("NFD", number)),
        ("a combining mark", number + "\u0323"),
        ("marks that turn the direction", f"{number[:middle]}{RIGHT_TO_LEFT}{number[middle:]}"),
        ("isolating marks", f"{ISOLATE}{number}{POP}"),
        ("a space of no width", f"{number[:middle]}{NO_WIDTH}{number[middle:]}"),
        ("a soft hyphen", f"{number[:middle]}{SOFT_HYPHEN}{number[middle:]}"),
        *((("a space at the end", number + " "), ("a space that does not break", number + "\u00a0")) if spaces else ()),
    )
    return tuple((what, text) for what, text in made if text != number)
