"""DOC-043: identifiers are those of the importing country's register, octet for octet (profile 2.38)."""

import unicodedata

from lxml import etree

from conformance.checks.schema_paths import where
from conformance.model.finding import Finding


def check_identifier(root: etree._Element, wanted: str) -> list[Finding]:
    """Return what is wrong with the consignee's identifier in a certificate that must bear `wanted`."""
    party = root.find("{*}SPSConsignment/{*}ConsigneeSPSParty")
    elements = [] if party is None else party.findall("{*}ID")
    given = [one.text or "" for one in elements]
    if wanted in given:
        return []
    place = elements[0] if elements else party if party is not None else root
    changed = next((how for one in given if (how := _change(wanted, one))), "")
    message = f"The identifier of the register was changed: {changed}." if changed else "The identifier is missing."
    shown = ", ".join(repr(one) for one in given) or "none"
    return [Finding("DOC-043", message, repr(wanted), shown, where(place))]


def _change(wanted: str, given: str) -> str:
    """Return by what change the one came from the other, "" when by none that is known."""
    for how, change in (
        ("another case of letters", str.casefold),
        ("leading zeros are gone", lambda text: text.lstrip("0")),
        ("white space around it", str.strip),
        ("another form of its characters", lambda text: unicodedata.normalize("NFKC", text)),
        ("several of these", lambda text: unicodedata.normalize("NFKC", text).casefold().strip().lstrip("0")),
    ):
        if change(wanted) == change(given):
            return how
    return ""
