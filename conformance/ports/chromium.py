"""Chromium and the thread that speaks to it, by Playwright for Python.

Playwright's own loop runs in a thread beside the cases: a case that is stopped by its time limit leaves it whole, and
a page that hangs can be closed from outside. Every piece of work is bounded in time.
"""

import asyncio
import os
import shutil
import tempfile
import threading
from base64 import b64encode
from collections.abc import Callable, Coroutine
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conformance.ports.dialling import dial, secure
from conformance.ports.http import Endpoint, tls_context

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

T = TypeVar("T")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL = "install Chromium, and Playwright with `pip install 'ecert-conformance[browser]'`"
START_SECONDS = 30.0
END_SECONDS = 5.0
# The path of a socket has at most 107 octets, and Chromium adds about 45 of its own.
LONGEST_FOLDER = 60


class NoBrowser(Exception):
    """There is no browser to look at pages with; the text says why and what to do."""


def program(named: str = "") -> str:
    """Return the path of Chromium: the one named, or the first found by name. Raises `NoBrowser`."""
    wanted = (named,) if named else PROGRAMS
    found = next((path for one in wanted if (path := shutil.which(one))), None)
    if found is None:
        where = f"{named}, which [ixit.judge] browser names," if named else "Chromium"
        raise NoBrowser(f"{where} is not on this machine: {INSTALL}.")
    return found


def why_none(named: str = "") -> str:
    """Return why cases that need a browser cannot be run on this machine, "" when they can."""
    try:
        program(named)
    except NoBrowser as why:
        return str(why)
    missing = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
    return f"{' and '.join(missing)} cannot be imported: {INSTALL}." if missing else ""


def key_of(endpoint: Endpoint, seconds: float) -> str:
    """Return the digest of the server's public key as Chromium takes it, after its certificate was found good.

    The certificate is judged as in every other connection of the judge's: authority, host name, validity. Raises
    `NoConnection`.
    """
    plain = dial(endpoint.host, endpoint.port, seconds)
    with secure(plain, tls_context(endpoint), endpoint.host, endpoint.place, seconds, endpoint.ca) as secured:
        octets = secured.getpeercert(binary_form=True) or b""
    key = x509.load_der_x509_certificate(octets).public_key()
    return b64encode(sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


class Chromium:
    """One browser that knows one host. Started when first asked for work; `close` ends it."""

    def __init__(self, host: str, key: str, named: str = "") -> None:
        """`key` is the digest of the one public key whose certificate Chromium need not judge itself, "" for none."""
        self._path = program(named)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        try:
            self.do(lambda: self._start(host, key), START_SECONDS)
        except BaseException:
            self.close()
            raise

    @property
    def browser(self) -> "Browser":
        """Playwright's browser, for work done by `do`."""
        if self._browser is None:
            raise LookupError("the browser is not running")
        return self._browser

    @property
    def alive(self) -> bool:
        """Whether the browser still runs."""
        return self._browser is not None and self._browser.is_connected()

    def do(self, work: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
        """Do a piece of work in the browser's thread. Raises `TimeoutError` after `seconds`, and what it raises."""
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work(), seconds), self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End the browser; safe to call twice."""
        if not self._thread.is_alive():
            return
        with suppress(Exception):
            self.do(self._stop, END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()

    async def _start(self, host: str, key: str) -> None:
        try:
            from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - an extra; need not be there
        except ImportError as error:
            raise NoBrowser(f"Playwright for Python is not installed: {INSTALL}.") from error
        try:
            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._path,
                headless=True,
                # As root Chromium has no sandbox to offer.
                chromium_sandbox=os.geteuid() != 0,
                timeout=START_SECONDS * 1000,
                env=_environment(),
                args=[
                    # No name but the partner's is ever looked up, whoever asks.
                    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}",
                    "--no-proxy-server",
                    "--disable-gpu",
                    *([f"--ignore-certificate-errors-spki-list={key}"] if key else []),
                ],
            )
        except (Error, OSError) as error:
            raise NoBrowser(f"Chromium ({self._path}) does not start: {_first_line(error)}") from error

    async def _stop(self) -> None:
        if self._browser is not None:
            with suppress(Exception):
                await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None


def _environment() -> dict[str, str | float | bool]:
    """The environment of the browser. It makes a socket among temporary files, whose path must be short."""
    short = len(tempfile.gettempdir()) <= LONGEST_FOLDER
    return {**os.environ, **({} if short else {"TMPDIR": "/tmp"})}  # noqa: S108 - removed when the browser ends


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0][:300]
