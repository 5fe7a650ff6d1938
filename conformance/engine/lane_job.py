"""What a lane's process is told."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Job:
    """What a lane is to do. No secret is in here.

    `folder` is the run's folder, where messages are kept. `cases` are JSON objects, `interconnection` those of the
    whole run that are interconnection tests. `replay` names the record to judge again instead of acting.
    """

    cases_folder: str
    partner_file: str
    folder: str
    run_id: str
    seed: int
    case_seconds: float
    cases: list[dict[str, Any]]
    levels: dict[str, str]
    interconnection: list[dict[str, Any]]
    replay: str = ""

    def write(self, path: Path) -> None:
        """Write the job for the child."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Job":
        """Read what the parent wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))
