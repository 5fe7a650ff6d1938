"""Certificates of the 2009 format as hypothesis makes them: every part there or not, texts of any script."""

from hypothesis import strategies as st

from conformance.legacy.values import (
    STATUS_CODES,
    Amount,
    Certificate,
    Country,
    Party,
    Product,
    Text,
    Transport,
)

# What XML can carry, and what the rules let pass: no placeholder, no beginning of a CDATA section, NFC.
_LETTERS = st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo", "Nd", "Po", "Ps", "Sm"))
_MORE = st.sampled_from(["&", "<b>", "]]>", "\r", "\n", "\t", "  ", '"', "'", "&#38;"])
contents = st.lists(st.one_of(_LETTERS, _MORE), max_size=8).map("".join).map(lambda text: f"x{text}")
names = contents
tags = st.sampled_from(["EN", "ZH", "ZH-HANS", "FR", "AR", "en", "Zh"])
decimals = st.decimals("0.01", "99999", places=2).map(str)


def _apart(texts: list[Text]) -> bool:
    return len({text.language.lower() for text in texts}) == len(texts)


texts = st.lists(st.builds(Text, tags, contents), min_size=1, max_size=3).filter(_apart).map(tuple)
countries = st.builds(Country, st.sampled_from(["AU", "FJ", "PE"]), names)
parties = st.builds(Party, names, st.one_of(st.just(""), contents), st.sampled_from(["", "EX-204", "7 8"]))
products = st.builds(
    Product, texts, st.one_of(st.just(""), names),
    st.one_of(st.none(), st.builds(Amount, decimals, st.sampled_from(["KGM", "TNE"]))),
    st.one_of(st.none(), st.builds(Amount, st.integers(0, 999).map(str), st.sampled_from(["CT", "BX"]))),
    st.one_of(st.none(), countries),
)  # fmt: skip
certificates = st.builds(
    Certificate,
    number=st.from_regex(r"[A-Z0-9/-]{1,70}", fullmatch=True),
    status=st.sampled_from(sorted(STATUS_CODES)),
    exporting=st.builds(Country, st.just("NZ"), names),
    authority=names,
    importing=st.builds(Country, st.just("CN"), names),
    issued=st.dates().filter(lambda day: day.year >= 1900).map(lambda day: (day.year, day.month, day.day)),
    titles=texts,
    exporter=st.one_of(st.none(), parties),
    importer=st.one_of(st.none(), parties),
    transport=st.one_of(st.none(), st.builds(Transport, st.sampled_from("12345678"), names)),
    products=st.lists(products, max_size=3).map(tuple),
    declarations=st.lists(texts, max_size=3).map(tuple),
    place=st.one_of(st.just(""), names),
    officer=st.one_of(st.just(""), names),
)
