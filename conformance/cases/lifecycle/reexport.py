"""Re-export: what leaves a country again under certificates of origin of others."""

from base64 import b64encode

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.judge import Judge
from conformance.checks.together import Facts, facts_of, findings_together
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case(
    "LIFE-014", roles=Role.EXPORTER, needs=["hook:issue", "document-type:657", "judge:signing"],
    defects=["re-exports-more-than-there-is", "a-line-for-every-package"],
)  # fmt: skip
def test_no_more_is_re_exported_than_came(
    pull: PullPort, hooks: Hooks, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """Under one certificate of origin no more is re-exported than it certifies, however many certificates there are.

    The judge hands in a certificate of origin and asks for all its goods to be re-exported, and then asks again. Goods
    of unknown origin would travel under the second certificate.
    """
    origin = Exporter(partner, tape).certificate()
    known = [facts_of(f"the certificate of origin {origin.number}", origin.document)]
    document = b64encode(origin.document).decode()
    for _ in range(2):
        made = hooks.attempt(
            "issue", importing_country=partner.judge.country, type_code="657", state="issued", origin=document
        )
        if made is None:
            break
        number = str(made.get("number") or "")
        known.append(facts_of(f"the certificate {number} for re-export", pull.get(number).document))
    whole: list[Facts] = [one for one in known if one is not None]
    judge.precondition(len(whole) > 1, "The hook issues no certificate for re-export of the goods it is given.")
    named = all(origin.number in one.origins for one in whole[1:])
    judge.precondition(named, f"The certificate for re-export does not name {origin.number} (DOC-044).")
    found = findings_together(whole)
    judge.report(one for findings in found.values() for one in findings if one.requirement == "LIFE-014")
