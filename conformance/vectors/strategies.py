"""Hypothesis strategies for whole documents of a message, for property tests; what fails is shrunk by hypothesis.

Structure and values are both drawn, so that a failing document becomes the smallest that still fails: optional parts
fall away, choices fall back on the first option, values on the simplest.
"""

from pathlib import Path

from hypothesis import strategies as st

from conformance.vectors.chooser import DrawnChooser, SeededChooser
from conformance.vectors.content import Content
from conformance.vectors.grammar import grammar_of
from conformance.vectors.plausible import Plausible
from conformance.vectors.walker import Walker
from conformance.vectors.write import octets_of

# About as many choices as hypothesis takes for one example.
_LARGEST = 12_000


@st.composite
def documents(
    draw: st.DrawFn,
    file: Path,
    *,
    root: str = "",
    plausible: bool = True,
    languages: tuple[str, ...] = ("en",),
    size: int = 0,
) -> bytes:
    """Return documents of the message that a schema file declares, valid by construction, as UTF-8 octets.

    `plausible` documents say what a certificate would say; others whatever the schema allows. `size` aims at so many
    octets (0: as it comes); above 12,000 a drawn seed makes all choices, and the document does not shrink.
    """
    grammar = grammar_of(file, root)
    chooser = SeededChooser(draw(st.integers(0, 2**32))) if size > _LARGEST else DrawnChooser(draw)
    richness = draw(st.integers(0, 30))
    content = Plausible(chooser, languages, richness) if plausible else Content(richness)
    return octets_of(Walker(grammar, chooser, content).document(size), grammar)
