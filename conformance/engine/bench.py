"""What lies on the bench for a case: ports and servers, made when first asked for, and put away afterwards."""

from contextlib import suppress
from importlib import import_module
from typing import Any

from conformance.partner import Partner
from conformance.ports.tape import Tape

PORTS = {
    "pull": ("conformance.ports.soap", "PullPort"),
    "mail": ("conformance.ports.smtp", "MailPort"),
    "pages": ("conformance.ports.https", "PagePort"),
    "tls": ("conformance.ports.tls", "TlsPort"),
    "hooks": ("conformance.ports.hooks", "Hooks"),
    "papers": ("conformance.ports.papers", "Papers"),
    "inquiry": ("conformance.ports.inquiry", "InquiryPort"),
}
SERVERS = {
    "pull_service": ("conformance.ports.served_pull", "PullService"),
    "mailbox": ("conformance.ports.mailbox", "Mailbox"),
    "revocation_service": ("conformance.ports.served_revocation", "RevocationService"),
    # No server, but as long-lived: what an account has logged in to is kept from case to case.
    "visitors": ("conformance.ports.site", "Visitors"),
    "browser": ("conformance.ports.browser", "Browser"),
}


def _made(place: tuple[str, str], *arguments: Any) -> Any:
    module, name = place
    return getattr(import_module(module), name)(*arguments)


def _put_away(thing: Any) -> None:
    close = getattr(thing, "close", None)
    if close is not None:
        close()


class LaneBench:
    """What a lane keeps from case to case: the partner, and the judge's servers once a case needs them."""

    def __init__(self, partner: Partner, *, replaying: bool = False) -> None:
        """`replaying` keeps the judge's addresses to itself: nobody is to call."""
        self.partner = partner
        self._replaying = replaying
        self._servers: dict[str, Any] = {}

    def server(self, name: str, tape: Tape) -> Any:
        """Return the server of that name, made at the first call, and begin a case with it."""
        if name not in self._servers:
            self._servers[name] = _made(SERVERS[name], self.partner)
        self._servers[name].attach(tape)
        return self._servers[name]

    def addresses(self) -> dict[str, Any]:
        """Return where the judge serves, as `Hooks.set_judge_addresses` takes it."""
        found: dict[str, Any] = {}
        if self._replaying:
            return found
        if "pull_service" in self._servers:
            found["pull_url"] = str(self._servers["pull_service"].url)
        if "mailbox" in self._servers:
            found["mail_host"] = self._servers["mailbox"].host
            found["mail_port"] = self._servers["mailbox"].port
        return found

    def close(self) -> None:
        """Stop the servers; a failure of one does not keep another running."""
        for server in self._servers.values():
            with suppress(Exception):
                _put_away(server)
        self._servers.clear()


class CaseBench:
    """What one case uses."""

    def __init__(self, lane: LaneBench, tape: Tape) -> None:
        self._lane = lane
        self.tape = tape
        self._ports: dict[str, Any] = {}
        self._servers: dict[str, Any] = {}

    @property
    def partner(self) -> Partner:
        """The partner under test."""
        return self._lane.partner

    def port(self, name: str) -> Any:
        """Return the port or server of that name, the same one for the whole case."""
        if name in SERVERS:
            if name not in self._servers:
                self._servers[name] = self._lane.server(name, self.tape)
                self._tell_hooks()
            return self._servers[name]
        if name not in self._ports:
            self._ports[name] = _made(PORTS[name], self.partner, self.tape)
            self._tell_hooks()
        return self._ports[name]

    def _tell_hooks(self) -> None:
        if "hooks" in self._ports:
            self._ports["hooks"].set_judge_addresses(**self._lane.addresses())

    def close(self) -> None:
        """Close the ports in the opposite order of their making; raises the first failure after trying all."""
        failed: Exception | None = None
        for port in reversed(self._ports.values()):
            try:
                _put_away(port)
            except Exception as error:  # noqa: BLE001 - whatever one port does, the others must be closed
                failed = failed or error
        self._ports.clear()
        if failed is not None:
            raise failed
