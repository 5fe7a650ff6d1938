"""DOC-011: from and to of a message agree with the countries in its document (profile 4.19)."""

from collections.abc import Mapping

from lxml import etree

from conformance.checks.schema_paths import where
from conformance.model.finding import Finding

_OF_TRANSPORT = ("ImportSPSCountry", "TransitSPSCountry")


def check_envelope(root: etree._Element, sender: str, recipient: str, codes: Mapping[str, str]) -> list[Finding]:
    """Return where a certificate disagrees with what its message says of sender and recipient.

    `codes` are the connection codes both sides declared, and the country each stands for.
    """
    found = []
    for said, names, what in (
        (sender, ("ExportSPSCountry",), "from"), (recipient, _OF_TRANSPORT, "to"),
    ):  # fmt: skip
        elements = [one for name in names for one in root.iterfind(f"{{*}}SPSConsignment/{{*}}{name}/{{*}}ID")]
        countries = [(one.text or "").strip() for one in elements]
        if codes.get(said, said) not in countries:
            place = elements[0] if elements else root
            stands = f", which stands for {codes[said]}" if said in codes else ""
            found.append(Finding(
                "DOC-011", f"The message says '{what}' another country than its document.",
                f"{said or 'no country'}{stands}", ", ".join(countries) or "no country", where(place),
            ))  # fmt: skip
        found += [
            Finding(
                "DOC-011", "A code of a connection stands in the document.", codes[country], country, where(one),
            )
            for one, country in zip(elements, countries, strict=True)
            if country in codes and codes[country] != country
        ]  # fmt: skip
    return found
