"""Which lane a case runs in (docs/architecture.md, Lanes)."""

from conformance.model.record import CaseInfo
from conformance.model.words import Access, Role

SERVED = "served"
_OWN = {
    Access.DOCUMENT: "documents",
    Access.PULL: "pull",
    Access.VERIFICATION: "verification",
    Access.TLS: "tls",
    Access.LIFECYCLE: "lifecycle",
}
ORDER = (SERVED, "pull", "lifecycle", "verification", "documents", "tls")


def lane_of(case: CaseInfo) -> str:
    """Return the lane's name. Every case that needs a server of the judge's is in one: a partner knows one address."""
    if case.role is Role.IMPORTER:
        return SERVED
    return _OWN.get(case.access, SERVED)
