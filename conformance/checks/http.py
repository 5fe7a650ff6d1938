"""HTTP answers of the verification page: status, method, security headers.

Sources: RFC 9110, RFC 9111, RFC 6797, OWASP ASVS 14.4.
"""

import re
from urllib.parse import unquote

from conformance.model.exchange import Exchange, Message
from conformance.model.finding import Finding, Where
from conformance.model.words import Level

YEAR = 31_536_000


def check_not_cached(answer: Message) -> list[Finding]:
    """WEB-010: Cache-Control has no-store (or private) and nothing that opens shared caches (RFC 9111 5.2.2)."""
    given = _directives(answer, "Cache-Control")
    if (
        given & {"no-store", "private"}
        and not given & {"public"}
        and not any(one.startswith("s-maxage") for one in given)
    ):
        return []
    return [
        _finding(
            "WEB-010",
            "A shared cache may keep the result.",
            "Cache-Control: no-store",
            _all(answer, "Cache-Control"),
            "Cache-Control",
        )
    ]


def check_referrer(answer: Message) -> list[Finding]:
    """WEB-011: Referrer-Policy keeps the address of the page from others."""
    policy = (answer.header("Referrer-Policy") or "").strip().lower()
    if policy in ("no-referrer", "same-origin"):
        return []
    return [
        _finding(
            "WEB-011",
            "The page's address may leak by Referer.",
            "Referrer-Policy: no-referrer",
            policy or "none",
            "Referrer-Policy",
        )
    ]


def check_content_policy(answer: Message) -> list[Finding]:
    """WEB-013: a Content-Security-Policy that allows no script from anywhere and no framing."""
    text = _all(answer, "Content-Security-Policy")
    policy = {part.split()[0].lower(): part.split()[1:] for part in text.split(";") if part.split()}
    scripts = policy.get("script-src", policy.get("default-src"))
    found = []
    if scripts is None or any(
        source in ("*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:") for source in scripts
    ):
        found.append(
            _finding(
                "WEB-013",
                "The content policy does not stop foreign scripts.",
                "default-src 'none'",
                text or "none",
                "Content-Security-Policy",
            )
        )
    return found


def check_hardening(answer: Message) -> list[Finding]:
    """SEC-016: nosniff, no framing by others."""
    found = []
    sniff = (answer.header("X-Content-Type-Options") or "").strip().lower()
    if sniff != "nosniff":
        found.append(
            _finding(
                "SEC-016",
                "The browser may guess another media type.",
                "X-Content-Type-Options: nosniff",
                sniff or "none",
                "X-Content-Type-Options",
                Level.SHOULD,
            )
        )
    framing = re.search(r"frame-ancestors\s+('none'|'self')", _all(answer, "Content-Security-Policy"))
    if not framing and (answer.header("X-Frame-Options") or "").upper() not in ("DENY", "SAMEORIGIN"):
        found.append(
            _finding(
                "SEC-016",
                "Another site may frame the page.",
                "frame-ancestors 'none'",
                "none",
                "Content-Security-Policy",
                Level.SHOULD,
            )
        )
    return found


def check_hsts(answer: Message) -> list[Finding]:
    """TLS-009: Strict-Transport-Security with max-age of a year or more (RFC 6797 section 6.1)."""
    text = _all(answer, "Strict-Transport-Security")
    age = re.search(r"(?:^|;)\s*max-age\s*=\s*\"?(\d{1,12})\"?\s*(?:;|$)", text, re.IGNORECASE)
    if age and int(age.group(1)) >= YEAR:
        return []
    return [
        _finding(
            "TLS-009",
            "HSTS is missing or too short.",
            f"max-age of at least {YEAR}",
            text or "none",
            "Strict-Transport-Security",
        )
    ]


def check_method_refused(answer: Message, status: int, allowed: tuple[str, ...]) -> list[Finding]:
    """WEB-012: 405, and Allow names the methods that work (RFC 9110 section 15.5.6)."""
    found = []
    if status != 405:  # noqa: PLR2004 - the status itself
        found.append(
            _finding("WEB-012", "A method that is not allowed was not answered with 405.", "405", str(status), "status")
        )
    named = {one.strip().upper() for one in _all(answer, "Allow").split(",")}
    if not named & set(allowed):
        found.append(
            _finding(
                "WEB-012",
                "The 405 answer has no Allow.",
                f"Allow: {', '.join(allowed)}",
                _all(answer, "Allow") or "none",
                "Allow",
            )
        )
    return found


def file_name(disposition: str) -> str:
    """The file name a Content-Disposition header gives (RFC 6266), as it is written; "" without one."""
    found = re.search(
        r"filename\*?\s*=\s*(?:[\w-]+'[\w-]*')?(\"(?:\\\\.|[^\"])*\"|[^;\s]+)", disposition, re.IGNORECASE
    )
    return unquote(found[1].strip('"')) if found else ""


def answers_as(one: Exchange, other: Exchange, path: str, other_path: str) -> bool:
    """Whether two answers are the same in status and content, but for the path that was asked for."""
    if one.answer.response is None or other.answer.response is None:
        return one.answer.response is other.answer.response
    contents = (
        answer.body.replace(asked.encode(), b"")
        for answer, asked in ((one.answer.response, path), (other.answer.response, other_path))
    )
    return one.answer.fact("status") == other.answer.fact("status") and len(set(contents)) == 1


def _directives(answer: Message, name: str) -> set[str]:
    return {one.strip().lower() for one in _all(answer, name).split(",") if one.strip()}


def _all(answer: Message, name: str) -> str:
    return ", ".join(value for key, value in answer.headers if key.lower() == name.lower())


def _finding(
    requirement: str, message: str, expected: str, actual: str, path: str, level: Level = Level.MUST
) -> Finding:
    return Finding(requirement, message, expected, actual[:300], Where("HTTP answer", None, path), level)
