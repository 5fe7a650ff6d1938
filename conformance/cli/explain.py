"""`ecert explain`: what a requirement or a case is about, and how the reference node does it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.model.record import CaseInfo

if TYPE_CHECKING:
    from conformance.reporting.reference import ReferenceStep

_LINES = 20


@click.command(name="explain", epilog="Example:  ecert explain PULL-010")
@click.argument("identifier", metavar="ID")
@click.option(
    "--full", is_flag=True, help="Every answer of the reference node whole, not only the last one's beginning."
)
@click.option("--cases-from", type=click.Path(path_type=Path, file_okay=False), hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(identifier: str, full: bool, cases_from: Path | None, as_json: bool) -> None:
    """Explain the requirement or the case called ID.

    What is required and by whom, how it is tested, what the reference node answers, and which of its defects show it.
    """
    from conformance.catalogue import load_catalogue  # noqa: PLC0415 - `--help` needs none of it
    from conformance.cli.explain_twins import as_objects as twins_as_objects  # noqa: PLC0415
    from conformance.cli.explain_twins import tell_twins  # noqa: PLC0415
    from conformance.cli.listing import case_object, requirement_object  # noqa: PLC0415
    from conformance.engine.selection import CASES, discover_cases  # noqa: PLC0415
    from conformance.reporting.reference import load_reference  # noqa: PLC0415

    requirements = load_catalogue().requirements
    found = discover_cases(cases_from or CASES)
    for result in found.broken:
        click.echo(f"ecert: {result.case.source} cannot be read: {result.reason}", err=True)
    wanted = _as_written(identifier.strip(), [*requirements, *(case.id for case in found.cases)])
    cases = [case for case in found.cases if wanted == case.id or wanted in case.requirements]
    named = [wanted] if wanted in requirements else [name for case in cases for name in case.requirements]
    about = [requirements[name] for name in dict.fromkeys(named) if name in requirements]
    answers = load_reference().cases
    if as_json:
        told = {
            "requirements": [{**requirement_object(one), "twins": twins_as_objects(one.id)} for one in about],
            "cases": [{**case_object(c), "reference": [asdict(s) for s in answers.get(c.id, ())]} for c in cases],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in about:
            _tell_requirement(one)
            tell_twins(one.id)
        for case in cases:
            _tell_case(case, answers.get(case.id, ()), full=full)
        if not cases and not about[0].untested:
            click.echo(
                "\n  No case is about this alone; the checks of documents and messages that other cases use report it."
            )
    if found.broken:
        raise SystemExit(4)


def _as_written(wanted: str, known: Sequence[str]) -> str:
    """Return the id as it is spelled, whatever the case it was typed in. Raises `UsageFault` when there is none."""
    from difflib import get_close_matches  # noqa: PLC0415

    from conformance.engine.errors import UsageFault  # noqa: PLC0415

    lowered = {name.lower(): name for name in known}
    if wanted.lower() in lowered:
        return lowered[wanted.lower()]
    begun = [name for name in known if name.lower().startswith(wanted.lower())]
    alike = [lowered[name] for name in get_close_matches(wanted.lower(), list(lowered), n=3)]
    near = list(dict.fromkeys([*begun, *alike]))[:3] if wanted else []
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `ecert list` names them all."
    raise UsageFault(f"There is no requirement and no case called {wanted}{hint}")


def _wrapped(text: str) -> str:
    return click.wrap_text(text, width=100, initial_indent="  ", subsequent_indent="  ", preserve_paragraphs=True)


def _tell_requirement(one: Any) -> None:
    click.echo(f"{one.id} ({one.level}, {one.role})\n{_wrapped(one.statement)}\n  Source: {one.source}")
    if one.untested:
        click.echo(_wrapped(f"Not tested: {one.untested}"))


def _about(document: str, requirements: Sequence[str]) -> Sequence[str]:
    """Return the lines of a document that the first of some requirements is about, empty when there are none."""
    from conformance.cli.explain_place import lines_about  # noqa: PLC0415 - `--help` needs none of it

    return next((lines for one in requirements if document and (lines := lines_about(document, one))), ())


def _tell_case(case: CaseInfo, steps: Sequence["ReferenceStep"], *, full: bool) -> None:
    from conformance.reporting.reference import failure_in_words  # noqa: PLC0415

    click.echo(f"\nCase {case.id} ({case.access}, partner as {case.role})\n{_wrapped(case.title)}")
    if case.purpose:
        click.echo(_wrapped(case.purpose))
    click.echo(f"  Requirements: {', '.join(case.requirements)}")
    if case.needs:
        click.echo(_wrapped(f"Needs the partner to declare: {', '.join(case.needs)}"))
    if case.defects:
        click.echo(f"  See it fail:  ecert demo --defect {case.defects[0]}")
        if len(case.defects) > 1:
            click.echo(_wrapped(f"  also with: {', '.join(case.defects[1:])}"))
    click.echo(f"  Your system:  ecert run partner.toml --case {case.id}")
    if steps:
        click.echo("  What the reference node answers (numbers, codes, times and keys are invented):")
    for number, step in enumerate(steps, 1):
        came = "; ".join(filter(None, (*step.head, failure_in_words(step)))) or step.media_type
        click.echo(f"    {number:2}. {step.port}: {step.action}" + (f" - {came}" if came else ""))
        text = "\n".join(filter(None, (step.text, step.document))) if full else step.document or step.text
        if text and (full or number == len(steps)):
            lines = text.split("\n")
            about = () if full else _about(step.document, case.requirements)
            shown = lines if full else about or lines[:_LINES]
            click.echo("\n".join(f"        {line}" for line in shown))
            if len(shown) < len(lines):
                click.echo(f"        ... {len(lines) - len(shown)} more lines: ecert explain {case.id} --full")
