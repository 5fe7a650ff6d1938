"""The yardstick of `benchmarks.archive`: read, parse and validate the XML files of a folder by lxml, and nothing else.

Usage: python -m benchmarks.plain SCHEMA FOLDER JOBS    Exit code 1 when a file is not valid.
"""

import sys
from multiprocessing import get_context
from pathlib import Path

from lxml import etree


def plain(schema_file: str, files: list[str]) -> int:
    """Return how many of the files are valid."""
    schema = etree.XMLSchema(etree.parse(schema_file))
    valid = 0
    for file in files:
        with open(file, "rb") as stream:  # noqa: PTH123 - the yardstick does nothing that costs
            valid += schema.validate(etree.fromstring(stream.read()))
    return valid


def main(schema_file: str, folder: str, jobs: int) -> int:
    """Share the files among processes; return the exit code."""
    files = sorted(str(path) for path in Path(folder).rglob("*.xml"))
    with get_context("fork").Pool(jobs) as pool:
        valid = sum(pool.starmap(plain, [(schema_file, files[at::jobs]) for at in range(jobs)]))
    return 0 if valid == len(files) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
