"""Invented words for generated documents, in several languages and scripts."""

import csv
from functools import lru_cache
from importlib.resources import files

# A country that writes so, for parties and places; English for every other.
COUNTRIES_OF = {
    "en": ("NZ", "AU", "ZA"), "fr": ("FR", "SN"), "es": ("CL", "PE", "MX"), "ru": ("KZ", "BY"), "zh": ("CN",),
    "ar": ("EG", "MA", "JO"), "th": ("TH",),
}  # fmt: skip
LANGUAGES = tuple(COUNTRIES_OF)
PRODUCTS = {
    "apples": ("Malus domestica", "080810"),
    "kiwifruit": ("Actinidia chinensis", "081050"),
    "wheat": ("Triticum aestivum", "100199"),
    "logs": ("Pinus radiata", "440323"),
    "durian": ("Durio zibethinus", "081060"),
    "dates": ("Phoenix dactylifera", "080410"),
    "tulips": ("Tulipa gesneriana", "060110"),
}


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    text = files("conformance.vectors").joinpath("words.tsv").read_text(encoding="utf-8")
    return {row["topic"]: row for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)}


def words(topic: str, language: str) -> str:
    """Return what is said of a topic in a language; English where the table has no other."""
    row = _table()[topic]
    return row.get(language) or row["en"]


@lru_cache(maxsize=300)
def country_name(code: str) -> str:
    """Return a country's English name; the code itself when ISO 3166-1 has no such code."""
    import pycountry  # noqa: PLC0415 - its tables are large, and few documents are generated

    country = pycountry.countries.get(alpha_2=code)
    return getattr(country, "common_name", country.name) if country is not None else code
