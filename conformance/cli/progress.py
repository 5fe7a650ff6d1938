"""What a run shows while it goes on: a bar on a terminal, quiet lines elsewhere. Always on standard error."""

import sys
from collections import Counter
from types import TracebackType
from typing import Self

import click

from conformance.model.record import CaseInfo

_WORTH_A_LINE = ("fail", "error", "inconclusive")


def _worth_a_line(verdict: str, reason: str) -> bool:
    # What follows from a failed interconnection test is in the report; its own line says it here.
    return verdict in _WORTH_A_LINE and not reason.startswith("The interconnection test ")


class QuietProgress:
    """One line at the start and one for every case that does not pass."""

    def begun(self, run_id: str, cases: int) -> None:
        """Say that the run has begun."""
        click.echo(f"run {run_id}: {cases} case{'' if cases == 1 else 's'}", err=True)

    def finished(self, case: CaseInfo, verdict: str, reason: str) -> None:
        """Say how a case went, if there is something to say."""
        if _worth_a_line(verdict, reason):
            click.echo(f"{verdict:<12} {case.id:<12} {' '.join(printable(reason).split())[:160]}", err=True)

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop showing."""


class TerminalProgress(QuietProgress):
    """A bar with the counts, and the lines of `QuietProgress` above it."""

    def __init__(self) -> None:
        """Make the bar; nothing is shown yet."""
        from rich.console import Console  # noqa: PLC0415 - a CI run does not pay for it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("starting", total=None)
        self._counts: Counter[str] = Counter()

    def begun(self, run_id: str, cases: int) -> None:
        """Set the length of the bar."""
        self._bar.update(self._task, total=cases, description=run_id)

    def finished(self, case: CaseInfo, verdict: str, reason: str) -> None:
        """Move the bar, and write a line if there is something to say."""
        self._counts[verdict] += 1
        shown = ", ".join(f"{number} {word}" for word, number in sorted(self._counts.items()))
        self._bar.update(self._task, advance=1, description=shown)
        if _worth_a_line(verdict, reason):
            from rich.text import Text  # noqa: PLC0415

            line = f"{verdict:<12} {case.id:<12} {' '.join(printable(reason).split())}"
            self._bar.console.print(Text(line, overflow="ellipsis", no_wrap=True))

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the bar away."""
        self._bar.stop()


def printable(text: str) -> str:
    """Return text without control characters: what a partner says must not steer a terminal."""
    return "".join(char if char.isprintable() or char in " \n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)


def progress() -> QuietProgress:
    """Return what fits where standard error goes."""
    return TerminalProgress() if sys.stderr.isatty() else QuietProgress()
