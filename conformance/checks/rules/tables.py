"""The code lists the rules look things up in, each as a set and as the text XPath's contains() needs."""

from functools import lru_cache
from importlib.resources import files

import pycountry

from conformance.data import data_path


def joined(codes: frozenset[str]) -> str:
    """Return codes as one text, each between single spaces, for `contains(text, concat(' ', code, ' '))`."""
    return f" {' '.join(sorted(codes))} "


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """ISO 639-1 two-letter codes."""
    return frozenset(code for item in pycountry.languages if (code := getattr(item, "alpha_2", None)))


@lru_cache(maxsize=1)
def long_languages() -> frozenset[str]:
    """ISO 639-3 three-letter codes."""
    return frozenset(item.alpha_3 for item in pycountry.languages)


@lru_cache(maxsize=1)
def units() -> frozenset[str]:
    """The units of UN/ECE Recommendation 20 that the profile agrees on: those goods and treatments are measured in."""
    text = files("conformance.checks.rules").joinpath("units.tsv").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[0] for line in text.splitlines()[1:])


@lru_cache(maxsize=8)
def code_list(table: str) -> frozenset[str]:
    """The codes of a table below schemas/uncefact/codelists, for example "PackageTypeCode_2006"."""
    text = data_path("schemas", "uncefact", "codelists", f"{table}.tsv").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[0] for line in text.splitlines()[1:])
