"""Reading TOML and checking its structure against `schemas/json/partner-1.json`, with messages for people."""

import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from conformance.data import data_path
from conformance.partner.errors import PartnerFileError

_LARGEST = 1024 * 1024
_KINDS = {
    "object": "a table",
    "array": "a list",
    "string": "text in quotes",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    """Return the validator of the published JSON Schema of partner files."""
    schema = json.loads(data_path("schemas", "json", "partner-1.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of the file; raise `PartnerFileError` when it is missing, empty, not text or not TOML."""
    try:
        if path.is_dir():
            raise PartnerFileError(path, "", "is a folder", "name the partner.toml file in it")
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "does not exist" if missing else f"cannot be read ({getattr(error, 'strerror', None) or error})"
        raise PartnerFileError(path, "", reason, "`ecert init DIR` writes a starter file" if missing else "") from None
    if len(raw) > _LARGEST:
        raise PartnerFileError(path, "", "is larger than 1 MiB, so it is not a partner file", "name another file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PartnerFileError(path, "", "is not UTF-8 text", "name a TOML file, saved as UTF-8") from None
    if not text.strip():
        raise PartnerFileError(path, "", "is empty", "`ecert init DIR` writes a starter file")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise PartnerFileError(path, "", f"is not TOML: {error}", "correct that line") from None
    except RecursionError:
        raise PartnerFileError(path, "", "is not TOML: nested too deep", "name another file") from None


def check_structure(path: Path, tables: Mapping[str, Any]) -> None:
    """Raise `PartnerFileError` for the first key that the schema does not allow; misspelt keys come first."""
    for place, value in _walk((), tables):
        if isinstance(value, float) and not math.isfinite(value):
            raise PartnerFileError(path, _dotted(place), "must be a finite number", "write an ordinary number")
        if isinstance(value, (datetime, date, time)):
            raise PartnerFileError(path, _dotted(place), "is a date, which no key takes", "put text in quotes")
    errors = sorted(validator().iter_errors(tables), key=_urgency)
    if errors:
        raise _explain(path, errors[0])


def _walk(place: tuple[str | int, ...], value: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield place, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk((*place, key), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk((*place, index), inner)


def _urgency(error: ValidationError) -> tuple[int, tuple[str, ...]]:
    rank = {"additionalProperties": 0, "required": 2, "contains": 3}.get(str(error.validator), 1)
    return rank, tuple(str(part) for part in error.absolute_path)


def _dotted(parts: tuple[str | int, ...]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _explain(path: Path, error: ValidationError) -> PartnerFileError:
    place = tuple(error.absolute_path)
    key = _dotted(place)
    kind = str(error.validator)
    schema: Mapping[str, Any] = cast("Mapping[str, Any]", error.schema)
    instance: Any = error.instance
    limit: Any = error.validator_value
    if kind == "additionalProperties":
        return _unknown(path, place, instance, set(schema["properties"]))
    if kind == "required":
        missing = next(name for name in limit if name not in instance)
        return PartnerFileError(path, _dotted((*place, missing)), "is missing", _advice(schema, missing))
    if kind == "anyOf" and isinstance(instance, Mapping):
        known = {name for branch in limit for name in branch.get("properties", ())}
        if known and set(instance) - known:
            return _unknown(path, place, instance, known)
    return PartnerFileError(path, key, _problem(kind, limit), _meant(schema))


def _meant(schema: Mapping[str, Any]) -> str:
    meant = str(schema.get("description", ""))
    return f"write {meant}" if meant else ""


def _problem(kind: str, limit: Any) -> str:
    """Say what the schema's keyword `kind`, with its value `limit`, means by refusing."""
    if kind == "type":
        problem = f"must be {_KINDS[limit]}"
    elif kind == "enum":
        problem = "must be one of " + ", ".join(json.dumps(value) for value in limit)
    elif kind in ("minimum", "maximum"):
        problem = f"must be {'at least' if kind == 'minimum' else 'at most'} {limit}"
    elif kind == "contains":
        problem = "leaves something out"
    elif kind == "minItems":
        problem = "must not be empty"
    elif kind == "uniqueItems":
        problem = "names the same thing twice"
    else:
        problem = "has a value that does not fit"
    return problem


def _unknown(
    path: Path, place: tuple[str | int, ...], instance: Mapping[str, Any], known: set[str]
) -> PartnerFileError:
    name = next(key for key in instance if key not in known)
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    remedy = f"did you mean `{close[0]}`?" if close else "known here: " + ", ".join(sorted(known))
    return PartnerFileError(path, _dotted((*place, name)), "is not a known key", remedy)


def _advice(schema: Mapping[str, Any], missing: str) -> str:
    entry = schema.get("properties", {}).get(missing, {})
    if "$ref" in entry:
        entry = _definitions()[entry["$ref"].rsplit("/", 1)[1]]
    meant = entry.get("description")
    return f"write {meant}" if meant else "add it"


def _definitions() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", cast("Mapping[str, Any]", validator().schema)["$defs"])
