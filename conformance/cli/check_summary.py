"""What many checks came to together: counts by verdict, by release and by requirement."""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import click

from conformance.checks.schema_cost import Cost
from conformance.checks.schema_sets import standing_name
from conformance.cli.check_pool import Result

_MOST = 15


@dataclass(slots=True)
class Summary:
    """Counts over files; `resumed` are those a former run had checked."""

    passed: int = 0
    failed: int = 0
    resumed: int = 0
    releases: Counter[str] = field(default_factory=Counter)
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)
    cost: Cost = field(default_factory=Cost)
    begun: float = field(default_factory=time.monotonic)

    def add(self, result: Result) -> None:
        """Count a file."""
        self._count(result.passed, result.release, result.broken)
        if result.cost is not None:
            self.cost += result.cost

    def add_line(self, line: dict[str, Any]) -> None:
        """Count a file that a former run has written about."""
        self.resumed += 1
        broken = tuple(dict.fromkeys((str(one["requirement"]), str(one["level"])) for one in line["findings"]))
        self._count(line["verdict"] == "pass", line["release"], broken)

    def _count(self, passed: bool, release: str | None, broken: tuple[tuple[str, str], ...]) -> None:
        self.passed += passed
        self.failed += not passed
        self.releases[release or "unknown"] += 1
        self.broken.update(broken)

    @property
    def files(self) -> int:
        """How many files there were."""
        return self.passed + self.failed

    def as_object(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        seconds = time.monotonic() - self.begun
        return {
            "files": self.files, "pass": self.passed, "fail": self.failed, "resumed": self.resumed,
            "seconds": round(seconds, 1), "releases": dict(self.releases.most_common()),
            "requirements": [
                {"requirement": name, "level": level, "files": count}
                for (name, level), count in self.broken.most_common()
            ],
        }  # fmt: skip

    def show(self) -> None:
        """Write the counts for a person, on standard error."""
        told = self.as_object()
        checked = self.files - self.resumed
        rate = f", {checked / told['seconds']:,.0f} a second" if told["seconds"] else ""
        before = f" ({self.resumed:,} of them in a former run)" if self.resumed else ""
        click.echo(f"\n{self.files:,} files{before}: {self.passed:,} pass, {self.failed:,} fail; "
                   f"{told['seconds']:,} s{rate}", err=True)  # fmt: skip
        if cost := self.cost.explained:
            asked = f", xmlschema asked about the whole of {self.cost.asked:,} of them: {self.cost.asking:,.1f} s"
            click.echo(f"faults against the schema explained in {cost:,} files: {self.cost.explaining:,.1f} s of all "
                       f"processes{asked if self.cost.asked else ''}", err=True)  # fmt: skip
        releases = [f"{standing_name(name)} {count:,}" for name, count in self.releases.most_common()]
        click.echo(f"releases: {', '.join(releases)}", err=True)
        for one in told["requirements"][:_MOST]:
            click.echo(f"  {one['files']:>9,} files  {one['level']:<6} {one['requirement']}", err=True)
        if len(told["requirements"]) > _MOST:
            click.echo(f"  and {len(told['requirements']) - _MOST} more requirements", err=True)


def read_line(line: str) -> dict[str, Any] | None:
    """Return a line of a results file, None when it was cut off."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    keys = {"file", "verdict", "release", "findings"}
    return told if isinstance(told, dict) and keys <= told.keys() and line.endswith("\n") else None
