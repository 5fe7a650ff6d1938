"""Where locust begins: the users of the plan, and the figures at the end. Started by `ecert load`."""

from typing import Any

from load_officials import OfficialUser
from load_page import PageUser
from load_plan import plan
from load_pull import CrowdingUser, PullUser
from load_push import PushUser
from load_user import SAMPLES
from locust import events
from locust.runners import MasterRunner


class Pull(PullUser):
    """The pull access."""

    fixed_count = plan().access("pull").users


class Crowd(CrowdingUser):
    """The pull access, by a caller over its rate."""

    fixed_count = plan().access("limited").users


class Page(PageUser):
    """The verification page."""

    fixed_count = plan().access("verification").users


class Officials(OfficialUser):
    """The site, by officials who have logged in."""

    fixed_count = plan().access("officials").users


class Push(PushUser):
    """The mail access."""

    fixed_count = plan().access("push").users


def write_figures(environment: Any, **_: Any) -> None:
    """Write what this process measured; the process that only leads has measured nothing."""
    if not isinstance(environment.runner, MasterRunner):
        SAMPLES.write(plan().folder)


events.quitting.add_listener(write_figures)  # type: ignore[no-untyped-call]
