"""All defects by name."""

from importlib import import_module

from reference_impl.defects.defect import Collection, Defect

_FILES = ("document", "signature", "pull", "soap", "verification", "lifecycle", "tls", "push", "importer")


def _load() -> dict[str, Defect]:
    found: dict[str, Defect] = {}
    for name in _FILES:
        collection: Collection = import_module(f"reference_impl.defects.{name}").defects
        for defect in collection.defects:
            if defect.name in found:
                raise ValueError(f"the defect {defect.name} is there twice")
            found[defect.name] = defect
    return found


DEFECTS: dict[str, Defect] = _load()
