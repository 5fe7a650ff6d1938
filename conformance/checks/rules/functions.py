"""The rules that XPath cannot say: each a small function over the elements it is about."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from lxml import etree

from conformance.checks.rules.attachments import check_attachments
from conformance.checks.rules.containers import check_containers
from conformance.checks.rules.dates import moment
from conformance.checks.rules.languages import TRANSLATED, check_agreed, check_forms, check_twice
from conformance.checks.rules.numbers import NUMBER, check_number
from conformance.checks.rules.rule import Function, Setting, local, rule_finding
from conformance.checks.rules.stock import path
from conformance.checks.rules.treatments import check_periods
from conformance.checks.schema_words import quoted
from conformance.model.finding import Finding

HEAD, CONSIGNMENT, LINE = path("head"), path("consignment"), path("line")
TREATMENT, ACKNOWLEDGEMENT = path("treatment"), path("acknowledgement")
MOST_LINES = 999
_COUNTED = [str(number) for number in range(1, MOST_LINES + 1)]
SKEW = timedelta(minutes=5)


def counted(numbers: list[etree._Element]) -> bool:
    """Return whether lines are numbered 1, 2, 3 ..., as nearly always, and are not too many."""
    return len(numbers) <= MOST_LINES and [number.text for number in numbers] == _COUNTED[: len(numbers)]


def check_sequence(numbers: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """DOC-021: lines are numbered in ascending order from 1 or above."""
    if counted(numbers):
        return
    values: list[tuple[etree._Element, float]] = []
    for number in numbers:
        try:
            values.append((number, float(number.text or "")))
        except ValueError:
            values.append((number, 0.0))
    for number, value in values:
        if not 1 <= value < float("inf") or value != int(value):
            message = "a line's number is a whole number of 1 or more"
            yield rule_finding("DOC-021.number", number, message, "1 or more", quoted(number.text or ""))
    for (_, before), (number, value) in pairwise(values):
        if value <= before:
            message = "line numbers ascend and none occurs twice"
            yield rule_finding("DOC-021.order", number, message, f"more than {before:g}", quoted(number.text or ""))


def check_times(elements: list[etree._Element], setting: Setting) -> Iterator[Finding]:
    """DOC-014, DOC-015: neither issue nor signature lies in the future of the time of checking."""
    if setting.at is None:
        return
    for element in elements:
        parent = element.getparent()
        signed = parent is not None and local(parent) == "ActualDateTime"
        when = moment(element.text or "")
        if when is not None and when > setting.at + SKEW:
            what = "the signature" if signed else "the issue"
            yield rule_finding(
                "DOC-015.future" if signed else "DOC-014.future",
                element,
                f"{what} lies in the future",
                f"not after {setting.at.isoformat()} (5 minutes of skew allowed)",
                quoted(element.text or ""),
            )


def check_classes(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """DOC-042: customs codes have the number of digits their system says."""
    for element in elements:
        systems = {(found.text or "").strip() for found in element.iterfind("{*}SystemName")}
        systems.add((element.findtext("{*}SystemID") or "").strip())
        code = element.find("{*}ClassCode")
        if code is None:
            continue
        value = code.text or ""
        digits = value.isascii() and value.isdigit()
        if "CN" in systems and not (digits and len(value) == 8):  # noqa: PLR2004 - digits of the Combined Nomenclature
            yield rule_finding("DOC-042.digits", code, "a CN code has 8 digits", "8 digits", quoted(value))
        elif "HS" in systems and not (digits and len(value) in (2, 4, 6, 8, 10)):
            message = "an HS code has 2, 4 or 6 digits, 8 or 10 with a national part"
            yield rule_finding("DOC-042.digits", code, message, "2, 4, 6, 8 or 10 digits", quoted(value))


TIMES = Function(
    "times",
    (
        f"{HEAD}/ram:IssueDateTime/*", f"{HEAD}/ram:SignatorySPSAuthentication/ram:ActualDateTime/*",
        f"{ACKNOWLEDGEMENT}/ram:IssueDateTime/*",
    ),
    check_times,
)  # fmt: skip
SEQUENCE = Function("sequence", (f"{LINE}/ram:SequenceNumeric",), check_sequence)
AGREED = Function("agreed languages", tuple(f"//ram:{name}[@languageID]" for name in TRANSLATED), check_agreed)
REFERENCES = tuple(f"{parent}/ram:ReferenceSPSReferencedDocument" for parent in (HEAD, LINE, ACKNOWLEDGEMENT))

# What the gate leaves open of the rule about languages: descriptions of one characteristic are several as a rule.
DESCRIPTIONS = Function(
    "descriptions",
    (
        f"{path('value')}/ram:Description[@languageID=preceding-sibling::ram:Description/@languageID]",
    ),
    check_twice,
    needle="AppliedSPSProcess",
)  # fmt: skip
CONTAINERS = Function("containers", (f"{CONSIGNMENT}/ram:UtilizedSPSTransportEquipment/ram:ID",), check_containers)
LINE_CONTAINERS = Function(
    "containers of lines", (f"{LINE}/ram:AssociatedSPSTransportEquipment/ram:ID",), check_containers,
    needle="AssociatedSPSTransportEquipment",
)  # fmt: skip
ATTACHMENTS = Function(
    "attachments", tuple(f"{place}/ram:AttachmentBinaryObject" for place in REFERENCES), check_attachments,
    needle="AttachmentBinaryObject",
)  # fmt: skip
FUNCTIONS: tuple[Function, ...] = (
    Function("number", (NUMBER,), check_number, gated=True),
    ATTACHMENTS,
    CONTAINERS,
    LINE_CONTAINERS,
    Function("periods", (f"{TREATMENT}/ram:CompletionSPSPeriod",), check_periods, needle="AppliedSPSProcess"),
    Function("forms", ("//*[@languageID][contains(@languageID,'-')]",), check_forms, gated=True),
    Function(
        "languages",
        ("//*[@languageID][name(preceding-sibling::*[1])=name()][@languageID=preceding-sibling::*/@languageID]",),
        check_twice, gated=True,
    ),
    Function(
        "classes",
        (f"{LINE}/ram:ApplicableSPSClassification[ram:ClassCode][ram:SystemName='HS' or ram:SystemName='CN' or "
         "ram:SystemID='CN' or ram:SystemID='HS'][translate(ram:ClassCode,'0123456789','')!='' or "
         "string-length(ram:ClassCode)!=6]",),
        check_classes, gated=True,
    ),
)  # fmt: skip
