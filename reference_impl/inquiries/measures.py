"""Measures an importing country takes at the border, told to us as an SPSAcknowledgement (profile 9.7)."""

from reference_impl.certificates.messages import Acknowledgement, acknowledgement_xml
from reference_impl.certificates.parsing import parse
from reference_impl.certificates.validation import Validator
from reference_impl.clock import Clock
from reference_impl.lifecycle import Lifecycle
from reference_impl.texts import N_

# By the code, in words, and as a status of code list 64405: 39 approved, 42 pending, 41 rejected.
MEASURES = {
    "release": (N_("Release"), "39"),
    "hold": (N_("Hold"), "42"),
    "reject": (N_("Reject"), "41"),
    "destroy": (N_("Destroy"), "41"),
    "return": (N_("Return"), "41"),
    "re-export": (N_("Re-export"), "41"),
}

MARK = "MEASURE"
# What an acknowledgement that tells no measure says, by its status.
_STATUSES = {"39": N_("Approved"), "42": N_("Pending"), "41": N_("Rejected")}


def told(status: str, reason: str) -> tuple[str, str]:
    """What a kept clearance says, for people: a word to be translated, and the reason without the measure's code."""
    code, _, rest = reason.removeprefix(f"{MARK} ").partition("; ")
    if reason.startswith(f"{MARK} ") and code in MEASURES:
        return MEASURES[code][0], rest
    return _STATUSES.get(status, status), reason


class BadMeasure(ValueError):
    """What is told as a measure is none, or has no reason; the text says what is wrong."""


class MeasureDesk:
    """Takes measures. Methods may be replaced."""

    def __init__(self, lifecycle: Lifecycle, validator: Validator, clock: Clock) -> None:
        self.lifecycle = lifecycle
        self.validator = validator
        self.clock = clock

    def take(self, country: str, number: str, measure: str, reason: str, mark: str = "") -> None:
        """Keep a measure about a certificate of the country; the same `mark` again changes nothing.

        `KeyError` for an unknown measure.
        """
        status = MEASURES[measure][1]
        answer = Acknowledgement(status, (f"{MARK} {measure}", reason), (number,))
        document = acknowledgement_xml(answer, self.clock.now())
        self.validator.check_acknowledgement(parse(document))
        self.lifecycle.clear(country, answer, document, mark)

    def check(self, answer: Acknowledgement) -> None:
        """Raise `BadMeasure` for an acknowledgement that tells a measure otherwise than agreed (profile 9.7, 9.11)."""
        first, *more = answer.reasons or ("",)
        mark, _, code = first.strip().partition(" ")
        if mark != MARK:
            return
        if code not in MEASURES:
            raise BadMeasure(f"the measure is none of {', '.join(MEASURES)}")
        if answer.status != MEASURES[code][1]:
            raise BadMeasure(f"a {code} has the status {MEASURES[code][1]}")
        if not any(text.strip() for text in more):
            raise BadMeasure("a measure has a reason, in a second ReasonInformation")
