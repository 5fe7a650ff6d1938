"""Which files to check: those named, and the XML files of the folders named, each once and in a fixed order."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A file to check; `found` says that it was found in a folder rather than named."""

    file: str
    found: bool


def targets(named: Iterable[str]) -> Iterator[Target]:
    """Yield the files to check: a named file as it is, of a folder every entry whose name ends in .xml, sorted.

    Folders below it are entered, links to folders are not: so no loop of links is walked. A folder that cannot be
    listed, and a named one without any XML file, is yielded itself, which gives a finding.
    """
    for name in named:
        if name != "-" and os.path.isdir(name):  # noqa: PTH112 - names may be no text, which Path would keep too
            inside = _folder(name)
            yield next(inside, Target(name, found=False))
            yield from inside
        else:
            yield Target(name, found=False)


def _folder(top: str) -> Iterator[Target]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            yield Target(folder, found=True)
            continue
        below = []
        for entry in listed:
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:
                is_folder = False
            if is_folder:
                below.append(entry.path)
            elif entry.name.lower().endswith(".xml") and not _links_to_folder(entry):
                yield Target(entry.path, found=True)
        waiting.extend(reversed(below))


def _links_to_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False
