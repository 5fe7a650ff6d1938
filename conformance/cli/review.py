"""`ecert review`: look for contradictions in a partner file before any traffic."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from conformance.partner import PartnerFileError, load_partner
from conformance.partner.review import Remark, Weight, review


@click.command(
    name="review",
    short_help="Check a partner file before any traffic.",
    epilog="Example: ecert review partner.toml",
)
@click.argument("partner_file", metavar="PARTNER.toml", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(partner_file: Path, as_json: bool) -> None:
    """Check a partner file before any traffic (static conformance review).

    Exit code 0: nothing stops a run; 1: something does; 2: the file cannot be read.
    """
    try:
        partner = load_partner(partner_file)
    except PartnerFileError as error:
        click.echo(f"ecert: {error}", err=True)
        sys.exit(2)
    remarks = review(partner, datetime.now(UTC))
    errors = sum(remark.weight is Weight.ERROR for remark in remarks)
    click.echo(_as_json(remarks) if as_json else _as_text(partner_file, remarks, errors))
    sys.exit(1 if errors else 0)


def _as_json(remarks: tuple[Remark, ...]) -> str:
    rows = [
        {"weight": one.weight.value, "key": one.key, "message": one.message, "remedy": one.remedy} for one in remarks
    ]
    return json.dumps({"ready": all(row["weight"] != "error" for row in rows), "remarks": rows}, ensure_ascii=False)


def _as_text(path: Path, remarks: tuple[Remark, ...], errors: int) -> str:
    lines = [f"{one.weight.value}: {one.key}: {one.message}; {one.remedy}" for one in remarks]
    if errors:
        lines.append(f"{path}: {errors} to mend before a run.")
    else:
        lines.append(f"{path}: nothing stops a run. Next: ecert run {path}")
    return "\n".join(lines)
