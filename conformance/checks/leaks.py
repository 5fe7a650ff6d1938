"""What a fault must not tell: how the system behind it is made."""

import re
from collections.abc import Iterator

_LEAKS = (
    (
        re.compile(r"Traceback \(most recent call last\)|\bat [\w.$]+\([\w]+\.java:\d+\)|File \"[^\"]+\", line \d+"),
        "a stack trace",
    ),
    (re.compile(r"(?<![\w:/.])/(?:home|usr|var|opt|srv|etc|root|tmp|app)/[\w./-]+|[A-Z]:\\\\?[\w\\]+"), "a file path"),
    (
        re.compile(
            r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.+\b(?:FROM|VALUES|SET|WHERE)\b|sqlite3?\.|psycopg|ORA-\d{5}"
        ),
        "SQL",
    ),
    (
        re.compile(
            r"\b(?:Python|lxml|uvicorn|Apache|nginx|Tomcat|PHP|OpenSSL|libxml2)[/ ]\d+(?:\.\d+)+", re.IGNORECASE
        ),
        "a software version",
    ),
)


def find_leaks(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is given away ("a file path") and the words that do it."""
    for pattern, what in _LEAKS:
        found = pattern.search(text)
        if found:
            yield what, found.group(0)[:120]
