"""What `ecert check` shows on a terminal: the summary first, then what to mend, each thing once."""

import re
from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from conformance.checks.document import DocumentReport
from conformance.checks.rules.profile import PLAIN
from conformance.checks.schema_sets import standing_name
from conformance.cli.check_one import read_capped, shown_name
from conformance.model.finding import Finding
from conformance.model.words import Layer, Verdict
from conformance.parsing import Unreadable
from conformance.reporting.check_view import Group, Section, counted, groups_of, sections_of
from conformance.reporting.excerpt import Line, excerpt
from conformance.reporting.requirements import Requirement
from conformance.reporting.text import shortened, visible

_AROUND = 2
# In a group that says the same of many places, so many are shown in full.
_IN_FULL = 2
_VALUE = 300
# Columns a text has at least, however narrow the terminal.
_NARROW = 24


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
        sections = sections_of(groups_of(report.findings, self._requirements))
        if len(sections) > 1:
            for one in sections:
                times = f"{one.count}×" if one.count > 1 else ""
                self._say(2, f"{times:>5} {_level(one.first)} [cyan]{one.first.requirement}[/]  ", _text(one.said))
        try:
            data = b"" if file == "-" else read_capped(file, regular=True)
        except Unreadable:
            data = b""
        for one in sections:
            self._section(one, data)

    def one_line(self, file: str, report: DocumentReport) -> None:
        """Print one file's verdict only."""
        self._head(file, report)

    def _head(self, file: str, report: DocumentReport) -> None:
        passed = report.verdict is Verdict.PASS
        said = f" - {counted(report.findings)}" if report.findings else ""
        profile = f", profile {_text(report.profile)}" if report.profile else ""
        name = shown_name(file).replace("\n", "\\n")  # or a name could tell of another file
        if self._automatic and report.profile == PLAIN:
            profile += ": no signs of another"
        self._say(
            0,
            "",
            f"[bold]{_text(name)}[/]: [{'green' if passed else 'red'}]{report.verdict.value}[/]"
            f" (release {_text(standing_name(report.release))}{profile}){said}",
        )

    def _section(self, section: Section, data: bytes) -> None:
        """Print what is demanded and how to mend it once, then every group."""
        first = section.first
        layer = first.findings[0].layer
        told = f"  [dim]({layer.value})[/]" if layer else ""
        source = f" [dim]({_text(first.source)})[/]" if first.source else ""
        several = len(section.groups) > 1
        self._console.print()
        head = f"{first.label}: {_text(section.said)}{source}" if several else f"[bold]{_text(section.said)}[/]"
        self._say(2, f"{_level(first)} [cyan]{first.requirement}[/] ", f"{head}{told}")
        if first.statement and not several:
            self._say(4, f"{first.label}: ", f"{_text(first.statement)}{source}")
        if first.mend:
            self._say(4, "to mend: ", _text(first.mend))
        for group in section.groups:
            if several:
                times = f"{len(group.findings)}× " if len(group.findings) > 1 else ""
                self._say(4, f"- {times}", f"[bold]{_text(group.message)}[/]")
            self._group(group, data, 6 if several else 4)

    def _group(self, group: Group, data: bytes, indent: int) -> None:
        for one in group.findings[: self._most]:
            self._finding(one, data, indent)
        left = len(group.findings) - self._most
        if left > 0:
            self._say(indent, "", f"[dim]and {left} more; all in lines {group.lines}[/]")

    def _finding(self, one: Finding, data: bytes, indent: int) -> None:
        line = f"line {one.where.line}" if one.where.line else "the whole file"
        path = _short(one.where.path)
        if self._console.is_terminal:
            path = _on_lines(path, self._console.width - indent - len(line) - 2)
        self._say(indent, f"{line}  ", f"[dim]{_text(path)}[/]")
        if data and one.where.line and one.layer is not Layer.READING:
            for shown in _excerpt(data, one):
                mark = "[yellow]>[/]" if shown.marked else " "
                text = f"[yellow]{_text(shown.text)}[/]" if shown.marked else f"[dim]{_text(shown.text)}[/]"
                self._say(indent, f"{mark} {shown.number or '':>6} ", text, cut=True)
        self._say(indent, "expected ", _text(one.expected))
        self._say(indent, "found    ", _text(one.actual))

    def _say(self, indent: int, label: str, body: str, *, cut: bool = False) -> None:
        """Print a text behind a label; on a terminal its further lines stand below its first, or it is `cut` to one."""
        if not self._console.is_terminal:
            self._console.print(f"{' ' * indent}{label}{body}", highlight=False, soft_wrap=True)
            return
        head, text = Text.from_markup(f"{' ' * indent}{label}"), Text.from_markup(body)
        room = max(_NARROW, self._console.width - head.cell_len)
        if cut:
            text.truncate(room, overflow="ellipsis")
        for number, line in enumerate(text.wrap(self._console, room)):
            line.rstrip()
            self._console.print((head if number == 0 else Text(" " * head.cell_len)) + line, highlight=False)


def _short(path: str) -> str:
    """Return a path as a person reads it: without prefixes, and with the number of a repetition from the second on."""
    return re.sub(r"\[1\]|(?<=/)[\w.-]+:|^/", "", path)


def _on_lines(path: str, room: int) -> str:
    """Return a path broken after a step where a line is full."""
    lines = [""]
    for step in path.split("/"):
        if lines[-1] and len(lines[-1]) + len(step) >= room:
            lines.append("")
        lines[-1] += f"{step}/"
    return "\n".join(lines)[:-1]


def _text(value: str) -> str:
    """Return a value from a document so that it can steer neither the terminal nor the markup."""
    return escape(visible(shortened(value, _VALUE)))


def _level(group: Group) -> str:
    return f"[{'red' if group.level.binding else 'yellow'}]{group.level.value:<6}[/]"


def _excerpt(data: bytes, one: Finding) -> tuple[Line, ...]:
    """Return the marked line of a document with a few around it."""
    lines = excerpt(data, "", one.where).lines
    place = next((at for at, line in enumerate(lines) if line.marked), None)
    return lines[max(0, place - _AROUND) : place + _AROUND + 1] if place is not None else ()
