"""A partner file, tiny cases, and `ecert` as a real process: what the engine's own tests work with."""

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "Tr0ub4dor&3/horse"

PARTNER = """\
[partner]
name = "Test partner"
country = "CN"
[ics]
roles = ["exporter"]
accesses = ["pull"]
releases = ["urn:un:unece:uncefact:data:standard:SPSCertificate:17"]
document_types = ["851"]
signature = "none"
identity = ["username-token"]
soap = ["1.1"]
smime = false
[ixit.pull]
url = "https://127.0.0.1:9/exchange"
[ixit.pull.identities.own]
country = "NZ"
username = "judge"
password = "Tr0ub4dor&3/horse"
[ixit.judge]
country = "NZ"
[ixit.limits]
case_seconds = 2
"""

HEAD = """\
import os, signal, time
from conformance.cases.helpers.case import case
from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.model.finding import Finding, Where
from conformance.model.outcome import Inconclusive, JudgeFault, Nonconformity, Unreachable
from conformance.model.words import Level, Role

def say(tape, body, action="say"):
    asked = Message("text/plain", b"question")
    return tape.exchange("test", action, asked, lambda: Answer(Message("text/plain", body)))
"""


@dataclass(frozen=True)
class Ended:
    """A finished `ecert run`: exit code, output, and the run's folder."""

    code: int
    out: str
    err: str
    runs: Path

    @property
    def folder(self) -> Path:
        return max(self.runs.iterdir())

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "record.jsonl").read_text().splitlines()]

    @property
    def verdicts(self) -> dict[str, str]:
        return {e["case"]: e["verdict"] for e in self.events if e["event"] == "case-finished"}

    def result(self, case: str) -> dict[str, Any]:
        return next(e for e in self.events if e["event"] == "case-finished" and e["case"] == case)


@dataclass(frozen=True)
class Laboratory:
    """A folder with a partner file and cases, and `ecert` to run them."""

    folder: Path

    @property
    def partner(self) -> Path:
        return self.folder / "partner.toml"

    @property
    def cases(self) -> Path:
        return self.folder / "cases"

    def write(self, source: str, *, access: str = "pull", name: str = "tiny") -> None:
        place = self.cases / access
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.py").write_text(HEAD + textwrap.dedent(source))

    def ecert(self, *arguments: str | Path, env: dict[str, str] | None = None) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "conformance.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), **(env or {})},
        )
        return Ended(done.returncode, done.stdout, done.stderr, self.folder / "runs")

    def run(self, *options: str | Path, env: dict[str, str] | None = None) -> Ended:
        return self.ecert("run", self.partner, "--cases-from", self.cases, *options, env=env)
