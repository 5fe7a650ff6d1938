"""What a load process is told: the plan the command line wrote (JSON, no secrets) and the partner file it names."""

import json
import os
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conformance.partner import Partner, load_partner

VARIABLE = "ECERT_LOAD_PLAN"
START = "start"
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Access:
    """The part of one access: `users` of this class in all processes together, and arrivals a second, 0 for closed."""

    name: str
    users: int
    rate: float


@dataclass(frozen=True)
class Plan:
    """One load run. `warm_up`, `duration` after it, and `timeout` are seconds.

    `large_octets` is the size of the large certificates among those that are sent.
    """

    partner_file: Path
    folder: Path
    run_id: str
    seed: int
    warm_up: float
    duration: float
    timeout: float
    large_octets: int
    accesses: tuple[Access, ...]

    def access(self, name: str) -> Access:
        """Return the part of one access; no users when the plan does not name it."""
        return next((access for access in self.accesses if access.name == name), Access(name, 0, 0.0))


@lru_cache(maxsize=1)
def plan() -> Plan:
    """Return the plan the environment variable names. Raises `KeyError` when a load process is started by hand."""
    data = json.loads(Path(os.environ[VARIABLE]).read_text("utf-8"))
    return Plan(
        partner_file=Path(data["partner_file"]),
        folder=Path(data["folder"]),
        run_id=data["run_id"],
        seed=data["seed"],
        warm_up=data["warm_up"],
        duration=data["duration"],
        timeout=data["timeout"],
        large_octets=data["large_octets"],
        accesses=tuple(Access(**access) for access in data["accesses"]),
    )


def start_moment() -> float:
    """Say that this process is ready, wait until all are, and return the moment of the system's clock to begin at.

    Raises `TimeoutError` when nobody gives the sign.
    """
    folder, end = plan().folder, time.monotonic() + WAIT_SECONDS
    (folder / f"ready-{os.getpid()}").touch()
    while not (folder / START).exists():
        if time.monotonic() > end:
            raise TimeoutError(f"no sign to begin within {WAIT_SECONDS:g} s")
        time.sleep(0.02)  # gives way to the other greenlets: locust has replaced it
    return float((folder / START).read_text("ascii"))


@lru_cache(maxsize=1)
def partner() -> Partner:
    """Return the partner under load."""
    return load_partner(plan().partner_file)
