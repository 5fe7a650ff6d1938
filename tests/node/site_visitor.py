"""A person with a browser, for tests of the node's site: keeps cookies, fills in forms as they are on the page."""

import threading
import time
import tomllib
from dataclasses import dataclass
from typing import Any, Self

import httpx
import pyotp
from lxml import html
from node_process import RunningNode


@dataclass
class Shown:
    """A page that was shown."""

    answer: httpx.Response

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def text(self) -> str:
        return " ".join(str(self.tree.text_content()).split())

    @property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.answer.content)

    def field(self, name: str) -> str:
        """A value marked with data-ecert-field."""
        found = self.tree.xpath(f"//*[@data-ecert-field='{name}']")
        assert found, f"no {name} on {self.answer.url}: {self.text[:500]}"
        return str(found[0].text_content()).strip()

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that is sent to `action`, with the values they have."""
        for form in self.tree.forms:
            if (form.action or "").split("?")[0] == action:
                return {name: value or "" for name, value in form.form_values()}
        raise AssertionError(f"no form for {action} on {self.answer.url}: {self.text[:500]}")


class Visitor:
    """One browser."""

    def __init__(self, node: RunningNode, source: str = "") -> None:
        transport = httpx.HTTPTransport(local_address=source or None, verify=node.context())
        self.node = node
        self.client = httpx.Client(transport=transport, base_url=node.page, follow_redirects=True, timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str) -> Shown:
        return Shown(self.client.get(path))

    def send(self, page: Shown, action: str, files: Any = None, **filled: str) -> Shown:
        """Fill in the form for `action` on a page and send it."""
        return Shown(self.client.post(action, data={**page.form(action), **filled}, files=files))

    def log_in(self, name: str) -> Shown:
        """Log in with an account of the demonstration node (`department`, `own`, `other`)."""
        known = ready(self.node)[name]
        after = self.send(self.get("/log-in"), "/log-in", email=known["email"], password=known["password"])
        assert after.path == "/log-in/code", after.text
        return self.send(after, "/log-in/code", code=next_code(known))


def ready(node: RunningNode) -> dict[str, dict[str, str]]:
    """The accounts of the demonstration node."""
    return tomllib.loads((node.folder / "secrets" / "accounts.toml").read_text(encoding="utf-8"))


def next_code(known: dict[str, str]) -> str:
    """A code that was not used yet: the present one, then the one a step ahead, then those to come."""
    secret = known["second_factor"]
    step = max(_USED.get(secret, 0) + 1, int(time.time()) // 30)
    _USED[secret] = step
    while step > int(time.time()) // 30 + 1:
        threading.Event().wait(0.2)
    return pyotp.TOTP(secret).generate_otp(step)


_USED: dict[str, int] = {}
