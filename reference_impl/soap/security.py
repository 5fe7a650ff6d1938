"""Who is calling: a registered client certificate, a WS-Security UsernameToken, or both for the same partner."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from reference_impl.clock import parse_instant
from reference_impl.config import ConfigError, PartnerConfig
from reference_impl.soap.envelope import SECURITY, WSSE, Message, Request
from reference_impl.soap.faults import SoapFault

if TYPE_CHECKING:
    from reference_impl.node import Node

WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
DIGEST = f"{PROFILE}#PasswordDigest"
LIFETIME = timedelta(seconds=60)
SKEW = timedelta(seconds=30)
MAX_NONCE = 1024


class Refused(Exception):
    """The token is refused; the text is for the log, never for the caller."""


class Authenticator:
    """Finds the partner behind a request. Methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.by_fingerprint = {
            _fingerprint(file): p
            for p in node.config.partners
            for file in (p.client_certificate, *p.further_certificates)
        }
        self.by_username = {p.username: p for p in node.config.partners}

    def identify(self, request: Request, message: Message) -> PartnerConfig:
        """Return the partner. Raises the same `SoapFault` for everything that is wrong."""
        try:
            return self.partner(request, message)
        except Refused as error:
            raise self.refusal(str(error)) from error

    def refusal(self, reason: str) -> SoapFault:  # noqa: ARG002 - why, the caller must not learn
        """What a caller without a good identity is told."""
        return SoapFault("Unauthenticated", "the caller is not identified")

    def partner(self, request: Request, message: Message) -> PartnerConfig:
        """As `identify`, with the reason in the exception."""
        found: list[PartnerConfig] = []
        if request.certificate:
            found.append(self.by_certificate(request.certificate))
        blocks = [b for b in message.headers if b.tag == SECURITY]
        if len(blocks) > 1:
            raise Refused("two Security headers")
        if blocks:
            holder = self.by_token(blocks[0])
            if holder is not None:
                found.append(holder)
        if not found:
            raise Refused("neither certificate nor token")
        if len({p.country for p in found}) > 1:
            raise Refused("certificate and token name different partners")
        return found[0]

    def by_certificate(self, der: bytes) -> PartnerConfig:
        """The partner whose certificate this is; TLS has checked its authority and validity already."""
        partner = self.by_fingerprint.get(hashlib.sha256(der).hexdigest())
        if partner is None:
            raise Refused("client certificate not registered")
        return partner

    def by_token(self, block: etree._Element) -> PartnerConfig | None:
        """The partner a Security header names, None when it holds a timestamp only."""
        now = self.node.clock.now()
        tokens = block.findall(f"{{{WSSE}}}UsernameToken")
        self.check_timestamps(block.findall(f"{{{WSU}}}Timestamp"), now)
        known = (f"{{{WSSE}}}UsernameToken", f"{{{WSU}}}Timestamp")
        if any(isinstance(e.tag, str) and e.tag not in known for e in block) or len(tokens) > 1:
            raise Refused("a Security header that is more than one token and one timestamp")
        return self.check_token(tokens[0], now) if tokens else None

    def check_timestamps(self, stamps: list[etree._Element], now: datetime) -> None:
        """Exactly one Timestamp, short-lived and of now."""
        if len(stamps) != 1:
            raise Refused("not exactly one Timestamp")
        created = self.moment(stamps[0].findtext(f"{{{WSU}}}Created"))
        expires = self.moment(stamps[0].findtext(f"{{{WSU}}}Expires"))
        self.check_lifetime(created, expires)
        self.check_current(created, expires, now)

    def check_lifetime(self, created: datetime, expires: datetime) -> None:
        """A timestamp lives for 60 seconds at most."""
        if not timedelta(0) < expires - created <= LIFETIME:
            raise Refused("lifetime of the Timestamp")

    def check_current(self, created: datetime, expires: datetime, now: datetime) -> None:
        """It is valid now, give or take the agreed skew."""
        if created > now + SKEW or expires < now - SKEW:
            raise Refused("Timestamp not of now")

    def check_token(self, token: etree._Element, now: datetime) -> PartnerConfig:
        """The token's digest fits the password, its time is now, its nonce is new."""
        username = token.findtext(f"{{{WSSE}}}Username") or ""
        partner = self.by_username.get(username)
        passwords = token.findall(f"{{{WSSE}}}Password")
        if len(passwords) != 1:
            raise Refused("not exactly one Password")
        nonce, created = self.freshness(token)
        # An unknown user costs the same work as a known one with a wrong password.
        secret = partner.password if partner else "no such user"
        good = self.password_good(passwords[0], nonce, created, secret)
        if partner is None or not good:
            raise self.bad_password(partner)
        if created:
            self.check_fresh(username, nonce, self.moment(created), now)
        return partner

    def bad_password(self, partner: PartnerConfig | None) -> Exception:  # noqa: ARG002 - a seam
        """Unknown user and wrong password are one and the same."""
        return Refused("unknown user or wrong password")

    def freshness(self, token: etree._Element) -> tuple[bytes, str]:
        """Nonce and Created of a token, exactly one each."""
        nonces, created = token.findall(f"{{{WSSE}}}Nonce"), token.findall(f"{{{WSU}}}Created")
        if len(nonces) != 1 or len(created) != 1:
            raise Refused("not exactly one Nonce and Created")
        try:
            nonce = base64.b64decode((nonces[0].text or "").strip(), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refused("Nonce is not base64") from error
        if not 0 < len(nonce) <= MAX_NONCE or not created[0].text:
            raise Refused("empty Nonce or Created")
        return nonce, created[0].text

    def password_good(self, password: etree._Element, nonce: bytes, created: str, secret: str) -> bool:
        """Compare the digest; any other type of password is refused."""
        if password.get("Type") != DIGEST:
            return False
        wanted = hashlib.sha1(nonce + created.encode() + secret.encode(), usedforsecurity=False).digest()
        return hmac.compare_digest(base64.b64encode(wanted), (password.text or "").strip().encode())

    def check_fresh(self, username: str, nonce: bytes, created: datetime, now: datetime) -> None:
        """Created is of now and the nonce was not seen while it could be."""
        self.check_current(created, created + LIFETIME, now)
        if not self.take_nonce(username, nonce, created + LIFETIME + 2 * SKEW, now):
            raise Refused("nonce seen before")

    def take_nonce(self, username: str, nonce: bytes, expires: datetime, now: datetime) -> bool:
        """Remember the nonce; False when it is known."""
        return self.node.nonces.take(username, nonce, expires, now)

    def moment(self, text: str | None) -> datetime:
        """A moment of the token."""
        try:
            return parse_instant(text or "")
        except (ValueError, OverflowError) as error:
            raise Refused("not a moment") from error


def _fingerprint(file: Path) -> str:
    try:
        der = x509.load_pem_x509_certificate(file.read_bytes())
    except ValueError as error:
        raise ConfigError(f"{file}: no certificate in it. Put its PEM there") from error
    return der.fingerprint(SHA256()).hex()
