"""Finding the cases: imports every case file in a child of its own and prints what it found (JSON, standard output).

Run as `python -m conformance.engine.discover FOLDER`. Only a child does this, because case files are code of others:
the engine's own process imports none.
"""

import importlib.util
import inspect
import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from conformance.cases.helpers.case import ATTRIBUTE, CaseMark
from conformance.engine.codec import case_to_json
from conformance.model.record import CaseInfo
from conformance.model.words import Access


def case_files(folder: Path) -> Iterator[tuple[Access, Path]]:
    """Yield every case file below a folder with its access, in order: the folders named after an access."""
    for access in Access:
        for path in sorted((folder / access.value).glob("*.py")):
            if not path.name.startswith("_"):
                yield access, path


def info_of(function: Any, access: Access, path: Path, folder: Path) -> CaseInfo:
    """Return what is known of a case from its function: decorator, docstring, place."""
    mark: CaseMark = getattr(function, ATTRIBUTE)
    title, _, purpose = (inspect.getdoc(function) or "").partition("\n")
    return CaseInfo(
        id=mark.id,
        title=title.strip(),
        purpose=purpose.strip(),
        requirements=mark.requirements,
        access=access,
        role=mark.role,
        needs=mark.needs,
        defects=mark.defects,
        source=f"{path.relative_to(folder).as_posix()}::{function.__name__}",
        interconnection=mark.interconnection,
    )


def _imported(path: Path, access: Access) -> ModuleType:
    name = f"ecert_cases_{access.value}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def discover(folder: Path) -> dict[str, Any]:
    """Return `cases` (JSON objects) and `broken` (files that cannot be imported, with why)."""
    cases: list[dict[str, Any]] = []
    broken: list[dict[str, str]] = []
    seen: dict[str, str] = {}
    for access, path in case_files(folder):
        place = path.relative_to(folder).as_posix()
        try:
            module = _imported(path, access)
        except Exception as error:  # noqa: BLE001 - a broken case file must not hide the others
            trace = "".join(traceback.format_exception(error, limit=-5))
            broken.append({"access": access, "file": place, "why": f"{type(error).__name__}: {error}", "log": trace})
            continue
        for name, function in vars(module).items():
            if (
                not name.startswith("test_")
                or not hasattr(function, ATTRIBUTE)
                or function.__module__ != module.__name__
            ):
                continue
            info = info_of(function, access, path, folder)
            if info.id in seen:
                why = f"The id {info.id} is used twice: {seen[info.id]} and {info.source}."
                broken.append({"access": access, "file": info.source, "why": why, "log": ""})
                continue
            seen[info.id] = info.source
            cases.append(case_to_json(info))
    return {"cases": cases, "broken": broken}


if __name__ == "__main__":
    found = json.dumps(discover(Path(sys.argv[1])))
    sys.__stdout__.write(found) if sys.__stdout__ else None
