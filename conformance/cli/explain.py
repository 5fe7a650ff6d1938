"""`ecert explain`: what a requirement or a case is about."""

import json
from pathlib import Path

import click


@click.command(name="explain", epilog="Example:  ecert explain PULL-010")
@click.argument("identifier", metavar="ID")
@click.option("--cases-from", type=click.Path(path_type=Path, file_okay=False), hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(identifier: str, cases_from: Path | None, as_json: bool) -> None:
    """Explain the requirement or the case called ID: what is required and by whom, how it is tested, what shows it."""
    from difflib import get_close_matches  # noqa: PLC0415 - `--help` needs none of it

    from conformance.catalogue import load_catalogue  # noqa: PLC0415
    from conformance.cli.listing import case_object, requirement_object  # noqa: PLC0415
    from conformance.engine.errors import UsageFault  # noqa: PLC0415
    from conformance.engine.selection import CASES, discover_cases  # noqa: PLC0415

    requirements = load_catalogue().requirements
    found = discover_cases(cases_from or CASES).cases
    wanted = identifier.strip()
    wanted = wanted if any(c.id == wanted for c in found) else wanted.upper() if "." not in wanted else wanted
    cases = [case for case in found if wanted == case.id or wanted in case.requirements]
    named = [wanted] if wanted in requirements else [n for c in cases if c.id == wanted for n in c.requirements]
    about = [requirements[name] for name in dict.fromkeys(named) if name in requirements]
    if not cases and not about:
        near = get_close_matches(wanted, [*requirements, *(case.id for case in found)], n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `ecert list` names them all."
        raise UsageFault(f"There is no requirement and no case called {identifier}{hint}")
    if as_json:
        told = {"requirements": [requirement_object(one) for one in about], "cases": [case_object(c) for c in cases]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in about:
        click.echo(f"{one.id} ({one.level}, {one.role})\n  {one.statement}\n  Source: {one.source}")
        if one.untested:
            click.echo(f"  Not tested: {one.untested}")
    for case in cases:
        click.echo(f"\nCase {case.id} ({case.access}, {case.role})\n  {case.title}")
        for line in case.purpose.splitlines():
            click.echo(f"  {line}".rstrip())
        click.echo(f"  Requirements: {', '.join(case.requirements)}")
        if case.needs:
            click.echo(f"  Needs: {', '.join(case.needs)}")
        click.echo(f"  Shown by the node's defects: {', '.join(case.defects)}")
        click.echo(f"  Try: ecert demo --defect {case.defects[0]}" if case.defects else "  No defect shows it.")
        click.echo(f"  Repeat: ecert run partner.toml --case {case.id}")
