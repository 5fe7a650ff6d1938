"""What a load run can give verdicts on: one entry for each, as the report prints it."""

from dataclasses import dataclass

from conformance.catalogue import load_catalogue
from conformance.model.finding import Finding, Where
from conformance.model.record import CaseInfo
from conformance.model.words import Access, Role


@dataclass(frozen=True)
class Kind:
    """One verdict of a load run; `id` is a requirement's, or that and `.slug`."""

    id: str
    access: Access
    role: Role
    title: str
    purpose: str

    @property
    def requirement(self) -> str:
        """The id of the requirement it is about."""
        return self.id.partition(".")[0]

    def info(self) -> CaseInfo:
        """Return it as the report's case."""
        return CaseInfo(
            self.id, self.title, self.purpose, (self.requirement,), self.access, self.role, (), (), "ecert load"
        )

    def finding(self, message: str, expected: str, actual: str, part: str) -> Finding:
        """Return a finding about figures, with the level the catalogue gives the requirement."""
        level = load_catalogue()[self.requirement].level
        return Finding(self.requirement, message, expected, actual, Where(f"load figures: {part}"), level)


RATE = Kind(
    "LOAD-001", Access.PULL, Role.EXPORTER,
    "At the agreed rate, certificates are fetched within the agreed time and with the agreed share of errors.",
    "A season's certificates come at once. An exporter that answers quickly one at a time and fails under the agreed "
    "rate holds up goods at the border.",
)  # fmt: skip
OVER_RATE = Kind(
    "LOAD-002.under-load", Access.PULL, Role.EXPORTER,
    "While others are served, a caller over its rate is told TooManyRequests and when to come again, and is then "
    "served.",
    "A caller that gets time-outs and broken connections instead cannot tell being held back from a broken service.",
)  # fmt: skip
RECONCILED = Kind(
    "LOAD-003", Access.PUSH, Role.IMPORTER,
    "Every certificate taken under load is there once, octet by octet.",
    "A system that is busy drops or repeats what it never would when it is idle. What was answered 250 is the "
    "importer's to keep; what comes twice must still be one record.",
)  # fmt: skip
BACKLOG = Kind(
    "LOAD-004", Access.PULL, Role.IMPORTER,
    "What waited during an outage of the exporter is fetched within the agreed time.",
    "A client that only asks for what is new after an outage leaves what was issued during it behind for ever.",
)  # fmt: skip
PAGE = Kind(
    "LOAD-005", Access.VERIFICATION, Role.EXPORTER,
    "Looking up a certificate stays quick while bulk exchange runs.",
    "An inspector at the border waits for the page while the other accesses are busy.",
)  # fmt: skip
OFFICIALS = Kind(
    "LOAD-005.officials", Access.VERIFICATION, Role.EXPORTER,
    "Many officials who have logged in verify certificates quickly at once.",
    "On the day many ships come in, everybody at the border works on the site, and every one of them waits for it.",
)  # fmt: skip
SESSIONS = Kind(
    "LOAD-006", Access.PUSH, Role.IMPORTER,
    "Parallel mail sessions are served or told to come again, never dropped in silence.",
    "A sender that is told 421 or 451 tries again; a sender that hears nothing may believe its mail was taken.",
)  # fmt: skip
PACE = Kind(
    "LOAD-007", Access.PULL, Role.EXPORTER,
    "At the end of a long run answers take no longer than the agreed factor of what they took at its beginning.",
    "Memory that is never given back, tables without an index and logs that are read again show from outside as "
    "answers that take longer and longer.",
)  # fmt: skip
LARGE = Kind(
    "LOAD-008", Access.PUSH, Role.IMPORTER,
    "The largest certificates agreed upon are taken while others arrive.",
    "A certificate with hundreds of lines and an annex is legal. It meets limits that nobody has tried: of the mail "
    "server, of the parser, of the database.",
)  # fmt: skip
AVAILABLE = Kind(
    "LOAD-009", Access.PULL, Role.EXPORTER,
    "The service answers in the agreed share of the time, measured from outside.",
    "A border is open day and night. A node that measures its own availability does not see what keeps others out.",
)  # fmt: skip
