"""The process lanes are forked from: it has loaded once what each of them would have to load.

Run as `python -m conformance.engine.nursery LINE [MODULE ...]`, where LINE is the file descriptor of a Unix socket, by
`lane_process.Nursery`. It has one thread, runs no case, and ends, with every lane, when its parent is gone.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import traceback
from contextlib import suppress
from typing import NoReturn

from conformance.engine import lane

MAX_REQUEST = 1 << 20
DESCRIPTORS = 3
"""What comes along with a request: the lane's line to the engine, its output, and where its end is told."""


class _Births:
    """Forks a lane for each request and tells how each ends: its status as `os.waitpid` gives it, in a line."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._ends: dict[int, int] = {}
        self._woken, waking = os.pipe()
        os.set_blocking(waking, False)
        os.set_blocking(self._woken, False)
        self._waking = waking
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Take requests until the parent closes the line."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._line, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._line:
                        if not self._request():
                            self._end_all()
                            return
                    else:
                        with suppress(BlockingIOError):
                            os.read(self._woken, 1 << 12)
                        self._reap()

    def _request(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._line, MAX_REQUEST, DESCRIPTORS)
        if not data:
            return False
        asked = json.loads(data)
        channel, output, telling = descriptors
        pid = os.fork()
        if pid == 0:
            os.close(telling)
            self._leave()
            _be_lane(asked["job"], asked["environment"], channel, output)
        os.close(channel)
        os.close(output)
        os.set_inheritable(telling, False)
        self._ends[pid] = telling
        self._line.sendall(b"%d\n" % pid)
        return True

    def _leave(self) -> None:
        """In the child: give back what is the nursery's alone."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._line.close()
        for descriptor in (self._woken, self._waking, *self._ends.values()):
            os.close(descriptor)

    def _reap(self) -> None:
        while self._ends:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            telling = self._ends.pop(pid)
            with suppress(BrokenPipeError):
                os.write(telling, b"%d\n" % status)
            os.close(telling)

    def _end_all(self) -> None:
        for pid in self._ends:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)


def _be_lane(job: str, environment: dict[str, str], channel: int, output: int) -> NoReturn:
    """Become a process of its own session with the environment and output of a lane, run it, and end."""
    code = 1
    try:
        os.setsid()
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.set_inheritable(channel, False)  # a hook command must not hold the line open
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None  # it is another place than the nursery's
        code = lane.main(job, channel)
    except BaseException:  # noqa: BLE001 - whatever it is, the parent reads it in the lane's output
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def main(line: int, modules: list[str]) -> None:
    """Load, then fork lanes on request.

    A module that cannot be loaded is no fault here: the lane that needs it says so, and the others go on.
    """
    for module in modules:
        with suppress(Exception):
            importlib.import_module(module)
    gc.collect()
    gc.freeze()  # a collection in a lane then leaves the pages alone that all share
    with socket.socket(fileno=line) as parent:
        parent.set_inheritable(False)
        _Births(parent).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
