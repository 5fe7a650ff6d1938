"""When requests begin. An open schedule does not wait for answers: a slow partner meets the same arrivals.

Time is measured from the moment a request was due, not from when it could be sent, so that the waiting a slow answer
causes behind it is in the figures (no coordinated omission).
"""

import time
from collections.abc import Callable, Iterator
from random import Random

import gevent
from gevent.pool import Pool

MOST_AT_ONCE = 500


def arrivals(rate: float, phase: float, duration: float) -> Iterator[float]:
    """Give the seconds from the start at which requests are due: `rate` a second, shifted by `phase` of a gap."""
    number = 0
    while (due := (number + phase) / rate) < duration:
        yield due
        number += 1


def run_open(
    start: float,
    rate: float,
    duration: float,
    random: Random,
    send: Callable[[float], None],
    give_up: Callable[[float], None],
    late: Callable[[float], None],
    patience: float,
) -> None:
    """Call `send(due)` for every arrival in a greenlet of its own, at most 500 at once.

    `late(milliseconds)` is told how late the process itself woke up. `start` and `due` are moments of `time.time`.
    What has not come back `patience` seconds after the last arrival is stopped and handed to `give_up(due)`: no
    arrival is ever left out of the figures.
    """
    pool = Pool(MOST_AT_ONCE)
    open_now: set[float] = set()

    def one(due: float) -> None:
        send(due)
        open_now.discard(due)

    for offset in arrivals(rate, random.random(), duration):
        due = start + offset
        gevent.sleep(max(0.0, due - time.time()))
        if not pool.full():
            late((time.time() - due) * 1000)
        if pool.wait_available(timeout=max(0.0, start + duration + patience - time.time())) and not pool.full():
            open_now.add(due)
            pool.spawn(one, due)
        else:
            give_up(due)
    pool.join(timeout=max(0.0, start + duration + patience - time.time()))
    left = sorted(open_now)
    pool.kill()
    for due in left:
        give_up(due)


def run_closed(start: float, duration: float, send: Callable[[float], None]) -> None:
    """Call `send(now)` again and again, one after the other, until the duration is over."""
    gevent.sleep(max(0.0, start - time.time()))
    while (now := time.time()) < start + duration:
        send(now)
