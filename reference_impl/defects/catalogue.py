"""All defects by name."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from reference_impl.defects.defect import Collection, Defect

_NOT_FILES = ("catalogue", "defect", "pages", "relay", "sessions", "writing")


def _load() -> dict[str, Defect]:
    found: dict[str, Defect] = {}
    folder = str(Path(__file__).resolve().parent)
    for module in iter_modules([folder]):
        if module.name in _NOT_FILES:
            continue
        collection: Collection = import_module(f"reference_impl.defects.{module.name}").defects
        for defect in collection.defects:
            if defect.name in found:
                raise ValueError(f"the defect {defect.name} is there twice")
            found[defect.name] = defect
    return found


DEFECTS: dict[str, Defect] = _load()
