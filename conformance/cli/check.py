"""`ecert check`: check documents offline."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from conformance.cli.revocation_options import NOT_ASKED, at_hand, revocation_options
from conformance.model.words import Layer

_LAYERS = [Layer.SCHEMA.value, Layer.RULES.value, Layer.SIGNATURE.value]
PLACEMENTS = ["enveloped", "enveloping", "detached", "xades-b", "xades-t"]
# Words of profile 2.27 that widen the list of 2.20.
MORE_ALGORITHMS = ["ed25519", "sha-3"]


class Moment(click.ParamType[datetime]):
    """A point in time: ISO 8601 with an offset or Z, or a date, which means its first moment in UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time in UTC, or fail as a usage error."""
        if isinstance(value, datetime):
            return value
        try:
            when = datetime.fromisoformat(str(value))
            if when.tzinfo is None and len(str(value)) > len("2026-11-23"):
                self.fail(f"{value!r} has no offset from UTC; write 2026-11-23T09:30:00Z", param, ctx)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a time; write 2026-11-23T09:30:00Z", param, ctx)


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE|DIR...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line per file, in the order given.")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(_LAYERS),
    help="Check this layer only; may be repeated. Without it: schema and rules, and signature with --trust.",
)
@click.option(
    "--trust",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="Trust anchors (PEM file) for the signature; may be repeated.",
)
@revocation_options
@click.option(
    "--profile",
    default="auto",
    metavar="NAME",
    help="Document profile: exchange, uncefact, ippc, traces, intercom, or a TOML file of your own. Without it, the "
    "one whose signs a document carries, else uncefact.",
)
@click.option(
    "--release",
    metavar="NAME",
    help="Validate against this schema set: a release, a variant (17A-andean) or an imported set. Without it, the one "
    "the root's namespace stands for.",
)
@click.option("--language", "languages", multiple=True, metavar="TAG", help="A language agreed for the certificates.")
@click.option("--at", type=Moment(), help="Time of checking, for example 2026-11-23T09:30:00Z.")
@click.option("--placement", type=click.Choice(PLACEMENTS), help="What signature is expected, and where.")
@click.option(
    "--tsa",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="Anchors of time-stamp authorities, for xades-t; without it, those of --trust.",
)
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(MORE_ALGORITHMS),
    help="Algorithms agreed beyond the list of the profile (2.27); may be repeated.",
)
@click.option(
    "--signature",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The detached signature of the one FILE checked.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes to check with; the results stay in order.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the results to FILE as JSON lines, and only a summary here.",
)
@click.option("--resume", is_flag=True, help="Go on with the FILE of --results that a former run has left.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page that tells every fault with its place.",
)
@click.option(
    "--together",
    is_flag=True,
    help="Look at the files as one set too: numbers borne twice, replacements that fork, quantities re-exported.",
)
@click.option("--all", "everything", is_flag=True, help="Show every finding in full, however many say the same.")
def check(
    files: tuple[str, ...],
    as_json: bool,
    layers: tuple[str, ...],
    trust: tuple[Path, ...],
    crls: tuple[Path, ...],
    answers: tuple[Path, ...],
    revocation: str | None,
    profile: str,
    release: str | None,
    languages: tuple[str, ...],
    at: datetime | None,
    placement: str | None,
    tsa: tuple[Path, ...],
    allow: tuple[str, ...],
    signature: Path | None,
    jobs: int,
    results: Path | None,
    resume: bool,
    html: Path | None,
    together: bool,
    everything: bool,
) -> None:
    """Check certificates and acknowledgements (XML files) offline; of a folder every *.xml in it and below.

    Exit code 0: every file passes. 1: a file fails, or a folder holds none. 2: wrong usage.

    \b
    Example: ecert check certificate.xml
             ecert check --json --layer schema *.xml
             ecert check --trust anchor.pem --placement enveloped signed.xml
             ecert check --trust anchor.pem --crl authority.crl --revocation require signed.xml
             ecert check --profile ippc --language en --language es certificate.xml
             ecert check --html faults.html certificate.xml
             ecert check --jobs 2 --results archive.jsonl archive/
    """
    from conformance.checks.document import DEFAULT_LAYERS  # noqa: PLC0415 - `--help` needs none of it
    from conformance.cli.check_one import Request  # noqa: PLC0415
    from conformance.cli.check_run import Output, run_checks  # noqa: PLC0415

    chosen = frozenset(Layer(layer) for layer in layers)
    if not chosen:
        chosen = DEFAULT_LAYERS | ({Layer.SIGNATURE} if trust else set())
    if Layer.SIGNATURE in chosen:
        placement = placement or "enveloped"
    if signature is not None and (placement != "detached" or len(files) > 1):
        raise click.UsageError("--signature goes with --placement detached and one FILE")
    if html is not None and html.exists() and any(os.path.exists(file) and html.samefile(file) for file in files):  # noqa: PTH110 - names need not be text
        raise click.BadParameter(f"{html} is to be checked; name another file for the page", param_hint="--html")
    if resume and results is None:
        raise click.UsageError("--resume goes with --results FILE")
    # What reads lists and answers is slow to load, in every process: not without need.
    wanted = bool(trust or crls or answers or revocation)
    known = at_hand(crls, answers, revocation, trust=bool(trust)) if wanted else None
    request = Request(
        chosen, at, placement, tuple(_anchor(path) for path in trust), signature.read_bytes() if signature else None,
        _profile(profile), languages, _release(release), _together(files) if together else {},
        at or datetime.now(UTC), tuple(_anchor(path, "--tsa") for path in tsa), widened(allow), known,
    )  # fmt: skip
    if trust and Layer.SIGNATURE in chosen and known is not None and known.silent:
        click.echo(NOT_ASKED, err=True)
    output = Output(as_json, everything, results, resume, html)
    raise SystemExit(run_checks(files, request, jobs, output))


def _together(files: tuple[str, ...]) -> dict[str, Any]:
    from conformance.cli.check_together import look_together  # noqa: PLC0415

    return look_together(files)


def _profile(name: str) -> str:
    """Return the name of a profile that can be used, or fail as a usage error."""
    from conformance.checks.rules.profile import AUTOMATIC, load_profile  # noqa: PLC0415 - `--help` needs none of it
    from conformance.checks.rules.stock import RuleError  # noqa: PLC0415

    if name != AUTOMATIC:
        try:
            load_profile(name)
        except RuleError as problem:
            raise click.BadParameter(str(problem), param_hint="--profile") from None
    return name


def _release(name: str | None) -> str | None:
    """Return the name of a schema set at hand, or fail as a usage error."""
    from conformance.checks.schema_sets import set_names  # noqa: PLC0415 - `--help` needs none of it

    if name is not None and name not in set_names():
        at_hand = ", ".join(sorted(set_names()))
        raise click.BadParameter(f"there is no release {name!r}; at hand: {at_hand}", param_hint="--release")
    return name


def widened(words: tuple[str, ...]) -> frozenset[str] | None:
    """Return the words of the allow list with those of `--allow` added; None when there are none."""
    from conformance.checks.xmldsig.algorithms import PROFILE_WORDS  # noqa: PLC0415 - slow to load

    return PROFILE_WORDS | set(words) if words else None


def _anchor(path: Path, option: str = "--trust") -> bytes:
    data = path.read_bytes()
    from conformance.checks.path import read_anchors  # noqa: PLC0415 - `--help` needs none of it

    try:
        read_anchors(data)
    except ValueError:
        raise click.BadParameter(f"{path} holds no PEM certificate that can be read", param_hint=option) from None
    return data
