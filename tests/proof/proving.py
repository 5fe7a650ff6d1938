"""The reference node with and without defects, the cases, and what the judge says: shared by the proofs."""

import json
import multiprocessing
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

from conformance.cli.run import levels
from conformance.engine import run as engine
from conformance.engine.reader import read_record
from conformance.engine.selection import Selection, discover_cases

ECERT = [sys.executable, "-m", "conformance.cli"]


@dataclass(frozen=True)
class Case:
    """What `ecert list` tells of a case."""

    id: str
    requirements: frozenset[str]
    access: str
    role: str
    needs: frozenset[str]
    defects: frozenset[str]
    interconnection: bool


@dataclass(frozen=True)
class Told:
    """What a report tells of a case: its verdict, the requirements it blames, and why, for people."""

    verdict: str
    blamed: frozenset[str]
    reason: str


@lru_cache(maxsize=1)
def _listed() -> list[dict[str, Any]]:
    answer = subprocess.run([*ECERT, "list", "--cases", "--json"], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


@lru_cache(maxsize=4)
def cases(placement: str = "enveloped") -> dict[str, Case]:
    """Every case that applies to a node whose signatures are there, by id."""
    return {
        one["id"]: Case(
            one["id"],
            frozenset(one["requirements"]),
            one["access"],
            one["role"],
            frozenset(one["needs"]),
            frozenset(one["defects"]),
            one["interconnection"],
        )
        for one in _listed()
        if all(_applies(need, placement) for need in one["needs"])
    }


def _applies(need: str, placement: str) -> bool:
    if need == "signed:inside":
        return placement != "detached"
    if need == "xades":
        return placement.startswith("xades-")
    return not need.startswith("signature:") or need == f"signature:{placement}"


def with_browser(placement: str = "enveloped") -> frozenset[str]:
    """The cases that look at pages in a browser, which costs seconds."""
    return frozenset(case.id for case in cases(placement).values() if "judge:browser" in case.needs)


def initialise(folder: Path, placement: str = "enveloped") -> Path:
    """Make a node's folder and return it; `placement` says where its signatures are."""
    command = [sys.executable, "-m", "reference_impl", "init", str(folder), "--signature", placement]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@contextmanager
def node(pristine: Path, folder: Path, *defects: str) -> Iterator[Path]:
    """Serve a copy of the node with the defects; gives its partner.toml."""
    shutil.copytree(pristine, folder)
    options = [option for name in defects for option in ("--defect", name)]
    with (folder / "stderr.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "reference_impl", "serve", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready "), f"the node did not start: {(folder / 'stderr.log').read_text()[-2000:]}"
            yield Path(line.removeprefix("ready ").strip())
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()


def run(partner_file: Path, out: Path, *case_ids: str) -> tuple[int, dict[str, Told]]:
    """Run cases, all when none is named, and return the exit code and what the report tells by case id.

    Cases the node's declaration rules out are not among them: `cases` does not name them either.
    """
    options = [option for case_id in case_ids for option in ("--case", case_id)]
    answer = subprocess.run(
        [*ECERT, "run", str(partner_file), "--strict", "--out", str(out), *options],
        capture_output=True,
        text=True,
        timeout=900,
    )
    reports = list(out.rglob("report.json"))
    assert len(reports) == 1, f"no report was written: {answer.stdout[-2000:]} {answer.stderr[-2000:]}"
    report = json.loads(reports[0].read_text())
    told = {result["id"]: _told(result) for result in report["cases"]}
    return answer.returncode, {name: one for name, one in told.items() if one.verdict != "not-applicable"}


def _told(result: dict[str, Any]) -> Told:
    blamed = frozenset(finding["requirement"] for finding in result["findings"])
    return Told(result["verdict"], blamed, result.get("reason") or "")


# -- the same for one defect and the few cases about it: nothing is started or read twice that is the same each time

_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["reference_impl.serving"])
_START_SECONDS, _END_SECONDS = 30.0, 10.0
_discovered = lru_cache(maxsize=1)(discover_cases)


@contextmanager
def forked_node(pristine: Path, folder: Path, *defects: str) -> Iterator[Path]:
    """As `node`, from a process that has loaded the node's modules already; in a fifth of the time."""
    shutil.copytree(pristine, folder)
    receiving, telling = _NURSERY.Pipe(duplex=False)
    process = _NURSERY.Process(target=_serve, args=(folder, defects, telling))
    process.start()
    telling.close()
    try:
        assert receiving.poll(_START_SECONDS), f"the node with {defects} did not start"
        yield Path(receiving.recv())
    finally:
        receiving.close()
        process.terminate()
        process.join(_END_SECONDS)
        process.close()


def _serve(folder: Path, defects: tuple[str, ...], telling: "Connection[str, str]") -> None:
    from reference_impl.config import load_config  # noqa: PLC0415 - only the child is a node
    from reference_impl.serving import serve  # noqa: PLC0415

    serve(load_config(folder), list(defects), telling.send)


def judged(partner_file: Path, out: Path, *case_ids: str) -> dict[str, Told]:
    """As `run`, with the engine in this process, the cases discovered once, and no report written."""
    plan = engine.Plan(Selection(case_ids), out, levels=levels())
    with mock.patch.object(engine, "discover_cases", _discovered):
        made = engine.run(partner_file, plan)
    return {
        one.case.id: Told(one.verdict.value, frozenset(finding.requirement for finding in one.findings), one.reason)
        for one in read_record(made).results
    }
