"""Carrying out `ecert check`: files one by one or in processes, what is shown, what is written down."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from conformance.checks.document import DocumentReport
from conformance.checks.rules.profile import AUTOMATIC
from conformance.cli.check_files import targets
from conformance.cli.check_one import Request
from conformance.cli.check_pool import Result, check_all
from conformance.cli.check_results import Results
from conformance.cli.check_summary import Summary

# Failing files told in full on a terminal, then by a line each, then by the summary alone.
_IN_FULL, _BY_LINE = 20, 200
# Failing files told in full in a page.
_IN_PAGE = 200
_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Output:
    """What is wanted besides the exit code."""

    as_json: bool = False
    everything: bool = False
    results: Path | None = None
    resume: bool = False
    html: Path | None = None


def run_checks(named: tuple[str, ...], request: Request, jobs: int, output: Output) -> int:
    """Check the files, show and write what is asked for; return the exit code: 0 all pass, 1 a file fails."""
    summary = Summary()
    kept: list[tuple[str, DocumentReport]] = []
    with ExitStack() as opened:
        files = targets(named)
        results: Results | None = None
        if output.results is not None:
            results = Results(output.results, resume=output.resume)
            results.former(summary)
            files = results.left(files)
            opened.enter_context(results)
        show = _Shown(output, automatic=request.profile == AUTOMATIC)
        bar = opened.enter_context(_progress(summary, alone=show.quiet))
        for result in check_all(files, request, jobs):
            summary.add(result)
            show.result(result)
            if results is not None:
                results.add(result.line)
            if output.html is not None and (not result.passed or summary.files == 1) and len(kept) < _IN_PAGE:
                kept.append((result.target.file, result.report))
            bar.moved()
    if output.html is not None:
        from conformance.cli.check_page import write_page  # noqa: PLC0415 - templates are slow to load

        write_page(output.html, kept, summary)
        click.echo(f"page: {output.html}", err=True)
    if summary.files > 1 and not (output.as_json and output.results is None):
        summary.show()
    return 1 if summary.failed else 0


class _Shown:
    """What goes to standard output while files are checked; `quiet` when nothing does."""

    def __init__(self, output: Output, *, automatic: bool) -> None:
        self._json = output.as_json
        self.quiet = output.results is not None and not output.as_json
        self._told = 0
        self._printer: _Prints | None = None
        self._everything = output.everything
        self._automatic = automatic

    def result(self, result: Result) -> None:
        """Show one result: a line of JSON, or for a person as much as there is room for."""
        if self._json:
            click.echo(result.line)
            return
        if self.quiet or (result.target.found and not result.report.findings):
            return
        printer = self._prepared()
        if result.report.findings:
            self._told += 1
        if self._told <= _IN_FULL or self._everything:
            printer.report(result.target.file, result.report)
        elif self._told <= _BY_LINE:
            printer.one_line(result.target.file, result.report)
        elif self._told == _BY_LINE + 1:
            click.echo("More files have findings; they are counted below. --results FILE writes all of them down.")

    def _prepared(self) -> "_Prints":
        if self._printer is None:
            from rich.console import Console  # noqa: PLC0415 - a program that reads JSON does not pay for it

            from conformance.cli.check_print import Printer  # noqa: PLC0415
            from conformance.reporting.requirements import requirements  # noqa: PLC0415

            self._printer = Printer(Console(), requirements(), everything=self._everything, automatic=self._automatic)
        return self._printer


class _Prints(Protocol):
    def report(self, file: str, report: DocumentReport) -> None: ...

    def one_line(self, file: str, report: DocumentReport) -> None: ...


class _Quiet:
    """Shows progress now and then where there is no terminal."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary

    def moved(self) -> None:
        """Note that a file has been checked."""
        if self._summary.files % _EVERY == 0:
            click.echo(f"{self._summary.files:,} files, {self._summary.failed:,} fail", err=True)


@contextmanager
def _progress(summary: Summary, *, alone: bool) -> Iterator["_Moves"]:
    """Show a counter on a terminal that results do not run over, a line every 10,000 files elsewhere."""
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not alone):
        yield _Quiet(summary)
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as bar:
        yield _Bar(summary, bar, bar.add_task("starting", total=None))


class _Moves(Protocol):
    def moved(self) -> None: ...


class _Bar:
    def __init__(self, summary: Summary, bar: object, task: int) -> None:
        self._summary, self._bar, self._task = summary, bar, task

    def moved(self) -> None:
        """Move the counter."""
        if self._summary.files % 50 == 0:
            text = f"{self._summary.files:,} files, {self._summary.failed:,} fail"
            self._bar.update(self._task, description=text)  # type: ignore[attr-defined]
