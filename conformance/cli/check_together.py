"""`ecert check --together`: what shows only when all the files are looked at as one set."""

from collections.abc import Iterator

import click

from conformance.checks.together import Facts, facts_of, findings_together
from conformance.cli.check_files import targets
from conformance.cli.check_one import read_capped
from conformance.model.finding import Finding
from conformance.parsing import Unreadable


def look_together(named: tuple[str, ...]) -> dict[str, tuple[Finding, ...]]:
    """Read the files once and return the findings about them as a set, by file.

    Fails as a usage error for standard input, which cannot be read a second time.
    """
    if "-" in named:
        raise click.UsageError("--together reads files twice, which cannot be done with standard input")
    return findings_together(_facts(named))


def _facts(named: tuple[str, ...]) -> Iterator[Facts]:
    for target in targets(named):
        try:
            fact = facts_of(target.file, read_capped(target.file, regular=target.found))
        except Unreadable:
            continue  # a finding of its own, when the file is checked by itself
        if fact is not None:
            yield fact
