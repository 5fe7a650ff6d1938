"""WS-Security UsernameToken Profile 1.1 headers, right ones and, on purpose, wrong ones."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from xml.sax.saxutils import escape

from conformance.ports.tape import Tape

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
DIGEST = f"{_OASIS}-username-token-profile-1.0#PasswordDigest"
TEXT = f"{_OASIS}-username-token-profile-1.0#PasswordText"
BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"
LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True)
class Token:
    """A security header to be written. Empty `nonce` or `created` leaves that element out.

    `timestamps` are pairs of Created and Expires; the contract wants exactly one of at most 60 seconds.
    """

    username: str
    password: str
    nonce: bytes
    created: str
    timestamps: tuple[tuple[str, str], ...]
    plain: bool = False

    def xml(self) -> str:
        """The wsse:Security element."""
        stamps = "".join(
            f"<wsu:Timestamp><wsu:Created>{c}</wsu:Created><wsu:Expires>{e}</wsu:Expires></wsu:Timestamp>"
            for c, e in self.timestamps
        )
        kind, value = (TEXT, escape(self.password)) if self.plain else (DIGEST, self.digest())
        nonce = base64.b64encode(self.nonce).decode()
        return (
            f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}">{stamps}<wsse:UsernameToken>'
            f"<wsse:Username>{escape(self.username)}</wsse:Username>"
            f'<wsse:Password Type="{kind}">{value}</wsse:Password>'
            + (f'<wsse:Nonce EncodingType="{BASE64}">{nonce}</wsse:Nonce>' if self.nonce else "")
            + (f"<wsu:Created>{self.created}</wsu:Created>" if self.created else "")
            + "</wsse:UsernameToken></wsse:Security>"
        )

    def digest(self) -> str:
        """Base64(SHA-1(nonce + created + password)): SHA-1 is what the OASIS profile prescribes (section 3.1)."""
        octets = self.nonce + self.created.encode() + self.password.encode()
        return base64.b64encode(sha1(octets, usedforsecurity=False).digest()).decode()


def stamp(at: datetime) -> str:
    """A moment as wsu:Created has it, UTC with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def fresh_nonce(tape: Tape) -> bytes:
    """16 octets no other run uses: two runs with the same seed must not look like a replay to the partner."""
    return sha256(tape.run_id.encode() + tape.random.randbytes(16)).digest()[:16]


def make_token(
    tape: Tape,
    username: str,
    password: str,
    *,
    shift: timedelta = timedelta(),
    lifetime: timedelta = LIFETIME,
    windows: Sequence[timedelta] = (),
    plain: bool = False,
) -> Token:
    """A fresh token. `shift` moves all its times; `windows` adds further Timestamps, each that much later."""
    begin = tape.now() + shift
    stamps = tuple((stamp(begin + more), stamp(begin + more + lifetime)) for more in (timedelta(), *windows))
    return Token(username, password, fresh_nonce(tape), stamp(begin), stamps, plain)
