"""Users of the pull access: prepared envelopes, client certificate or user name token."""

import os
import time
from base64 import b64encode
from hashlib import sha1
from itertools import count
from random import Random
from xml.sax.saxutils import escape

from load_answers import PullAnswers
from load_http import send, stay_here, tls_context
from load_plan import partner, plan
from load_user import Action, keep_to_plan
from locust import FastHttpUser, task
from locust.env import Environment
from locust.exception import StopTest

OPERATIONS = ("GetCertificate",) * 8 + ("GetStatus", "ListCertificates")
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
LIFE_SECONDS = 50
ANSWERS = PullAnswers()
USERS = count()


def envelope(operation: str, content: str, header: str = "") -> bytes:
    """Return a SOAP 1.1 message for an operation of the exchange."""
    message = f'<{operation} xmlns="urn:ecert:exchange:1">{content}</{operation}>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}">{header}<s:Body>{message}</s:Body>'
        "</s:Envelope>"
    ).encode()


def security_header(username: str, password: str, now: float, nonce: bytes) -> str:
    """Return a WS-Security header with a time stamp and a password digest (profile, identity by user name token)."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + LIFE_SECONDS))
    # SHA-1 is what the token profile prescribes.
    digest = b64encode(sha1(nonce + created.encode() + password.encode()).digest()).decode()  # noqa: S324
    return (
        f'<s:Header><o:Security xmlns:o="{WSS}" xmlns:u="{WSU}" s:mustUnderstand="1">'
        f"<u:Timestamp><u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires></u:Timestamp>"
        f'<o:UsernameToken><o:Username>{escape(username)}</o:Username><o:Password Type="{DIGEST}">{digest}</o:Password>'
        f'<o:Nonce EncodingType="{BASE64}">{b64encode(nonce).decode()}</o:Nonce><u:Created>{created}</u:Created>'
        "</o:UsernameToken></o:Security></s:Header>"
    )


class PullUser(FastHttpUser):
    """Fetches certificates the partner named as issued; now and then asks for a status or a list."""

    abstract = True
    insecure = False
    concurrency = 50
    identity = "own"
    access = "pull"

    def __init__(self, environment: Environment) -> None:
        given = partner().pull
        if given is None:
            raise StopTest("the partner file has no [ixit.pull]")
        own = given.identities[self.identity]
        self._url = given.url
        self._numbers = partner().data.issued
        self._account = (own.username, own.password.reveal()) if own.username and own.password else None
        if own.certificate is not None:
            self._account = None
        self.host = given.url
        self.network_timeout = self.connection_timeout = given.timeout
        self.ssl_context_factory = tls_context(given.ca, own.certificate, own.key)
        self._since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 30 * 86_400))
        self._until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1))
        super().__init__(environment)
        stay_here(self.client)

    @task
    def keep_to_plan(self) -> None:
        """Send what the plan says, then end."""
        keep_to_plan(plan(), plan().access(self.access), next(USERS), self._choose)

    def _choose(self, random: Random) -> Action:
        operation, number = random.choice(OPERATIONS), random.choice(self._numbers)
        return f"pull {operation}", lambda: self._call(operation, number)

    def _call(self, operation: str, number: str) -> None:
        content = f"<Number>{escape(number)}</Number>"
        if operation == "Echo":
            content = "<Text>load</Text>"
        elif operation == "ListCertificates":
            content = f"<ChangedFrom>{self._since}</ChangedFrom><ChangedBefore>{self._until}</ChangedBefore>"
        name = f"{self.access} {operation}"
        header = security_header(*self._account, time.time(), os.urandom(16)) if self._account else ""
        status, message = send(
            self.client,
            "POST",
            self._url,
            name,
            data=envelope(operation, content, header),
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": f'"urn:ecert:exchange:1/{operation}"',
                "Accept-Encoding": "identity",
            },
        )
        ANSWERS.check(operation, number, status, message)


class CrowdingUser(PullUser):
    """A second country that asks more often than was agreed with it, while the others go on with their work."""

    abstract = True
    identity = "limited"
    access = "limited"

    def _choose(self, random: Random) -> Action:  # noqa: ARG002 - there is nothing to choose
        return "limited Echo", lambda: self._call("Echo", "")
