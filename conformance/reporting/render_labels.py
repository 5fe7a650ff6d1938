"""What the parts of a certificate are called in each language, and what its codes mean."""

import csv
import gettext
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import pycountry

from conformance.checks.rules.tables import names

# Languages the forms are titled in, each with its catalogue of country and language names.
CATALOGUES = {"en": "", "fr": "fr", "es": "es", "zh": "zh_CN", "ru": "ru", "ar": "ar"}
LANGUAGES = tuple(CATALOGUES)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_CODES = {
    "StatusCode": "status-codes", "RelationshipTypeCode": "relation-codes", "ModeCode": "modes",
    "RoleCode": "party-roles", "FunctionTypeCode": "location-functions", "LevelCode": "package-levels",
    "CountryID": "countries", "CountrySubDivisionID": "subdivisions", "Subject": "tags",
    "@unitCode": "units", "@languageID": "languages",
}  # fmt: skip
# The list of an element by the end of its parent's name.
_OF_PARENT = (
    ("TypeCode", "SPSExchangedDocument", "document-names"),
    ("TypeCode", "SPSReferencedDocument", "document-names"),
    ("TypeCode", "SPSPackage", "packages"),
    ("TypeCode", "SPSAddress", "address-types"),
    ("TypeCode", "SPSAuthentication", "government-actions"),
    ("TypeCode", "SPSCargo", "cargo-types"),
    ("TypeCode", "SPSProcessCharacteristic", "attributes-measured"),
    ("TypeCode", "SPSProcess", "process-types"),
    ("TypeCode", "SPSTemperature", "temperature-types"),
    ("ID", "SPSCountry", "countries"),
    ("ID", "SPSCountrySubDivision", "subdivisions"),
    ("Description", "SPSProcessCharacteristic", "tags"),
)  # fmt: skip
_TRANSLATED = {"countries": "iso3166-1", "languages": "iso639-3"}


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, Mapping[str, str]]:
    text = files("conformance.reporting.forms").joinpath("labels.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["name"]: row for row in rows}


def labels(name: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return what an element or attribute (`@name`) is called in the languages of a form, one label a language.

    A label that a language does not have is left out; without any, the answer is the English one, or that made of the
    element's own name.
    """
    row = _labels().get(name, {})
    found = tuple(dict.fromkeys(text for one in languages if (text := row.get(one, ""))))
    return found or (row.get("en", "") or in_words(name),)


def in_words(name: str) -> str:
    """Return an element's name as words: SpecifiedSPSAddress as "Specified address"."""
    words = [word for word in _WORDS.split(name.lstrip("@")) if word not in ("", "SPS")]
    return " ".join(["Number" if word == "ID" else word for word in words]).capitalize()


def meaning(path: tuple[str, ...], value: str, languages: tuple[str, ...]) -> str:
    """Return what a code means, empty where the datum is no code or the list has none of that name.

    Countries and languages are told in each of the languages, all else in English, as their lists are published.
    """
    table = _table(path)
    if not table:
        return ""
    code = value.strip()
    if table == "languages":
        code = code.partition("-")[0].lower()
    name = names(table).get(code, "")
    if table not in _TRANSLATED or not name:
        return name
    return " ".join(dict.fromkeys(_translated(name, _TRANSLATED[table], one) for one in languages)) or name


def _table(path: tuple[str, ...]) -> str:
    last, parent = path[-1], path[-2] if len(path) > 1 else ""
    found = _CODES.get(last, "")
    return found or next((list_ for name, end, list_ in _OF_PARENT if name == last and parent.endswith(end)), "")


def _translated(name: str, domain: str, language: str) -> str:
    """Return a name of ISO 3166-1 or ISO 639 in a language; in English where the catalogue has no other."""
    if not CATALOGUES.get(language):
        return name
    return _catalogue(domain, CATALOGUES[language]).gettext(name)


@lru_cache(maxsize=16)
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)
