"""`ecert verify`: one signature, step by step."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.check import MORE_ALGORITHMS, PLACEMENTS, Moment, widened
from conformance.cli.revocation_options import at_hand, read, revocation_options
from conformance.model.words import Revocation

if TYPE_CHECKING:
    from conformance.checks.revocation import AtHand
    from conformance.checks.signature import Examination
    from conformance.ports.revocation import Fetched

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("file", type=_FILE, metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--trust",
    multiple=True,
    type=_FILE,
    metavar="PEM",
    help="Trust anchors; may be repeated. Without them the path is not judged.",
)
@revocation_options
@click.option(
    "--fetch-revocation",
    "fetch",
    is_flag=True,
    help="Ask the addresses in the certificates of the path (http and https, a few seconds at most); what came is "
    "told, and kept with --save.",
)
@click.option("--at", type=Moment(), help="Time of checking, for example 2026-11-23T09:30:00Z; without it, now.")
@click.option(
    "--placement",
    type=click.Choice(PLACEMENTS),
    default="enveloped",
    show_default=True,
    help="What signature is agreed, and where it is.",
)
@click.option(
    "--tsa",
    multiple=True,
    type=_FILE,
    metavar="PEM",
    help="Anchors of time-stamp authorities, for xades-t; without it, those of --trust.",
)
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(MORE_ALGORITHMS),
    help="Algorithms agreed beyond the list of the profile (2.27); may be repeated.",
)
@click.option("--signature", type=_FILE, metavar="FILE", help="The detached signature of FILE.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write there the canonical octets that were signed, and the signer's certificate.",
)
def verify(
    file: Path,
    as_json: bool,
    trust: tuple[Path, ...],
    crls: tuple[Path, ...],
    answers: tuple[Path, ...],
    revocation: str | None,
    fetch: bool,
    at: datetime | None,
    placement: str,
    tsa: tuple[Path, ...],
    allow: tuple[str, ...],
    signature: Path | None,
    save: Path | None,
) -> None:
    """Explain one signature step by step: place, form, signer, value, reference, path.

    The last line says what ETSI EN 319 102-1 calls it: TOTAL-PASSED, TOTAL-FAILED or INDETERMINATE.

    Exit code 0: the signature is as the profile wants it. 1: it is not. 2: wrong usage, or a file of trust anchors,
    revocation lists or octets cannot be read or written.

    \b
    Example: ecert verify --trust anchor.pem signed.xml
             ecert verify --trust anchor.pem --crl authority.crl --ocsp signer.ocsp --revocation require signed.xml
             ecert verify --trust anchor.pem --fetch-revocation --save octets/ signed.xml
             ecert verify --placement detached --signature certificate.sig.xml certificate.xml
             ecert verify --placement xades-t --trust anchor.pem --tsa stamps.pem --crl anchor.crl signed.xml
             ecert verify --save octets/ --json signed.xml
    """  # fmt: skip
    from conformance.checks.path import read_anchors  # noqa: PLC0415 - `--help` needs none of it
    from conformance.checks.signature import examine_signature  # noqa: PLC0415
    from conformance.checks.xmldsig.algorithms import PROFILE_WORDS, allow_list  # noqa: PLC0415
    from conformance.checks.xmldsig.status import status_of  # noqa: PLC0415
    from conformance.cli.check_one import read_capped  # noqa: PLC0415
    from conformance.cli.verify_fetch import fetch_for, save_fetched, told_of  # noqa: PLC0415
    from conformance.cli.verify_steps import save_octets, steps_of, tell  # noqa: PLC0415
    from conformance.parsing import Unreadable  # noqa: PLC0415

    if fetch and (not trust or revocation == Revocation.NONE.value):
        raise click.UsageError("--fetch-revocation goes with --trust, and not with --revocation none")
    if (signature is not None) != (placement == "detached"):
        raise click.UsageError("--signature FILE goes with --placement detached, and --placement detached with it")
    try:
        data = read_capped(str(file))
        beside = None if signature is None else read_capped(str(signature))
    except Unreadable as problem:
        raise click.BadParameter(f"{file}: {problem}", param_hint="FILE") from None
    pem = [read(path, read_anchors, "--trust", "no PEM certificate that can be read") for path in trust]
    known = at_hand(crls, answers, revocation, trust=bool(trust))
    moment = at or datetime.now(UTC).replace(microsecond=0)
    stamps = [read(path, read_anchors, "--tsa", "no PEM certificate that can be read") for path in tsa]
    allowed = allow_list(widened(allow) or PROFILE_WORDS)

    def examine(by: "AtHand") -> "Examination":
        return examine_signature(
            data, anchors=pem, at=moment, placement=placement, signature=beside, authorities=stamps, allowed=allowed,
            crls=by.lists, answers=by.answers, revocation=by.mode,
        )  # fmt: skip

    seen = examine(known)
    anchors = [one for each in pem for one in read_anchors(each)]
    fetched: list[Fetched] = []
    if fetch:
        fetched, known = fetch_for(seen, anchors, known)
        seen = examine(known)
    steps = steps_of(seen, anchors, moment, placement, known)
    saved = [*save_octets(seen, save), *save_fetched(fetched, save)] if save else []
    verdict = "fail" if any(one.level.binding for one in seen.findings) else "pass"
    asked = seen.signer in anchors or not (known.silent or known.mode is Revocation.NONE)
    status = status_of(seen.steps, trusted=bool(anchors), revocation=asked, stamped=bool(seen.stamps))
    if as_json:
        told = {"file": str(file), "verdict": verdict, "placement": placement, "at": moment.isoformat(), "steps": steps,
                "indication": status.indication, "sub_indication": status.sub, "why": status.why,
                "fetched": [told_of(one) for one in fetched], "saved": [str(path) for path in saved]}  # fmt: skip
        click.echo(json.dumps(told))
    else:
        for one in fetched:
            click.echo("fetched: " + ", ".join(f"{key} {value}" for key, value in told_of(one).items() if value))
        tell(steps, verdict, moment, status, judged=bool(anchors))
        for path in saved:
            click.echo(f"saved: {path}")
    raise SystemExit(0 if verdict == "pass" else 1)
