"""A run as it was written down; reports, comparison, replay and the exit code read this and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from conformance.model.exchange import Exchange
from conformance.model.finding import Finding
from conformance.model.words import Access, Role, Verdict


@dataclass(frozen=True)
class CaseInfo:
    """What is known of a case before it runs. `id` is permanent: a requirement id, or that plus `.slug`.

    `title` is the docstring's first line, `purpose` the rest; `needs` are ICS tokens that must all be supported.
    `interconnection` marks the basic interconnection test of its access.
    """

    id: str
    title: str
    purpose: str
    requirements: tuple[str, ...]
    access: Access
    role: Role
    needs: tuple[str, ...]
    defects: tuple[str, ...]
    source: str
    interconnection: bool = False


@dataclass(frozen=True)
class Step:
    """One line of the story of a case, in order: an exchange, or a sentence."""

    at: float
    exchange: Exchange | None = None
    note: str = ""


@dataclass(frozen=True)
class CaseResult:
    """How one case went. `reason` says why, in one sentence, for every verdict but pass.

    `unreachable` is true when the verdict rests on a partner that could not be reached. `log` holds the traceback
    of an error of the judge's own.
    """

    case: CaseInfo
    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    started: float
    seconds: float
    unreachable: bool = False
    log: str = ""


@dataclass(frozen=True)
class RunHeader:
    """Who tested whom, when, with what (ISO/IEC 17025 7.8.2). Times are UTC; no secret is ever in here.

    `started_by` is the account or job that started the run; `settings` are the IXIT values without credentials;
    `digests` name what the verdicts rest on: catalogue, schemas, ICS, IXIT. In a `strict` run a broken SHOULD decides.
    """

    run_id: str
    started: datetime
    suite_version: str
    seed: int
    partner: str
    country: str
    ics: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    digests: tuple[tuple[str, str], ...]
    environment: tuple[tuple[str, str], ...]
    selection: str = ""
    started_by: str = ""
    partner_file: str = ""
    strict: bool = False


@dataclass(frozen=True)
class Deviation:
    """A case whose known failure is on the expectations file, and what became of it."""

    case: str
    reason: str
    owner: str
    expires: str
    state: str  # "as-expected", "stale" (it passes now), "expired"


@dataclass(frozen=True)
class RunRecord:
    """A whole run. `complete` is false when the run was cut off before its last line was written.

    `bodies` gives the octets of a message by its SHA-256. `folder` is where the record lies, for links and commands.
    `extras` hold the documents other rooms add under a name, such as the figures of a load run (JSON text).
    """

    header: RunHeader
    results: tuple[CaseResult, ...]
    finished: datetime | None
    complete: bool
    deviations: tuple[Deviation, ...] = ()
    extras: Mapping[str, str] | None = None
    folder: str = ""
