"""What an inquiry is made of, and how its state may go."""

from dataclasses import dataclass
from datetime import datetime

from reference_impl.texts import N_
from reference_impl.uploads import Document

OPENED, ACKNOWLEDGED, IN_PROGRESS = "opened", "acknowledged", "in-progress"
ANSWERED, CLOSED, REOPENED = "answered", "closed", "reopened"
NEXT = {
    OPENED: (ACKNOWLEDGED, IN_PROGRESS, ANSWERED),
    ACKNOWLEDGED: (IN_PROGRESS, ANSWERED),
    IN_PROGRESS: (ANSWERED,),
    ANSWERED: (CLOSED, REOPENED),
    CLOSED: (REOPENED,),
    REOPENED: (IN_PROGRESS, ANSWERED),
}
WAITING = (OPENED, ACKNOWLEDGED, IN_PROGRESS, REOPENED)
STATE_WORDS = {
    OPENED: N_("opened"),
    ACKNOWLEDGED: N_("acknowledged"),
    IN_PROGRESS: N_("in progress"),
    ANSWERED: N_("answered"),
    CLOSED: N_("closed"),
    REOPENED: N_("reopened"),
}

AUTHENTIC, NEEDS_TIME, REPLACED = "authentic", "needs-time", "replaced"
ANSWER_WORDS = {
    AUTHENTIC: N_("Authentic: the certificate is ours, and as we issued it"),
    "not-authentic": N_("Not authentic: we did not issue it"),
    "altered": N_("Altered: it is ours, but what it says was changed"),
    "withdrawn": N_("Withdrawn: it is ours and no longer in force"),
    REPLACED: N_("Replaced: another certificate took its place"),
    NEEDS_TIME: N_("Needs time: the answer comes later"),
}
REASON_WORDS = {
    "authenticity": N_("Is the certificate yours?"),
    "content": N_("What it says differs from goods or paper"),
    "state": N_("Is it still in force?"),
    "suspected-forgery": N_("Suspected forgery"),
    "other": N_("Something else"),
}


@dataclass(frozen=True)
class Question:
    """An inquiry as it is sent. `client_id` is the sender's own name for it: the same again opens nothing new."""

    country: str
    client_id: str
    number: str
    reason: str
    text: str
    contact: str
    answer_by: datetime
    channel: str
    by: str
    files: tuple[Document, ...] = ()
    message_id: str = ""


@dataclass(frozen=True)
class Inquiry:
    """An inquiry as kept. Moments are text as `clock.instant` writes them; empty: not yet."""

    id: str
    number: str
    country: str
    client_id: str
    reason: str
    contact: str
    answer_by: str
    state: str
    channel: str
    message_id: str
    opened: str
    answered: str
    answer: str
    alert: int
    escalated: str

    @property
    def waits(self) -> bool:
        """Is an answer due."""
        return self.state in WAITING


@dataclass(frozen=True)
class Entry:
    """One thing that was said or done in an inquiry; `state` is the one it led to."""

    id: int
    inquiry: str
    at: str
    by: str
    channel: str
    client_id: str
    state: str
    answer: str
    replaced_by: str
    until: str
    text: str


@dataclass(frozen=True)
class Step:
    """What is added to an inquiry. `state` empty: it stays; `answer`, `replaced_by`, `until` come with `answered`."""

    by: str
    channel: str
    text: str
    state: str = ""
    client_id: str = ""
    answer: str = ""
    replaced_by: str = ""
    until: str = ""
    files: tuple[Document, ...] = ()
