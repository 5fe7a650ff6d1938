"""What lets the judge's visitors in: cookies, invitations, keys, passwords of its own. Kept here, and nowhere else.

Each opens an account. In what is recorded it is replaced by a label made of its digest, so that two can still be told
apart there, and nobody who reads the record gets in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from conformance.model.exchange import Answer, Message

_SHOWN = 16
_LABEL = re.compile(r"(?:cookie|hidden)-[0-9a-f]{16}")
# The key of an authenticator in base32, in one piece or in groups of four, and pictures that may hold it.
_KEY = re.compile(rb"(?<![A-Za-z0-9+/_-])(?:[A-Z2-7]{16,}|[A-Z2-7]{4}(?: [A-Z2-7]{4}){3,})(?![A-Za-z0-9+/_-])")
_PICTURE = re.compile(rb"data:image/[^\"'>\s]*")


@dataclass(frozen=True)
class Cookie:
    """A cookie as an answer set it: its name, the label of its value, and its attributes in small letters.

    `gone` tells that the answer had the browser forget it.
    """

    name: str
    label: str
    attributes: tuple[tuple[str, str], ...]

    def has(self, attribute: str) -> bool:
        """Whether the attribute is there."""
        return any(name == attribute for name, _ in self.attributes)

    def attribute(self, name: str) -> str:
        """The value of an attribute, "" when it is not there or has none."""
        return next((value for key, value in self.attributes if key == name), "")

    @property
    def gone(self) -> bool:
        """Whether it is a cookie that ends at once."""
        return self.attribute("max-age") == "0" or not self.label


class CookieVault:
    """Knows the value behind each label."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def label(self, value: str) -> str:
        """The label of a value, which is kept; "" for an empty one."""
        plain = value.strip().strip('"')
        if not plain:
            return ""
        label = f"cookie-{sha256(plain.encode()).hexdigest()[:_SHOWN]}"
        self._values[label] = value.strip()
        return label

    def value(self, label: str) -> str:
        """The value behind a label; the label itself when it is none of ours (a record is judged again)."""
        return self._values.get(label, label)

    def is_label(self, text: str) -> bool:
        """Whether it is a label and no value."""
        return bool(_LABEL.fullmatch(text))

    def conceal(self, value: str) -> str:
        """The label of something else than a cookie that lets somebody in; it is kept."""
        label = f"hidden-{sha256(value.encode()).hexdigest()[:_SHOWN]}"
        self._values[label] = value
        return label

    def revealed(self, text: str) -> str:
        """A text with the values in the place of labels."""
        return _LABEL.sub(lambda found: self.value(found[0]), text)

    def without_links(self, answer: Answer, prefix: str) -> Answer:
        """The answer with labels in the place of what follows `prefix` in the addresses it shows."""
        tail = re.compile(re.escape(prefix.encode()) + rb"([^\"'<>\s?#/]+)")
        return self._rewritten(answer, tail, lambda found: prefix.encode() + self._concealed(found[1]))

    def without_keys(self, answer: Answer) -> Answer:
        """The answer with labels in the place of keys of authenticators, and without pictures that may hold one."""
        plain = self._rewritten(answer, _PICTURE, lambda _: b"data:,")
        return self._rewritten(plain, _KEY, lambda found: self._concealed(found[0].replace(b" ", b"")))

    def _concealed(self, octets: bytes) -> bytes:
        text = octets.decode("utf-8", "replace")
        return octets if _LABEL.fullmatch(text) else self.conceal(text).encode()

    def _rewritten(
        self, answer: Answer, pattern: "re.Pattern[bytes]", change: "Callable[[re.Match[bytes]], bytes]"
    ) -> Answer:
        if answer.response is None or not answer.response.body:
            return answer
        return replace(answer, response=replace(answer.response, body=pattern.sub(change, answer.response.body)))

    def hidden(self, answer: Answer) -> Answer:
        """The answer with labels in the place of the values of its cookies."""
        if answer.response is None:
            return answer
        headers = tuple(
            (name, self._hidden(value)) if name.lower() == "set-cookie" else (name, value)
            for name, value in answer.response.headers
        )
        return replace(answer, response=replace(answer.response, headers=headers))

    def _hidden(self, header: str) -> str:
        pair, separator, rest = header.partition(";")
        name, equals, value = pair.partition("=")
        return f"{name}{equals}{self.label(value)}{separator}{rest}"


class Jar:
    """The cookies of one visit, by name."""

    def __init__(self, vault: CookieVault) -> None:
        self.vault = vault
        self._labels: dict[str, str] = {}

    def keep(self, answer: Message) -> None:
        """Take the cookies of an answer in, and out what it ends."""
        for cookie in cookies_of(answer):
            if cookie.gone:
                self._labels.pop(cookie.name, None)
            else:
                self._labels[cookie.name] = cookie.label

    def header(self, *, hidden: bool) -> tuple[tuple[str, str], ...]:
        """The Cookie header, with labels (as it is recorded) or values (as it is sent); nothing without cookies."""
        if not self._labels:
            return ()
        pairs = (f"{name}={label if hidden else self.vault.value(label)}" for name, label in self._labels.items())
        return (("Cookie", "; ".join(pairs)),)


def cookies_of(message: Message) -> tuple[Cookie, ...]:
    """The cookies an answer sets, with labels for values."""
    return tuple(_cookie(value) for name, value in message.headers if name.lower() == "set-cookie")


def _cookie(header: str) -> Cookie:
    pair, *attributes = header.split(";")
    name, _, label = pair.partition("=")
    split = (one.partition("=") for one in attributes)
    return Cookie(name.strip(), label.strip(), tuple((key.strip().lower(), value.strip()) for key, _, value in split))
