"""What a browser saw of a page, as frozen values; read from the JSON that is recorded."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request of the page's: method, address without query, and whether it was kept back as another host's."""

    method: str
    url: str
    blocked: bool


@dataclass(frozen=True)
class Look:
    """A page as it stands: rendered HTML, the text people read, and the tree that assistive technology gets.

    `status` is the HTTP status of the last navigation, `dialogs` are texts of windows that scripts opened.
    """

    url: str
    status: int
    html: str
    text: str
    accessible: str
    asked: tuple[Asked, ...]
    dialogs: tuple[str, ...]


@dataclass(frozen=True)
class Telling:
    """The element that tells the state: its text, whether it can be read, and in forced colours; is it announced."""

    text: str
    legible: bool
    forced: bool
    announced: bool


@dataclass(frozen=True)
class Broken:
    """A rule of axe-core that elements break: its id, what it asks, where it is explained, and the elements."""

    rule: str
    help: str
    address: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """Where the focus came to: the control, and whether it looks otherwise than without focus."""

    name: str
    visible: bool


@dataclass(frozen=True)
class Walk:
    """A walk through a page with the Tab key.

    `missed` are controls it did not come to, `trapped` is the control it could not leave ("" for none), `ordered` are
    controls with an order of their own (a positive tabindex).
    """

    stops: tuple[Stop, ...]
    missed: tuple[str, ...]
    trapped: str
    ordered: tuple[str, ...]


@dataclass(frozen=True)
class Narrow:
    """A page in a window 320 CSS pixels wide: how wide it is, what sticks out, and what limits the time to read it."""

    width: int
    over: tuple[str, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True)
class Entering:
    """What entering asks of people: fields that do not take what is pasted, puzzles, and whether those can be heard."""

    unpasted: tuple[str, ...]
    puzzles: tuple[str, ...]
    heard: bool


def look_from(data: Json) -> Look:
    """Read a look."""
    return Look(
        url=str(data["url"]),
        status=int(data["status"]),
        html=str(data["html"]),
        text=str(data["text"]),
        accessible=str(data["accessible"]),
        asked=tuple(Asked(str(one["method"]), str(one["url"]), bool(one["blocked"])) for one in data["asked"]),
        dialogs=_texts(data["dialogs"]),
    )


def telling_from(data: Json) -> Telling:
    """Read what tells the state."""
    return Telling(str(data["text"]), bool(data["legible"]), bool(data["forced"]), bool(data["announced"]))


def broken_from(data: Json) -> tuple[Broken, ...]:
    """Read the rules that are broken."""
    return tuple(
        Broken(str(one["rule"]), str(one["help"]), str(one["address"]), _texts(one["elements"]))
        for one in data["broken"]
    )


def walk_from(data: Json) -> Walk:
    """Read a walk."""
    stops = tuple(Stop(str(one["name"]), bool(one["visible"])) for one in data["stops"])
    return Walk(stops, _texts(data["missed"]), str(data["trapped"]), _texts(data["ordered"]))


def narrow_from(data: Json) -> Narrow:
    """Read a look through a narrow window."""
    return Narrow(int(data["width"]), _texts(data["over"]), _texts(data["limits"]))


def entering_from(data: Json) -> Entering:
    """Read what entering asks."""
    return Entering(_texts(data["unpasted"]), _texts(data["puzzles"]), bool(data["heard"]))


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(one) for one in values)
