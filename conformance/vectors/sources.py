"""Which schema to generate from: a release or imported set by name, a folder of XSDs, or one XSD file."""

import json
from pathlib import Path

from conformance.checks.schema_sets import imported, releases, variants


def schema_file(wanted: str, message: str = "SPSCertificate") -> Path:
    """Return the schema file of a message in a set given by name or path.

    A folder is read by its manifest.json when it has one; else the file whose name begins with the message's is taken,
    or its only XSD. Raises `LookupError` with what is at hand when there is none.
    """
    known = {
        (release.name, release.message): release.file
        for release in (
            *releases().values(), *(one.release for one in variants()), *(r for s in imported().values() for r in s)
        )
    }  # fmt: skip
    schema = known.get((wanted, message))
    if schema is not None:
        return schema
    path = Path(wanted)
    if path.is_file():
        return path
    if path.is_dir():
        return _in_folder(path, message)
    names = sorted({name for (name, _), file in known.items() if file is not None})
    if wanted in names:
        raise LookupError(f"the set {wanted} has no message {message}")
    raise LookupError(f"{wanted!r} is no release, folder or file; releases at hand: {', '.join(names)}")


def _in_folder(folder: Path, message: str) -> Path:
    manifest = folder / "manifest.json"
    if manifest.is_file():
        roots = json.loads(manifest.read_text(encoding="utf-8")).get("roots", {})
        for namespace, file in roots.items():
            if message in (str(file).partition("_")[0], namespace.rsplit(":", 2)[-2]):
                return folder / str(file)
    found = sorted(folder.glob("*.xsd"))
    own = [file for file in found if file.name.startswith(message)]
    if len(own) == 1 or len(found) == 1:
        return (own or found)[0]
    raise LookupError(f"{folder} has {len(found)} XSD files and none is certain to declare {message}; name the file")
