"""How a Python of ours is started so that nothing the user keeps around can touch it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
_FORGOTTEN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_THEME", "PYTEST_THEME_MODE", "PYTEST_DEBUG")

# -I keeps PYTHONPATH, the working directory and sitecustomize of the user's out. Where the suite and what it depends
# on lie is then said by the parent, which found them already.
_START = (
    "import runpy, sys; places = sys.argv[2].split(chr(0x1f)); "
    "sys.path[:] = [p for p in places[:1] if p not in sys.path] + sys.path; "
    "sys.path += [p for p in places[1:] if p not in sys.path]; "
    "module = sys.argv[1]; sys.argv[:] = [module] + sys.argv[3:]; "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this installation, isolated from the user's environment."""
    places = [str(ROOT), *(p for p in sys.path if Path(p).name in ("site-packages", "dist-packages"))]
    return [sys.executable, "-I", "-c", _START, module, "\x1f".join(places), *arguments]


def environment(temporary: Path | None = None) -> dict[str, str]:
    """Return the environment for a child: the user's own, without what steers pytest.

    `temporary` becomes its place for temporary files, so that nothing is left outside the run's folder.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FORGOTTEN}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if temporary is not None:
        kept["TMPDIR"] = str(temporary)
    return kept


def start(
    command: list[str],
    *,
    env: Mapping[str, str],
    errors: IO[bytes] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in its own process group, with a pipe for its output and nothing to read.

    What it writes to standard error goes into the same pipe, or to `errors`.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors is None else errors,
        env=env,
        start_new_session=True,
    )


def end(process: "subprocess.Popen[bytes]", *, grace: float = 3.0) -> None:
    """End a child and everything in its process group: asked first, forced after `grace` seconds."""
    if process.poll() is None and grace > 0:
        _signal(process.pid, signal.SIGTERM)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            _signal(process.pid, signal.SIGKILL)
    # What the child itself started (a hook command) may have outlived it.
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
