"""Running locust in processes of its own: gevent changes the whole process it runs in, so never in this one."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.cli.load_figures import Figures, read_figures
from conformance.data import data_path

# Share of the arrivals and the class of users, when several accesses are loaded together. A caller over its rate has a
# rate of its own.
ACCESSES: Mapping[str, tuple[int, str]] = {
    "pull": (6, "Pull"),
    "verification": (3, "Page"),
    "push": (1, "Push"),
    "officials": (3, "Officials"),
    "limited": (0, "Crowd"),
}
READY_SECONDS = 90.0
LEAD_SECONDS = 0.5
SLACK_SECONDS = 2.0
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Order:
    """What the user asked for: a rate (open) or a number of users (closed), seconds, and how many processes.

    `crowd_rate` is that of the caller over its agreed rate, `large_octets` the size of large certificates,
    `backlog` how many certificates wait during an outage (0: no outage), `warm_up` the seconds of sending before
    anything is counted, `officials` how many people log in to the site.
    """

    accesses: tuple[str, ...]
    rate: float | None
    users: int | None
    duration: float
    workers: int
    seed: int
    output: Path
    crowd_rate: float = 0.0
    large_octets: int = 0
    backlog: int = 0
    warm_up: float = 0.0
    officials: int = 0


class LoadFault(Exception):
    """The load could not be made: a fault of the judge's side, told in one sentence."""


def run_locust(order: Order, partner_file: Path, prepare: Callable[[Path], None] = lambda _: None) -> Figures:
    """Load the partner and return the figures. Blocks for the duration and some seconds more, never longer.

    `prepare` is called with the folder of the run before anything is sent. Raises `LoadFault` when a process of
    locust's does not do its part.
    """
    with tempfile.TemporaryDirectory(prefix="ecert-load-") as folder:
        prepare(Path(folder))
        plan = Path(folder, "plan.json")
        parts = shares(order)
        users = sum(part["users"] for part in parts)
        plan.write_text(
            json.dumps(
                {
                    "partner_file": str(partner_file.resolve()),
                    "folder": folder,
                    "run_id": f"{time.time():.0f}",
                    "seed": order.seed,
                    "warm_up": order.warm_up,
                    "duration": order.duration,
                    "timeout": PATIENCE_SECONDS,
                    "large_octets": order.large_octets,
                    "accesses": parts,
                }
            ),
            "utf-8",
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
        environment = {
            **kept,
            "ECERT_LOAD_PLAN": str(plan),
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        }
        # Locust counts from when its users are there, which is when this process gives the sign.
        seconds = LEAD_SECONDS + order.warm_up + order.duration + SLACK_SECONDS
        commands = _commands(order, users, seconds)
        _finish(commands, order.workers, environment, Path(folder), seconds + PATIENCE_SECONDS + 30)
        figures = read_figures(Path(folder), order.duration)
        if figures.processes != order.workers:
            raise LoadFault(f"{order.workers - figures.processes} of {order.workers} load processes gave no figures")
        return figures


def shares(order: Order) -> list[dict[str, Any]]:
    """Return the part of each access: how many users, and arrivals a second (0 when users send one after another)."""
    weights = {name: ACCESSES[name][0] for name in order.accesses if ACCESSES[name][0]}
    whole = sum(weights.values())
    crowd = [{"name": "limited", "users": order.workers, "rate": order.crowd_rate}] * ("limited" in order.accesses)
    if order.rate is not None:
        return [
            {"name": name, "users": order.workers, "rate": order.rate * weight / whole}
            for name, weight in weights.items()
        ] + crowd
    total = order.users or len(weights)
    given = {name: max(1, total * weight // whole) for name, weight in weights.items()}
    given[next(iter(weights))] += total - sum(given.values())
    return [{"name": name, "users": max(1, given[name]), "rate": 0.0} for name in weights] + crowd


def _commands(order: Order, users: int, seconds: float) -> list[list[str]]:
    """Return the command lines: one process alone, or a leader on loopback and its workers."""
    base = [sys.executable, "-m", "locust", "-f", str(data_path("load", "locustfile.py")), "--loglevel", "WARNING"]
    classes = [ACCESSES[name][1] for name in order.accesses]
    head = ["--headless", "-u", str(users), "-r", str(users), "--run-time", f"{seconds:.0f}s", "--only-summary"]
    head += ["--stop-timeout", f"{PATIENCE_SECONDS + 2:.0f}", "--exit-code-on-error", "0"]
    if order.workers == 1:
        return [[*base, *head, *classes]]
    port = _free_port()
    leader = ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(port)]
    leader += ["--expect-workers", str(order.workers), "--expect-workers-max-wait", "30"]
    worker = [*base, "--worker", "--master-host", "127.0.0.1", "--master-port", str(port), *classes]
    return [[*base, *leader, *head, *classes], *([worker] * order.workers)]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _finish(
    commands: list[list[str]], workers: int, environment: Mapping[str, str], folder: Path, seconds: float
) -> None:
    """Run the processes side by side to their end; none outlives this call."""
    logs = [folder / f"log-{number}.txt" for number in range(len(commands))]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, log in zip(commands, logs, strict=True):
            with log.open("wb") as stream:
                running.append(
                    subprocess.Popen(
                        command,
                        env=dict(environment),
                        stdout=stream,
                        stderr=stream,
                        stdin=subprocess.DEVNULL,
                        cwd=folder,
                    )
                )
        _give_sign(folder, workers, list(zip(running, logs, strict=True)))
        deadline = time.monotonic() + seconds
        for process, log in zip(running, logs, strict=True):
            code = process.wait(max(0.1, deadline - time.monotonic()))
            if code:
                raise LoadFault(f"a load process ended with code {code}: {_last_line(log)}")
    except subprocess.TimeoutExpired:
        raise LoadFault(f"the load processes did not end within {seconds:.0f} s and were stopped") from None
    finally:
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()


def _give_sign(folder: Path, workers: int, running: list[tuple["subprocess.Popen[bytes]", Path]]) -> None:
    """Wait until every load process has its users, and tell them all the same moment to begin at.

    A fixed moment would be too early on a busy machine, and the judge's own lateness would spoil the figures.
    """
    end = time.monotonic() + READY_SECONDS
    while len(list(folder.glob("ready-*"))) < workers:
        for process, log in running:
            if process.poll() is not None:
                raise LoadFault(f"a load process ended before it began, code {process.returncode}: {_last_line(log)}")
        if time.monotonic() > end:
            raise LoadFault(f"the load processes were not ready within {READY_SECONDS:g} s")
        time.sleep(0.02)
    part = folder / ".start"
    part.write_text(repr(time.time() + LEAD_SECONDS), "ascii")
    part.replace(folder / "start")


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1][-300:] if lines else "no reason given"
