"""The node as a client of a partner's pull service: HTTPS with its own certificate, the server's verified."""

import base64
import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from lxml import etree

from reference_impl.certificates.names import EXCHANGE
from reference_impl.certificates.validation import Validator
from reference_impl.clock import instant
from reference_impl.importer.soap import CallFailed, ListedItem, envelope, field, read_answer, read_items

MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_PAGES = 10_000
PAGE_SIZE = "100"
READABLE = (200, 500)


@dataclass(frozen=True)
class Fetched:
    """A certificate as answered: what the envelope says of it, the document's octets and its detached signature's."""

    number: str
    type_code: str
    status: str
    digest: str
    document: bytes
    signature: bytes | None = None


class PullClient:
    """One connection to a partner; a context manager. Blocking: use it in a thread."""

    def __init__(
        self, url: str, trust: Callable[[], ssl.SSLContext], validator: Validator, timeout: float = 10.0
    ) -> None:
        """`url` is the partner's https address; `timeout` in seconds is for each wait. Raises `CallFailed`."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise CallFailed(f"{url!r} is not an https address; give pull_url in node.toml")
        self.path = parts.path or "/"
        if parts.query:
            self.path += f"?{parts.query}"
        self.validator = validator
        self.connection = http.client.HTTPSConnection(
            parts.hostname, parts.port or 443, timeout=timeout, context=trust()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.connection.close()

    def abort(self) -> None:
        """Break off a call under way in another thread, which then raises `CallFailed`."""
        if self.connection.sock is not None:
            with contextlib.suppress(OSError):
                self.connection.sock.shutdown(socket.SHUT_RDWR)

    def call(self, operation: str, *fields: tuple[str, str]) -> etree._Element:
        """Call an operation and return its response element. Raises `CallFailed`, also for a fault."""
        status, octets = self._post(envelope(operation, fields), self.headers(operation))
        if status not in READABLE:
            raise CallFailed(f"{operation}: the partner answered HTTP {status}")
        response = self.read(octets, operation)
        if status != READABLE[0]:
            raise CallFailed(f"{operation}: HTTP {status} without a fault")
        return response

    def headers(self, operation: str) -> dict[str, str]:
        """HTTP headers of a call (SOAP 1.1 clause 6.1.1: the action is quoted)."""
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{EXCHANGE}/{operation}"'}

    def read(self, octets: bytes, operation: str) -> etree._Element:
        """The response element of an answer's octets."""
        return read_answer(octets, operation, self.validator)

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self.connection.request("POST", self.path, body, headers)
            response = self.connection.getresponse()
            octets = response.read(MAX_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.connection.close()
            raise CallFailed(f"no answer from the partner: {type(error).__name__}: {error}") from error
        if len(octets) > MAX_ANSWER_BYTES:
            self.connection.close()
            raise CallFailed(f"the answer is larger than {MAX_ANSWER_BYTES} octets")
        return response.status, octets

    def list(self, changed_from: datetime, changed_before: datetime) -> list[ListedItem]:
        """All items of a half-open window, page by page."""
        found: list[ListedItem] = []
        cursor = ""
        seen: set[str] = set()
        for _ in range(MAX_PAGES):
            more = (("Cursor", cursor),) if cursor else ()
            response = self.call(
                "ListCertificates",
                ("ChangedFrom", instant(changed_from)),
                ("ChangedBefore", instant(changed_before)),
                ("PageSize", PAGE_SIZE),
                *more,
            )
            items, cursor = read_items(response)
            found.extend(items)
            if not cursor:
                return found
            if cursor in seen:
                raise CallFailed("the partner's list goes round in a circle: a cursor came twice")
            seen.add(cursor)
        raise CallFailed(f"the partner's list has more than {MAX_PAGES} pages")

    def get(self, number: str) -> Fetched:
        """Fetch one certificate."""
        response = self.call("GetCertificate", ("Number", number))
        signature = field(response, "DetachedSignature")
        return Fetched(
            field(response, "Number"),
            field(response, "TypeCode").strip(),
            field(response, "StatusCode").strip(),
            field(response, "DocumentDigest").strip().upper(),
            base64.b64decode(field(response, "Document")),
            base64.b64decode(signature) if signature else None,
        )

    def acknowledge(self, number: str, receipt: str, text: str) -> None:
        """Acknowledge receipt."""
        more = (("Text", text),) if text else ()
        self.call("AcknowledgeReceipt", ("Number", number), ("Receipt", receipt), *more)

    def submit(self, document: bytes) -> None:
        """Submit an SPSAcknowledgement."""
        self.call("SubmitAcknowledgement", ("Document", base64.b64encode(document).decode("ascii")))
