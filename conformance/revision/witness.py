"""Documents that show a change: one that the old set accepts and the new one refuses, or the other way round."""

from collections.abc import Iterator
from itertools import islice

from conformance.revision.accepting import accepts
from conformance.revision.change import Kind, Step
from conformance.revision.compare import Comparison, Pair
from conformance.revision.diff import Located
from conformance.revision.instances import CannotWrite, Wish, Writer
from conformance.revision.model import Attribute, Complex, Name, Simple
from conformance.revision.normal import names
from conformance.revision.particles import renamed
from conformance.revision.samples import candidates, only_in, sample
from conformance.revision.words import shortest, word_only_in

_AT_ATTRIBUTE = "@"
_FOREIGN = "urn:other"


class Witness:
    """Writes documents for the changes of one comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._old, self._new = Writer(comparison.before), Writer(comparison.after)

    def documents(self, located: Located, *, old: bool) -> Iterator[bytes]:
        """Yield documents of the old or the new set that may show a change, the likeliest first."""
        if not located.chain:
            return
        writer = self._old if old else self._new
        elements = [pair.old if old else pair.new for pair in located.chain]
        path = [element.name for element in elements[1:]]
        told: set[bytes] = set()
        for wish in self._wishes(located, old=old):
            try:
                document = writer.document(elements[0], path, wish)
            except CannotWrite:
                continue
            if document not in told:
                told.add(document)
                yield document

    def _wishes(self, located: Located, *, old: bool) -> Iterator[Wish]:
        pair, step = located.chain[-1], located.step
        if step is None:
            yield Wish()
            return
        mine, other = self._types(pair, old=old)
        if step.under.startswith(_AT_ATTRIBUTE):
            yield from self._attribute_wishes(step, mine, other)
        elif step.kind is Kind.NILLABLE:
            yield Wish(nil=True)
        elif mine.simple is not None:
            yield from self._value_wishes(step, mine.simple, other, pair, old=old)
        else:
            yield from self._content_wishes(pair, step, mine, old=old)
        if step.kind is Kind.WILDCARD and mine.any_attribute is not None:
            spaces = sorted(mine.any_attribute.allowed or {_FOREIGN})
            yield from (Wish(attributes={Name(space, "other"): "text"}) for space in spaces)
        if step.kind is Kind.TYPE:
            own = (name for name in mine.attributes if name not in other.attributes)
            both = ((name, mine.attributes[name]) for name in own)
            yield from (Wish(attributes={name: one.fixed or sample(one.type)}) for name, one in both)
        yield Wish()

    def _types(self, pair: Pair, *, old: bool) -> tuple[Complex, Complex]:
        types = self._comparison.before.type_of(pair.old), self._comparison.after.type_of(pair.new)
        return types if old else (types[1], types[0])

    @staticmethod
    def _value_wishes(step: Step, mine: Simple, other: Complex, pair: Pair, *, old: bool) -> Iterator[Wish]:
        if step.value is not None:
            yield Wish(text=step.value)
        fixed = [element.value.text for element in (pair.old, pair.new) if element.value is not None]
        yield from (Wish(text=text) for text in (fixed if old else reversed(fixed)))
        if fixed:
            yield Wish(text="")
            other_text = (text for text in candidates(mine) if text not in fixed and accepts(mine, text))
            yield from (Wish(text=text) for text in islice(other_text, 1))
        if other.simple is not None:
            text = only_in(mine, other.simple)
            if text is not None:
                yield Wish(text=text)

    def _content_wishes(self, pair: Pair, step: Step, mine: Complex, *, old: bool) -> Iterator[Wish]:
        before = self._comparison.before.type_of(pair.old)
        after = self._comparison.after.type_of(pair.new)
        if before.simple is None and after.simple is None:
            turned = renamed(before.content, self._comparison.mapped)
            pairs = (turned, after.content) if old else (after.content, turned)
            word = word_only_in(*pairs)
            wanted = {name for name in names(mine.content) if name.local == step.under}
            for name in wanted:
                through = shortest(mine.content, name)
                if through is not None:
                    yield Wish(word=through)
            if word is not None:
                back = {self._comparison.mapped(name): name for name in names(before.content)} if old else {}
                yield Wish(word=tuple(back.get(name, name) for name in word))
        if mine.mixed:
            yield Wish(text="text")

    @staticmethod
    def _attribute_wishes(step: Step, mine: Complex, other: Complex) -> Iterator[Wish]:
        local = step.under[1:]
        own = next(((name, one) for name, one in mine.attributes.items() if name.local == local), None)
        theirs = next((one for name, one in other.attributes.items() if name.local == local), None)
        if own is None:
            yield Wish()
            return
        name, attribute = own
        yield from (Wish(attributes={name: value}) for value in _attribute_values(step, attribute, theirs))
        if not attribute.required:
            yield Wish(attributes={name: None})


def _attribute_values(step: Step, mine: Attribute, other: Attribute | None) -> Iterator[str]:
    if step.value is not None:
        yield step.value
    if other is not None:
        text = only_in(mine.type, other.type)
        if text is not None:
            yield text
    for value in (mine.fixed, other.fixed if other else None, sample(mine.type)):
        if value is not None:
            yield value
