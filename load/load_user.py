"""What the users of the three accesses have in common."""

import time
from collections.abc import Callable
from random import Random

from load_plan import Access, Plan, start_moment
from load_samples import Samples
from load_schedule import run_closed, run_open
from locust.exception import StopUser

SAMPLES = Samples()


class Wrong(Exception):
    """An answer came, and it is not what the profile says: a deviation, told in one sentence without numbers."""


class Lost(Exception):
    """No whole answer came: an error, told in one sentence without numbers."""


Action = tuple[str, Callable[[], None]]


def keep_to_plan(plan: Plan, access: Access, user: int, choose: Callable[[Random], Action]) -> None:
    """Send what the plan says for one user of an access, then end the user.

    `choose` gives the next request: the name it is counted under, and a function that carries it out and raises
    `Wrong` or `Lost`.
    """
    start = start_moment()
    counted = start + plan.warm_up
    random = Random(f"{plan.seed}/{access.name}/{user}/{plan.run_id}")  # noqa: S311 - repeatable, nothing secret

    begun: dict[float, str] = {}

    def send(due: float) -> None:
        try:
            name, act = choose(random)
        except Exception as fault:  # noqa: BLE001 - the judge could not make its own request
            SAMPLES.fault(f"{access.name}: {type(fault).__name__}: {fault}")
            return
        begun[due] = name
        error = deviation = ""
        try:
            act()
        except Lost as lost:
            error = str(lost)
        except Wrong as wrong:
            deviation = str(wrong)
        except Exception as fault:  # noqa: BLE001 - a fault of the judge's own must not be counted against the partner
            SAMPLES.fault(f"{name}: {type(fault).__name__}: {fault}")
            return
        finally:
            begun.pop(due, None)
        _count(access, name, due, counted, error, deviation)

    def give_up(due: float) -> None:
        name = begun.pop(due, None) or choose(random)[0]
        _count(access, name, due, counted, "no answer before the end of the run", "")

    def late(milliseconds: float) -> None:
        if time.time() >= counted:
            SAMPLES.late(milliseconds)

    if access.rate > 0:
        whole = plan.warm_up + plan.duration
        run_open(start, access.rate / access.users, whole, random, send, give_up, late, plan.timeout)
    else:
        run_closed(start, plan.warm_up + plan.duration, send)
    raise StopUser


def _count(access: Access, name: str, due: float, counted: float, error: str, deviation: str) -> None:
    """Count a request unless it was due before `counted`, while the partner's caches and connections were cold."""
    if due < counted:
        return
    SAMPLES.add(name, access.name, int(due - counted), (time.time() - due) * 1000, error, deviation)
