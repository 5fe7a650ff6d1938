"""`ecert generate --shrink`: the smallest form of a failing document, kept as a numbered vector."""

import json
import os
import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, described, release_of
from conformance.data import data_path
from conformance.engine.errors import UsageFault
from conformance.parsing import DEFAULT_LIMITS, Unreadable, parse
from conformance.vectors.shrink import Fails
from conformance.vectors.shrink import shrink as cut

_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class _Failing:
    """How a document fails: `what` in words, the requirement and layer if a check finds it, and the judge of it.

    `profile` is the document profile the verdict is meant by.
    """

    what: str
    verdict: str
    requirement: str
    layer: str
    fails: Fails
    profile: str


def shrink(file: Path, command: str | None, out: str | None, profile: str, *, as_json: bool) -> None:
    """Cut a file down and write it as the next vector. Raises `UsageFault` when it does not fail at all."""
    with file.open("rb") as stream:
        data = stream.read(DEFAULT_LIMITS.octets + 1)
    failing = _by_command(data, command, profile) if command else _by_check(data, profile)
    shrunk = cut(data, failing.fails)
    folder = Path(out) if out else data_path("fixtures", "vectors")
    name = _keep(folder, shrunk.data, failing, file)
    told = {"vector": str(folder / name), "octets": len(shrunk.data), "before": len(data), "tries": shrunk.tries,
            "whole": shrunk.whole, "requirement": failing.requirement or None}  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{folder / name}: {len(data):,} octets cut down to {len(shrunk.data):,} in {shrunk.tries} tries")
    click.echo(f"  {failing.what}")
    if not shrunk.whole:
        click.echo("  The limit of tries was reached, or the file cannot be cut: it may not be the smallest.")


def _by_check(data: bytes, profile: str) -> _Failing:
    """A document fails as it does now: the same requirement first, and no other than those broken now."""
    report = check_document(data, profile=profile)
    binding = [finding for finding in report.findings if finding.level.binding]
    if not binding:
        return _by_opinions(data, profile)
    first = binding[0]
    allowed = {finding.requirement for finding in binding}

    def fails(octets: bytes) -> bool:
        found = {one.requirement for one in check_document(octets, profile=profile).findings if one.level.binding}
        return first.requirement in found and found <= allowed

    layer = first.layer.value if first.layer else ""
    return _Failing(f"{first.requirement}: {first.message}", "fail", first.requirement, layer, fails, profile)


def _by_opinions(data: bytes, profile: str) -> _Failing:
    """A document that passes fails when the two schema libraries disagree about it."""

    def fails(octets: bytes) -> bool:
        try:
            root = parse(octets)
        except Unreadable:
            return False
        release = release_of(root)
        if release is None or release.file is None:
            return False
        return compiled(release.file).validate(root) and not described(release.file).is_valid(root)

    if not fails(data):
        raise UsageFault("The file passes every check of that profile, so there is nothing to shrink. "
                         "If another program refuses it, name that with --while COMMAND.")  # fmt: skip
    return _Failing("libxml2 accepts it and xmlschema does not", "pass", "", "", fails, profile)


def _by_command(data: bytes, command: str, profile: str) -> _Failing:
    """A document fails while the command, given its path, exits with another code than 0, and our verdict stays."""
    words = shlex.split(command)
    if not words:
        raise UsageFault("--while needs a command.")
    verdict = check_document(data, profile=profile).verdict

    def fails(octets: bytes) -> bool:
        if check_document(octets, profile=profile).verdict is not verdict:
            return False
        handle, path = tempfile.mkstemp(suffix=".xml")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(octets)
            return subprocess.run([*words, path], capture_output=True, timeout=_PATIENCE, check=False).returncode != 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            Path(path).unlink(missing_ok=True)

    try:
        failing = fails(data)
    except OSError as error:
        raise UsageFault(f"{words[0]} cannot be run: {error.strerror or error}.") from None
    if not failing:
        raise UsageFault(f"{words[0]} accepts the file (exit code 0), so there is nothing to shrink.")
    return _Failing(f"refused by {words[0]}", verdict.value, "", "", fails, profile)


def _keep(folder: Path, data: bytes, failing: _Failing, source: Path) -> str:
    """Write the next vector and add it to the folder's manifest; return its file name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manifest.json"
    known: dict[str, Any] = {"format": "ecert-fixtures-1", "documents": []}
    if path.exists():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            known["documents"].extend([])
        except (ValueError, LookupError, AttributeError, TypeError):
            raise UsageFault(f"{path} is not a manifest of vectors; nothing was written.") from None
    number = len(list(folder.glob("vector-*.xml"))) + 1
    while (folder / f"vector-{number:04d}.xml").exists():
        number += 1
    name = f"vector-{number:04d}.xml"
    with (folder / name).open("xb") as stream:
        stream.write(data)
    entry = {"file": name, "verdict": failing.verdict, "what": failing.what, "sha256": sha256(data).hexdigest(),
             "requirement": failing.requirement, "layer": failing.layer, "profile": failing.profile,
             "shrunk_from": source.name}  # fmt: skip
    known["documents"].append({key: value for key, value in entry.items() if value})
    spare = folder / "manifest.json.new"
    spare.write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    spare.replace(path)
    return name
