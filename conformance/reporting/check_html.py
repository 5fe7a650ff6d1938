"""Checked documents as one HTML page: what was found, where exactly, what is required, and how to mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from conformance.data import data_path
from conformance.model.finding import Finding
from conformance.model.words import Layer, Verdict
from conformance.reporting.check_view import Group, Section, counted, groups_of, sections_of
from conformance.reporting.excerpt import Excerpt, excerpt
from conformance.reporting.html import SIGNS, environment
from conformance.reporting.requirements import Requirement

# Places of one group that are shown with their excerpt; the rest is listed by line.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """A document with what was found in it; `data` are its octets, empty when they cannot be read any more."""

    file: str
    verdict: Verdict
    release: str | None
    findings: tuple[Finding, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures over all documents, also those not told one by one: releases and broken requirements with files."""

    passed: int
    failed: int
    releases: tuple[tuple[str, int], ...]
    broken: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of a group with its excerpt."""

    finding: Finding
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as the page tells it: some places in full, how many more there are."""

    group: Group
    places: tuple[Place, ...]
    more: int


@dataclass(frozen=True, slots=True)
class SectionView:
    """All of one requirement as the page tells it."""

    section: Section
    anchor: str
    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as the page tells it."""

    checked: Checked
    anchor: str
    said: str
    sections: tuple[SectionView, ...]


def to_page(documents: Sequence[Checked], counts: Counts, requirements: Mapping[str, Requirement]) -> str:
    """Return the page. Every value is escaped and made visible: a document is hostile input."""
    views = [_view(number, one, requirements) for number, one in enumerate(documents, 1)]
    return environment().get_template("check.html.j2").render(
        documents=views, counts=counts, total=counts.passed + counts.failed, requirements=requirements,
        signs={verdict.value: sign for verdict, sign in SIGNS.items()},
        css=Markup(data_path("reports", "report.css").read_text("utf-8")),  # noqa: S704 - our own style sheet
    )  # fmt: skip


def _view(number: int, one: Checked, requirements: Mapping[str, Requirement]) -> DocumentView:
    sections = tuple(
        SectionView(section, f"d{number}s{place}", tuple(_group(group, one.data) for group in section.groups))
        for place, section in enumerate(sections_of(groups_of(one.findings, requirements)), 1)
    )
    return DocumentView(one, f"d{number}", counted(one.findings), sections)


def _group(group: Group, data: bytes) -> GroupView:
    places = tuple(_place(found, data) for found in group.findings[:_SHOWN])
    return GroupView(group, places, max(0, len(group.findings) - _SHOWN))


def _place(one: Finding, data: bytes) -> Place:
    if not data or one.where.line is None or one.layer is Layer.READING:
        return Place(one, None)
    return Place(one, excerpt(data, "", one.where))
