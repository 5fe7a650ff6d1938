"""Compile files of a schema set with limits on memory and time; run as a process of its own by `compiling.try_out`.

Usage: python -m conformance.revision.trial FOLDER OCTETS SECONDS FILE... Prints the problems as a JSON list.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from conformance.revision.compiling import DoesNotCompile, compile_message
from conformance.revision.files import read_folder


def main(arguments: list[str]) -> int:
    """Compile what the arguments name; return the exit code."""
    path, memory, seconds, *files = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    folder = read_folder(Path(path))
    problems = []
    for name in files:
        try:
            compile_message(folder, folder.files[name])
        except DoesNotCompile as error:
            problems += [asdict(problem) for problem in error.problems]
    sys.stdout.write(json.dumps(problems))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
