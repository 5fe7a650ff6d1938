"""The schema layer: is a document valid against the published set of its release, and if not, why not.

libxml2 gives the verdict. When it is no, the faults are explained one by one; where xmlschema, asked as a second
opinion, does not see a fault that libxml2 sees, the finding says so (docs/known-deviations.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TypeVar, cast

from lxml import etree

from conformance.checks.schema_cost import Cost, note
from conformance.checks.schema_paths import tag_name, where
from conformance.checks.schema_sets import Release, Variant, compiled, described, release_of, releases, variants_of
from conformance.checks.schema_words import SIGNATURE, finding, quoted
from conformance.model.finding import Finding, Where

Judged = TypeVar("Judged")
MOST = 500
_DISAGREES = "xmlschema, the second opinion, accepts it: see docs/known-deviations.md"
_CONTENT_MODEL = "SCHEMAV_ELEMENT_CONTENT"


def check_schema(
    root: etree._Element, *, signature_allowed: bool = False, release: Release | None = None
) -> list[Finding]:
    """Return what is wrong with a document against the schema set of its release; empty means valid.

    The release is told by the root's namespace, unless one is given. `signature_allowed` means the profile with an
    enveloped signature is declared: one ds:Signature as the last child of the root is then set aside (requirement
    DOC-048). A document that a variant of the release accepts gives one finding, which names the variant.
    """
    asked = release is not None
    release = release or release_of(root)
    if release is None or release.file is None:
        return [_unknown_release(root, release)]
    errors = _errors(root, release.file)
    if errors is None:
        return []
    if not asked:
        variant = variant_of(root, release, signature_allowed=signature_allowed)
        if variant is not None:
            return [_of_variant(root, release, variant)]
    signature = _enveloped(root)
    if signature is None or not signature_allowed:
        faults = _explained(root, release.file, errors)
        return faults if signature is None else _with_hint(faults, root, signature, release.file)
    file = release.file
    return _without(root, signature, lambda: validate(root, file))


def validate(root: etree._Element, file: Path) -> list[Finding]:
    """Return the faults of a document against one schema file; empty means libxml2 finds it valid."""
    errors = _errors(root, file)
    return [] if errors is None else _explained(root, file, errors)


def _errors(root: etree._Element, file: Path) -> "list[etree._LogEntry] | None":
    """Return what libxml2 says of a document that is not valid, None of a valid one."""
    schema = compiled(file)
    if schema.validate(root):
        return None
    # A log is iterable, which its stubs do not say.
    return list(cast("Iterable[etree._LogEntry]", schema.error_log))  # noqa: SLF001


def _explained(root: etree._Element, file: Path, errors: "list[etree._LogEntry]") -> list[Finding]:
    """Return the faults of a document of which libxml2 has said `errors`, and note what it costs to find them."""
    begun = perf_counter()
    faults = _faults(root, file, errors)
    note(Cost(explained=1, explaining=perf_counter() - begun))
    return faults


def _faults(root: etree._Element, file: Path, errors: "list[etree._LogEntry]") -> list[Finding]:
    from conformance.checks.schema_explain import Explainer  # noqa: PLC0415 - slow to load, needed for faults only
    from conformance.checks.schema_second import accepts  # noqa: PLC0415

    explainer = Explainer(described(file))
    faults = list(islice(explainer.explain(root), MOST))
    if len(faults) >= MOST:
        message = f"more than {MOST} faults; the rest is not listed"
        return [*faults, finding("DOC-002", message, "a valid document", "many faults", Where())]
    lines = {fault.where.line for fault in faults}
    if not explainer.refused and accepts(described(file), root):
        faults = faults or [_as_library_says(error) for error in errors[:MOST]]
        return [replace(fault, message=f"{fault.message}; {_DISAGREES}") for fault in faults]
    faults += [
        _as_library_says(error) for error in errors if error.line not in lines and error.type_name != _CONTENT_MODEL
    ]
    return faults


def _as_library_says(error: etree._LogEntry) -> Finding:
    text = " ".join(str(error.message).replace("{", "Q{").split())[:300]
    return finding("DOC-002", text, "a valid document", "not valid", Where(line=error.line or None))


def variant_of(root: etree._Element, release: Release, *, signature_allowed: bool = False) -> Variant | None:
    """Return the variant of a release that accepts a document; one that only adds an allowed signature is none."""
    signed = signature_allowed and _enveloped(root) is not None
    for variant in variants_of(release):
        file = variant.release.file
        if file is not None and compiled(file).validate(root):
            return None if signed and variant.adds == "ds:Signature" else variant
    return None


def _of_variant(root: etree._Element, release: Release, variant: Variant) -> Finding:
    """Say by name that a document uses a changed schema under an unchanged namespace."""
    own = variant.release
    message = (
        f"this document uses {variant.title} of {release.message} {release.name}: a changed schema under the "
        f"unchanged namespace ({variant.adds}). The published schema refuses it; the variant accepts it "
        f"(--release {own.name}, {own.standing})"
    )
    signature = _enveloped(root)
    place = where(signature if signature is not None else root)
    return finding("DOC-048", message, f"a document of release {release.name} as published", variant.title, place)


def _unknown_release(root: etree._Element, release: Release | None) -> Finding:
    """Say why a document cannot be validated at all."""
    uri = root.tag[1 : root.tag.index("}")] if root.tag.startswith("{") else ""
    if release is not None:
        message = f"the schema set {release.name} has no message {tag_name(root)} in this namespace"
        return finding("DOC-001", message, f"a message of {release.name}", quoted(uri) if uri else "none", where(root))
    at_hand = ", ".join(known.namespace for known in releases().values() if known.file)
    for namespace in releases():
        if namespace.lower() == uri.lower():
            message = "the root's namespace differs from the published one in upper and lower case"
            return finding("DOC-003", message, namespace, uri, where(root))
    message = f"the root {tag_name(root)} is in no namespace of a known release"
    return finding("DOC-001", message, f"one of: {at_hand}", quoted(uri) if uri else "no namespace", where(root))


def _enveloped(root: etree._Element) -> etree._Element | None:
    """Return the signature that is the last child of the root, if there is one."""
    last = root[-1] if len(root) else None
    while last is not None and not isinstance(last.tag, str):
        last = last.getprevious()
    return last if last is not None and last.tag == SIGNATURE else None


def _without(root: etree._Element, signature: etree._Element, judge: Callable[[], Judged]) -> Judged:
    """Judge as if the signature were not there, and put it back."""
    place, tail = root.index(signature), signature.tail
    root.remove(signature)
    try:
        return judge()
    finally:
        signature.tail = tail
        root.insert(place, signature)


def passes(root: etree._Element, schema: etree.XMLSchema, *, signature_allowed: bool = False) -> bool:
    """Return whether a document is valid against a compiled schema, an allowed enveloped signature set aside."""
    signature = _enveloped(root) if signature_allowed else None
    if signature is None:
        return schema.validate(root)
    return _without(root, signature, lambda: schema.validate(root))


def _with_hint(faults: list[Finding], root: etree._Element, signature: etree._Element, file: Path) -> list[Finding]:
    """Replace the finding about an undeclared signature by one that says whether the rest is valid."""
    rest = _without(root, signature, lambda: validate(root, file))
    place = where(signature)
    others = [fault for fault in faults if fault.where != place]
    message = (
        "ds:Signature in SPSCertificate is not in the published schema; it needs the declared profile "
        "(signature enveloped). Without it the document is " + ("not valid either" if rest else "valid")
    )
    return [*others, finding("DOC-048", message, "no ds:Signature", tag_name(signature), place)]


__all__ = ["check_schema", "passes", "release_of", "validate"]
