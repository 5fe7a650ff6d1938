"""What `ecert check` shows on a terminal: the summary first, then what to mend, each thing once."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from conformance.checks.document import DocumentReport
from conformance.checks.rules.profile import PLAIN
from conformance.checks.schema_sets import standing_name
from conformance.cli.check_one import read_capped, shown_name
from conformance.model.finding import Finding
from conformance.model.words import Layer, Verdict
from conformance.parsing import Unreadable
from conformance.reporting.check_view import Group, counted, groups_of
from conformance.reporting.excerpt import Line, excerpt
from conformance.reporting.requirements import Requirement
from conformance.reporting.text import shortened, visible

_AROUND = 2
# In a group that says the same of many places, so many are shown in full.
_IN_FULL = 2
_VALUE = 300


class Printer:
    """Prints reports; `everything` shows each finding in full however many say the same.

    `automatic` tells that nobody named a profile, so that a document judged by the plain standard says why.
    """

    def __init__(
        self,
        console: Console,
        requirements: Mapping[str, Requirement],
        *,
        everything: bool = False,
        automatic: bool = False,
    ) -> None:
        self._console = console
        self._automatic = automatic
        self._requirements = requirements
        self._most = 10_000 if everything else _IN_FULL

    def report(self, file: str, report: DocumentReport) -> None:
        """Print one file's verdict, and its findings grouped: binding ones first, in the order of the document."""
        self._head(file, report)
        if not report.findings:
            return
        groups = groups_of(report.findings, self._requirements)
        if len(groups) > 1:
            for group in groups:
                times = f"{len(group.findings)}×" if len(group.findings) > 1 else "  "
                self._say(f"  {times:>5} {_level(group)} [cyan]{group.requirement}[/]  {_text(group.message)}")
        try:
            data = b"" if file == "-" else read_capped(file, regular=True)
        except Unreadable:
            data = b""
        for group in groups:
            self._group(group, data)

    def one_line(self, file: str, report: DocumentReport) -> None:
        """Print one file's verdict only."""
        self._head(file, report)

    def _head(self, file: str, report: DocumentReport) -> None:
        passed = report.verdict is Verdict.PASS
        said = f" - {counted(report.findings)}" if report.findings else ""
        profile = f", profile {_text(report.profile)}" if report.profile else ""
        if self._automatic and report.profile == PLAIN:
            profile += ": no signs of another"
        self._say(
            f"[bold]{_text(shown_name(file))}[/]: [{'green' if passed else 'red'}]{report.verdict.value}[/]"
            f" (release {_text(standing_name(report.release))}{profile}){said}"
        )

    def _group(self, group: Group, data: bytes) -> None:
        layer = group.findings[0].layer
        self._say(f"\n  {_level(group)} [cyan]{group.requirement}[/] [bold]{_text(group.message)}[/]"
                  + (f"  [dim]({layer.value})[/]" if layer else ""))  # fmt: skip
        for one in group.findings[: self._most]:
            self._finding(one, data)
        left = len(group.findings) - self._most
        if left > 0:
            self._say(f"    [dim]and {left} more; all in lines {group.lines}[/]")
        if group.statement:
            self._say(f"    {group.label}: {_text(group.statement)} [dim]({_text(group.source)})[/]")
        if group.mend:
            self._say(f"    to mend: {_text(group.mend)}")

    def _finding(self, one: Finding, data: bytes) -> None:
        line = f"line {one.where.line}" if one.where.line else "the whole file"
        self._say(f"    {line}  [dim]{_text(one.where.path)}[/]")
        if data and one.where.line and one.layer is not Layer.READING:
            for shown in _excerpt(data, one):
                mark = "[yellow]>[/]" if shown.marked else " "
                text = f"[yellow]{_text(shown.text)}[/]" if shown.marked else f"[dim]{_text(shown.text)}[/]"
                self._say(f"    {mark} {shown.number or '':>6} {text}")
        self._say(f"    expected {_text(one.expected)}")
        self._say(f"    found    {_text(one.actual)}")

    def _say(self, markup: str) -> None:
        self._console.print(markup, highlight=False)


def _text(value: str) -> str:
    """Return a value from a document so that it can steer neither the terminal nor the markup."""
    return escape(visible(shortened(value, _VALUE)))


def _level(group: Group) -> str:
    return f"[{'red' if group.level.binding else 'yellow'}]{group.level.value}[/]"


def _excerpt(data: bytes, one: Finding) -> tuple[Line, ...]:
    """Return the marked line of a document with a few around it."""
    lines = excerpt(data, "", one.where).lines
    place = next((at for at, line in enumerate(lines) if line.marked), None)
    return lines[max(0, place - _AROUND) : place + _AROUND + 1] if place is not None else ()
