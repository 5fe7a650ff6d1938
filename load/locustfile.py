"""Where locust begins: the users of the plan, and the figures at the end. Started by `ecert load`."""

from typing import Any

from load_page import PageUser
from load_plan import plan
from load_pull import PullUser
from load_push import PushUser
from load_user import SAMPLES
from locust import events
from locust.runners import MasterRunner


class Pull(PullUser):
    """The part of the pull access in the plan."""

    fixed_count = plan().access("pull").users
    weight = 0 if fixed_count == 0 else 1


class Page(PageUser):
    """The part of the verification page in the plan."""

    fixed_count = plan().access("verification").users
    weight = 0 if fixed_count == 0 else 1


class Push(PushUser):
    """The part of the mail access in the plan."""

    fixed_count = plan().access("push").users
    weight = 0 if fixed_count == 0 else 1


@events.quitting.add_listener
def write_figures(environment: Any, **_: Any) -> None:  # noqa: ANN401 - locust's own
    """Write what this process measured; the process that only leads has measured nothing."""
    if not isinstance(environment.runner, MasterRunner):
        SAMPLES.write(plan().folder)
