"""What an exporter looks at before it issues: facts that would make a document useless, or worse than it could be."""

import re

from reference_impl.certificates.facts import Facts
from reference_impl.certificates.remarks import MANDATORY, MAPPING, SEVERE, WARNING, Remark

_CONTAINER = re.compile(r"[A-Z]{3}[JUZ][0-9]{7}")
_LINE = "SPSConsignment/IncludedSPSConsignmentItem/IncludedSPSTradeLineItem"


class Examination:
    """Examines what is about to be issued (profile 2.37). Methods may be replaced."""

    def remarks(self, facts: Facts) -> tuple[Remark, ...]:
        """Return all findings; none stands for a certificate there is nothing to say about."""
        found = []
        for place, line in enumerate(facts.lines, start=1):
            step = f"{_LINE}[{place}]" if place > 1 else _LINE
            if not line.description.strip():
                found.append(Remark(MANDATORY, SEVERE, f"{step}/Description", "the goods are not described"))
        for party, name in ((facts.consignor, "ConsignorSPSParty"), (facts.consignee, "ConsigneeSPSParty")):
            if not party.name.strip():
                found.append(Remark(MANDATORY, SEVERE, f"SPSConsignment/{name}/Name", "nobody is named"))
        if not _CONTAINER.fullmatch(facts.container):
            place_of = "SPSConsignment/UtilizedSPSTransportEquipment/ID"
            text = f"{facts.container!r} has not the form of ISO 6346"
            found.append(Remark(MAPPING, WARNING, place_of, text))
        return tuple(found)

    def stopping(self, remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
        """Return those that stop the issue."""
        return tuple(one for one in remarks if one.level == SEVERE)
