"""The second factor: codes by time (TOTP, RFC 6238) of six figures, a new one every 30 seconds, each taken once."""

from datetime import datetime

import pyotp

# A clock may be one step off, either way (RFC 6238 5.2).
_STEPS = (0, -1, 1)
_SECONDS = 30


def new_key() -> str:
    """A key for a new device, base32, 160 bits."""
    return pyotp.random_base32()


def uri(secret: str, email: str, issuer: str) -> str:
    """What the QR code for an authenticator holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime, after: int) -> int:
    """The time step a code belongs to, 0 when it is of none that may be used: one later than `after`."""
    generator = pyotp.TOTP(secret)
    present = int(now.timestamp()) // _SECONDS
    plain = code.replace(" ", "")
    for step in (present + offset for offset in _STEPS):
        if step > after and pyotp.utils.strings_equal(plain, generator.generate_otp(step)):
            return step
    return 0
