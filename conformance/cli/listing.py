"""`ecert list`: requirements, cases, and which covers which."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from conformance.model.record import CaseInfo


@click.command(name="list", epilog="Example:  ecert list --cases")
@click.option("--requirements", "what", flag_value="requirements", help="Every requirement of the catalogue.")
@click.option(
    "--cases", "what", flag_value="cases", default=True, help="Every case (this is what is listed by itself)."
)
@click.option("--coverage", "what", flag_value="coverage", help="Every requirement with its cases, or why it has none.")
@click.option("--cases-from", type=click.Path(path_type=Path, file_okay=False), hidden=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(what: str | None, cases_from: Path | None, as_json: bool) -> None:
    """List what is required and how it is tested."""
    from conformance.catalogue import load_catalogue  # noqa: PLC0415 - `--help` needs none of it
    from conformance.engine.selection import CASES, discover_cases  # noqa: PLC0415

    if what == "requirements":
        _print(map(requirement_object, load_catalogue().requirements.values()), ("id", "level", "statement"), as_json)
        return
    found = discover_cases(cases_from or CASES)
    for result in found.broken:
        click.echo(f"ecert: {result.case.source} cannot be read: {result.reason}", err=True)
    if what == "coverage":
        from conformance.catalogue import coverage  # noqa: PLC0415

        rows = coverage(load_catalogue(), found.cases).rows
        _print(
            ({**requirement_object(row.requirement), "cases": list(row.cases), "reason": row.reason} for row in rows),
            ("id", "level", "cases", "reason"),
            as_json,
        )
    else:
        _print(map(case_object, found.cases), ("id", "access", "role", "title"), as_json)
    if found.broken:
        raise SystemExit(4)


def case_object(case: CaseInfo) -> dict[str, Any]:
    """Return a case as a JSON object."""
    from conformance.engine.codec import case_to_json  # noqa: PLC0415

    return case_to_json(case)


def requirement_object(requirement: Any) -> dict[str, Any]:
    """Return a requirement as a JSON object."""
    return {
        "id": requirement.id,
        "level": str(requirement.level),
        "role": str(requirement.role),
        "statement": requirement.statement,
        "source": requirement.source,
        "untested": requirement.untested,
    }


def _print(rows: Iterable[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    texts = [[_shown(row[name]) for name in columns] for row in rows]
    widths = [max((len(text[at]) for text in texts), default=0) for at in range(len(columns))]
    for text in texts:
        click.echo("  ".join(word.ljust(width) for word, width in zip(text, widths, strict=True)).rstrip())


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
