"""Code lists, each as a mapping of code to name.

Where a list rests: countries, their regions and languages on pycountry (ISO 3166-1, 3166-2, ISO 639-1, 639-3); kinds
of packages on the list of Recommendation 21 that release 17A publishes and, for pallets added later (packages.tsv),
on the code list of release D22A; modes of transport, statuses, document names and relations on the lists of release
17A (schemas/uncefact/codelists); units (units.tsv) on the codes of Recommendation 20 that the published code lists of
electronic invoicing in Europe hold, compared in two independent copies, with the names of the npm package un-ece-
recommendation (schemas/uncefact/unit_names.py), whose lists of Recommendation 20 and 21 hold the same codes; codes
withdrawn later stay, because old certificates carry them. Tags (tags.tsv) are those of the IPPC mapping as the Andean
hub publishes them.
"""

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

import pycountry

from conformance.data import data_path

Names = Mapping[str, str]


def _rows(text: str) -> Names:
    """Return the first two columns of a tab separated table; where a code occurs twice, its first name."""
    names: dict[str, str] = {}
    for row in csv.DictReader(StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        names.setdefault(row["code"], row["name"])
    return MappingProxyType(names)


def _own(table: str) -> Names:
    return _rows(files("conformance.checks.rules").joinpath(f"{table}.tsv").read_text(encoding="utf-8"))


def _published(table: str) -> Names:
    return _rows(data_path("schemas", "uncefact", "codelists", f"{table}.tsv").read_text(encoding="utf-8"))


def _countries() -> Names:
    return MappingProxyType({country.alpha_2: country.name for country in pycountry.countries})


def _languages() -> Names:
    return MappingProxyType(
        {code: item.name for item in pycountry.languages if (code := getattr(item, "alpha_2", None))}
    )


def _long_languages() -> Names:
    return MappingProxyType({item.alpha_3: item.name for item in pycountry.languages})


def _subdivisions() -> Names:
    return MappingProxyType({item.code: item.name for item in pycountry.subdivisions})


def _packages() -> Names:
    return MappingProxyType({**_own("packages"), **_published("PackageTypeCode_2006")})


def _statuses() -> Names:
    # The published list merges Recommendation 24 into data element 4405, whose name comes first and is meant here.
    return MappingProxyType({code: name.split(" / ")[0] for code, name in _published("StatusCode_D16B").items()})


def _levels() -> Names:
    # UN/EDIFACT data element 7075, which no published code list of the message holds.
    return MappingProxyType({"1": "Inner", "2": "Intermediate", "3": "Outer", "4": "No packaging hierarchy"})


_LISTS: Mapping[str, Callable[[], Names]] = {
    "countries": _countries,
    "subdivisions": _subdivisions,
    "languages": _languages,
    "long-languages": _long_languages,
    "units": lambda: _own("units"),
    "packages": _packages,
    "tags": lambda: _own("tags"),
    "modes": lambda: _published("TransportModeCode_2"),
    "status-codes": _statuses,
    "document-names": lambda: _published("DocumentNameCode_D16B"),
    "relation-codes": lambda: _published("ReferenceTypeCode_D16B"),
    "package-levels": _levels,
    "address-types": lambda: _published("AddressType_D16B"),
    "attributes-measured": lambda: _published("MeasuredAttributeCode_D16B"),
    "cargo-types": lambda: _published("CargoTypeClassificationCode_D16B"),
    "government-actions": lambda: _published("GovernmentActionCode_D16B"),
    "location-functions": lambda: _published("LocationFunctionCode_D16B"),
    "party-roles": lambda: _published("PartyRoleCode_D16B"),
    "process-types": lambda: _published("ProcessTypeCode_D16B"),
    "temperature-types": lambda: _published("TemperatureTypeCode_D16B"),
}


@lru_cache(maxsize=32)
def names(table: str) -> Names:
    """Return a code list by name, as code and name; raises `KeyError` when there is none of that name."""
    return _LISTS[table]()


def with_name(code: str, table: str) -> str:
    """Return a code with its name, such as "70 Issued", or the code alone when the list has no name for it."""
    name = names(table).get(code.strip(), "") if table else ""
    return f"{code} {name}" if name else code


def joined(codes: Mapping[str, str] | tuple[str, ...]) -> str:
    """Return codes as one text, each between single spaces, for `contains(text, concat(' ', code, ' '))`."""
    return f" {' '.join(sorted(codes))} "
