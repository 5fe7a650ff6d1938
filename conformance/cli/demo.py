"""`ecert demo`: the reference node on loopback, every case against it, one report."""

import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from conformance.cli.progress import progress

_START_SECONDS = 20.0
_RUN_SECONDS = 600.0


@contextmanager
def served_node(folder: Path, defects: tuple[str, ...] = (), *, signature: str = "enveloped") -> Iterator[Path]:
    """Make and serve a reference node in `folder`; gives its partner.toml and always ends the node.

    `folder` must lie in the run's folder; `signature` says where the node's signatures are. Raises `UsageFault` when
    the node does not start.
    """
    from conformance.engine.child import end, environment, python, start  # noqa: PLC0415
    from conformance.engine.errors import UsageFault  # noqa: PLC0415

    temporary = folder.parent / "node-tmp"
    temporary.mkdir()
    env = environment(temporary)
    made = subprocess.run(
        python("reference_impl", "init", str(folder), "--signature", signature),
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    if made.returncode != 0:
        raise UsageFault(f"the reference node cannot be made: {_last(made.stderr)}")
    options = [word for defect in defects for word in ("--defect", defect)]
    log = folder.parent / "node.log"
    with log.open("wb") as errors:
        node = start(python("reference_impl", "serve", str(folder), *options), env=env, errors=errors)
        try:
            yield _ready(node, log)
        finally:
            end(node)
            if node.stdout is not None:
                node.stdout.close()
            shutil.rmtree(temporary, ignore_errors=True)


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _ready(node: "subprocess.Popen[bytes]", log: Path) -> Path:
    from conformance.engine.errors import UsageFault  # noqa: PLC0415

    assert node.stdout is not None  # noqa: S101 - `start` gives it a pipe
    end = time.monotonic() + _START_SECONDS
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(node.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n") and time.monotonic() < end:
            if selector.select(0.2):
                piece = node.stdout.read1(4096)  # type: ignore[attr-defined]
                if not piece:
                    break
                line += piece
    words = line.decode("utf-8", "replace").splitlines()
    for word in words:
        if word.startswith("ready "):
            return Path(word.removeprefix("ready ").strip())
    raise UsageFault(f"the reference node did not start: {_last(log.read_text(errors='replace'))}")


@click.command(name="demo", epilog="Example:  ecert demo --defect omits-issue-date")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="Folder in which the run's folder is made.",
)
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="Let the node do this one thing wrong.")
@click.option("--seed", type=click.IntRange(0), help="Chance begins here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def command(out: Path, defects: tuple[str, ...], seed: int | None, as_json: bool) -> None:
    """Start the reference node on this machine, run every case against it, and print the path of the report.

    Nothing is written outside the run's folder, nothing keeps running, no other machine is touched. Without
    Chromium the cases that need it are left out, and the report says so; `ecert run` counts them as inconclusive.
    """
    from conformance.cli.ending import conclude  # noqa: PLC0415
    from conformance.cli.run import interruptible, levels  # noqa: PLC0415
    from conformance.engine.run import Plan, new_folder, run  # noqa: PLC0415
    from conformance.ports.chromium import why_none  # noqa: PLC0415

    interruptible()
    no_browser = why_none()
    left_out = {"judge:browser": f"Not tried: {no_browser}"} if no_browser else {}
    folder = new_folder(out).resolve()
    with served_node(folder / "node", defects) as partner_file, progress() as shown:
        plan = Plan(folder=folder, seed=seed, levels=levels(), max_seconds=_RUN_SECONDS, left_out=left_out)
        run(partner_file, plan, shown)
    if no_browser:
        click.echo(f"Cases that look at pages in a browser were left out: {no_browser}", err=True)
    shown_path = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    sys.exit(conclude(shown_path, as_json=as_json))
