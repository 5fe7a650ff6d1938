"""Documents in volume: a generated one as a template, with its number and its amounts varied.

A walk writes a few hundred documents a second, a template several thousand; the depth comes from the walk.
"""

from dataclasses import dataclass

from conformance.vectors.chooser import Chooser
from conformance.vectors.content import local
from conformance.vectors.grammar import Grammar
from conformance.vectors.simple_values import built_in, facets
from conformance.vectors.walker import Item
from conformance.vectors.write import octets_of

_LONGEST = 40
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Template:
    """Octets with gaps: `parts` stand between the `values` that are varied digit by digit."""

    parts: tuple[bytes, ...]
    values: tuple[str, ...]

    def fill(self, chooser: Chooser) -> bytes:
        """Return a document: every digit but the first of a value is another one, so that sizes and signs stay."""
        made = [self.parts[0]]
        for value, part in zip(self.values, self.parts[1:], strict=True):
            made.append(_varied(value, chooser).encode("ascii"))
            made.append(part)
        return b"".join(made)


def _varied(value: str, chooser: Chooser) -> str:
    first = next((place for place, one in enumerate(value) if one in "123456789"), len(value))
    digits = sum(one.isdigit() for one in value[first + 1 :])
    if not digits:
        return value
    put = iter(f"{chooser.integer(0, 10**digits - 1):0{digits}d}")
    return value[: first + 1] + "".join(next(put) if one.isdigit() else one for one in value[first + 1 :])


def template_of(root: Item, grammar: Grammar) -> Template:
    """Return a document as a template: its own number and its decimal amounts without further facets are varied."""
    varied = [(item, item.text) for item in root.walk() if _varies(item, root, grammar)]
    try:
        for item, text in varied:
            item.text = f"{_OPEN}{text}{_CLOSE}"
        written = octets_of(root, grammar)
    finally:
        for item, text in varied:
            item.text = text
    opened = written.split(_OPEN.encode())
    parts, values = [opened[0]], []
    for chunk in opened[1:]:
        value, _, rest = chunk.partition(_CLOSE.encode())
        values.append(value.decode("ascii"))
        parts.append(rest)
    return Template(tuple(parts), tuple(values))


def _varies(item: Item, root: Item, grammar: Grammar) -> bool:
    kind = grammar.kind(item.declared)
    name = local(item.declared.name)
    plain = item.text.isascii() and len(item.text) <= _LONGEST and item.declared.fixed is None
    if kind.value is None or not plain:
        return False
    if name == "ID":
        return any(item in top.children for top in root.children if local(top.declared.name) == "SPSExchangedDocument")
    counts = built_in(kind.value) == "decimal" and set(facets(kind.value)) <= {"whiteSpace"}
    return counts and name.endswith(("Measure", "Quantity"))
