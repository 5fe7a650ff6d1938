"""The documents that show a requirement: each that must be refused beside the twin that must be accepted."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import click

from conformance.data import data_path

FOLDER = ("fixtures", "certificates")


@dataclass(frozen=True, slots=True)
class Twin:
    """A document that breaks a requirement: its `file`, its `twin`, what differs, why it matters (may be empty)."""

    file: str
    twin: str
    verdict: str
    what: str
    why: str


def twins_of(requirement: str) -> tuple[Twin, ...]:
    """Return the documents of the suite's own fixtures that break a requirement."""
    manifest = json.loads(data_path(*FOLDER, "manifest.json").read_text(encoding="utf-8"))
    return tuple(
        Twin(one["file"], one["twin"], one["verdict"], one["what"], one.get("why", ""))
        for one in manifest["documents"]
        if one.get("requirement") == requirement
    )


def as_objects(requirement: str) -> list[dict[str, Any]]:
    """Return the twins as JSON objects."""
    return [asdict(twin) for twin in twins_of(requirement)]


def tell_twins(requirement: str) -> None:
    """Print the twins of a requirement, how to mend a document that breaks it, and where the files lie."""
    from conformance.reporting.check_view import mends  # noqa: PLC0415 - `--help` needs none of it

    mend = mends().get(requirement)
    if mend:
        click.echo(click.wrap_text(f"To mend: {mend}", width=100, initial_indent="  ", subsequent_indent="  "))
    found = twins_of(requirement)
    if found:
        click.echo(f"  Twins, in {data_path(*FOLDER)}:")
    for twin in found:
        said = "must be refused" if twin.verdict == "fail" else "is accepted, with a remark"
        click.echo(f"    {twin.file} {said}: {twin.what} (else as {twin.twin})")
        if twin.why:
            click.echo(click.wrap_text(twin.why, width=100, initial_indent="      ", subsequent_indent="      "))
