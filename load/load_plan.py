"""What a load process is told: the plan the command line wrote (JSON, no secrets) and the partner file it names."""

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conformance.partner import Partner, load_partner

VARIABLE = "ECERT_LOAD_PLAN"


@dataclass(frozen=True)
class Access:
    """The part of one access: `users` of this class in all processes together, and arrivals a second, 0 for closed."""

    name: str
    users: int
    rate: float


@dataclass(frozen=True)
class Plan:
    """One load run. `start` is a moment of the system's clock; `duration` and `timeout` are seconds."""

    partner_file: Path
    folder: Path
    run_id: str
    seed: int
    start: float
    duration: float
    timeout: float
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
        start=data["start"],
        duration=data["duration"],
        timeout=data["timeout"],
        accesses=tuple(Access(**access) for access in data["accesses"]),
    )


@lru_cache(maxsize=1)
def partner() -> Partner:
    """Return the partner under load."""
    return load_partner(plan().partner_file)
