"""The options about revocation that `ecert check` and `ecert verify` share, and reading the files they name."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from conformance.model.words import Revocation

if TYPE_CHECKING:
    from conformance.checks.revocation import AtHand

Command = TypeVar("Command", bound=Callable[..., object])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MODES = [one.value for one in Revocation]


def revocation_options(command: Command) -> Command:
    """Add `--crl`, `--ocsp` and `--revocation`; the command takes them as `crls`, `answers` and `revocation`."""
    for option in (
        click.option(
            "--revocation",
            type=click.Choice(_MODES),
            help="How much must be known: require (of every certificate of the path), if-available (what is not known "
            "is said and does not fail), none. Without it: if-available where a list or answer is given, else none.",
        ),
        click.option(
            "--ocsp", "answers", multiple=True, type=_FILE, metavar="FILE",
            help="A stored answer of OCSP (DER); may be repeated.",
        ),
        click.option(
            "--crl", "crls", multiple=True, type=_FILE, metavar="FILE",
            help="A revocation list (PEM or DER); may be repeated.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def at_hand(crls: tuple[Path, ...], answers: tuple[Path, ...], revocation: str | None, *, trust: bool) -> "AtHand":
    """Read the files and return what they hold, or fail as a usage error; `trust` tells whether anchors are named."""
    from conformance.checks.revocation import AtHand, read_answer, read_crl  # noqa: PLC0415 - `--help` needs none of it

    if not trust and (crls or answers or revocation not in (None, Revocation.NONE.value)):
        raise click.UsageError(
            "--crl, --ocsp and --revocation go with --trust: revocation is asked on a path to an anchor"
        )
    lists = tuple(read(path, read_crl, "--crl", "no revocation list that can be read") for path in crls)
    told = tuple(read(path, read_answer, "--ocsp", "no answer of OCSP that can be read") for path in answers)
    return AtHand(lists, told, Revocation(revocation) if revocation else None)


def read(path: Path, reads: Callable[[bytes], object], option: str, problem: str) -> bytes:
    """Return the octets of a file that `reads` can read, or fail as a usage error."""
    octets = path.read_bytes()
    try:
        reads(octets)
    except ValueError:
        raise click.BadParameter(f"{path} holds {problem}", param_hint=option) from None
    return octets


NOT_ASKED = "Nobody was asked whether a signer is revoked: give --crl or --ocsp, or say --revocation none."
