"""Which lane a case runs in (docs/architecture.md, Lanes)."""

from conformance.model.record import CaseInfo
from conformance.model.words import Access, Role

SERVED = "served"
INTAKE = "intake"
_JUDGES_SERVERS = {"judge:pull", "judge:mail"}
_OWN = {
    Access.DOCUMENT: "documents",
    Access.PULL: "pull",
    Access.VERIFICATION: "verification",
    Access.TLS: "tls",
    Access.LIFECYCLE: "lifecycle",
    Access.INQUIRY: "lifecycle",
}
ORDER = (SERVED, INTAKE, "pull", "lifecycle", "verification", "documents", "tls")


def lane_of(case: CaseInfo) -> str:
    """Return the lane's name. Every case that needs a server of the judge's is in one: a partner knows one address."""
    if _JUDGES_SERVERS & set(case.needs) or (case.access is Access.PUSH and case.role is Role.EXPORTER):
        return SERVED
    if any(need.startswith("account:page-") for need in case.needs):
        return _OWN[Access.VERIFICATION]  # an account's codes are taken once: one lane logs in
    if case.access is Access.VERIFICATION:
        return _OWN[case.access]  # whoever has logged in there need not do so again in another lane
    return INTAKE if case.role is Role.IMPORTER else _OWN.get(case.access, SERVED)
