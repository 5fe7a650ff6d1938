"""HTTPS for the users of pull and page: locust's fast client, TLS verified, no redirects, no cookies of use."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from load_user import Lost

from conformance.model.exchange import Message


def tls_context(
    authority: Path | None, certificate: Path | None = None, key: Path | None = None
) -> Callable[[], ssl.SSLContext]:
    """Return what makes the client's TLS context: trust in one CA, with a client certificate if there is one."""

    def make() -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=authority)
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        return context

    return make


def stay_here(client: Any) -> None:
    """Never follow a redirect: only the address in the partner file may be loaded.

    Not by `allow_redirects` of each request, which locust keeps in a place all requests of a user share.
    """
    client.client.redirect_response_codes = frozenset()


def send(client: Any, method: str, url: str, name: str, **options: Any) -> tuple[int, Message]:
    """Send one request and return status and message. Raises `Lost` when no whole answer came."""
    with client.request(method, url, name=name, catch_response=True, **options) as answer:
        error = answer.request_meta["exception"]
        status = answer.status_code or 0
        if status == 0:
            answer.failure(error or "no answer")
            raise Lost(_plain(error))
        content = answer.content
        if content is None:
            answer.failure("the answer broke off")
            raise Lost("the answer broke off")
        answer.success()
        headers = tuple((str(key), str(value)) for key, value in (answer.headers or {}).items())
        return status, Message(answer.headers.get("content-type") or "" if answer.headers else "", content, headers)


def _plain(error: BaseException | None) -> str:
    """Return a reason without addresses and times, so that equal reasons are counted together."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason}"
    return f"the connection failed ({type(error).__name__})"
