"""Starting the process of a lane, by the nursery of the run, and ending it."""

import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from conformance.engine.child import end, environment, python

_TELL_SECONDS = 3.0
_MAX_TAIL = 2_000
_KILLED = -signal.SIGKILL


class NotStarted(Exception):
    """A lane's process could not be started; the text says why."""


@dataclass
class LaneProcess:
    """A lane at work. `output` is the reading end of what it writes to standard output and error.

    `code` is how it ended, as in `subprocess.Popen.returncode`, and None until that is known.
    """

    pid: int
    output: int
    _told: int
    code: int | None = field(default=None)

    def wait(self, seconds: float) -> bool:
        """Wait until it ends, not longer than that; return whether it has."""
        told = select.poll()  # unlike `select.select` it takes any number of open files
        told.register(self._told, select.POLLIN)
        if self.code is None and told.poll(seconds * 1000):
            status = os.read(self._told, 64)
            # Nothing comes when the nursery was killed, and its lanes with it.
            self.code = os.waitstatus_to_exitcode(int(status)) if status else _KILLED
        return self.code is not None

    def end(self, *, grace: float) -> None:
        """End it and everything in its process group: asked first, forced after `grace` seconds."""
        if not self.wait(0.0) and grace > 0:
            self._signal(signal.SIGTERM)
            self.wait(grace)
        # What it started itself (a hook command) may have outlived it.
        self._signal(signal.SIGKILL)
        self.wait(_TELL_SECONDS)
        os.close(self._told)
        os.close(self.output)

    def _signal(self, number: signal.Signals) -> None:
        for signalled in (os.killpg, *((os.kill,) if self.code is None else ())):
            with suppress(ProcessLookupError, PermissionError):
                signalled(self.pid, number)


class Nursery:
    """The one process a run's lanes are forked from; started when the first lane is, ended with the run."""

    def __init__(self, modules: Iterable[str] = ()) -> None:
        """`modules` are loaded before the first lane is forked."""
        self._modules = tuple(modules)
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the nursery

    def __enter__(self) -> Self:
        """Enter; nothing is started yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """End the nursery and what is left of its lanes."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            end(self._process)
        self._log.close()

    def start(self, job: Path, channel: int, temporary: Path) -> LaneProcess:
        """Start a lane that does `job` and writes events to `channel`. Raises `NotStarted`."""
        reading, output = os.pipe()
        told, telling = os.pipe()
        asked = {"job": str(job), "environment": environment(temporary)}
        try:
            with self._lock:
                pid = self._asked(json.dumps(asked).encode(), [channel, output, telling])
        except OSError as error:
            os.close(reading)
            os.close(told)
            raise NotStarted(self._said() or str(error)) from error
        finally:
            os.close(output)
            os.close(telling)
        return LaneProcess(pid, reading, told)

    def _asked(self, request: bytes, descriptors: list[int]) -> int:
        line = self._open()
        socket.send_fds(line, [request], descriptors)
        answer = line.recv(64)
        if not answer:
            raise ConnectionError("the nursery ended")
        return int(answer)

    def _open(self) -> socket.socket:
        if self._line is None:
            self._line, other = socket.socketpair()
            with other:
                self._process = subprocess.Popen(
                    python("conformance.engine.nursery", str(other.fileno()), *self._modules),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._log,
                    env=environment(),
                    pass_fds=(other.fileno(),),
                    start_new_session=True,
                )
        return self._line

    def _said(self) -> str:
        self._log.seek(0)
        lines = self._log.read()[-_MAX_TAIL:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def helpers() -> tuple[str, ...]:
    """Return the modules that most cases use: worth loading once when several lanes run."""
    import conformance.cases.helpers as package  # noqa: PLC0415 - its name is all that is needed, and only here

    return tuple(f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__))
