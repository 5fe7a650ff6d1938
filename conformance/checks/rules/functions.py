"""The rules that XPath cannot say: each a small function over the elements it is about."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from lxml import etree

from conformance.checks.rules.attachments import check_attachments
from conformance.checks.rules.containers import check_containers
from conformance.checks.rules.dates import moment
from conformance.checks.rules.expressions import ACKNOWLEDGEMENT, CONSIGNMENT, HEAD, LINE, REFERENCES
from conformance.checks.rules.rule import Function, Setting, local, rule_finding
from conformance.checks.schema_explain import quoted
from conformance.model.finding import Finding

MOST_LINES = 999
_COUNTED = [str(number) for number in range(1, MOST_LINES + 1)]
SKEW = timedelta(minutes=5)
_PAIRS = (("RPCOR", "RPCTC"), ("RPCPK", "RPCRP"), ("RPCOC", "RPCNC"))
_BOOLEANS = frozenset({code for pair in _PAIRS for code in pair} | {"RPCPC", "RPCAI"})


def check_languages(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """DOC-030: among the repetitions of one element, no language occurs twice."""
    for element in elements:
        language = element.get("languageID")
        for earlier in element.itersiblings(element.tag, preceding=True):
            if earlier.get("languageID") == language:
                yield rule_finding(
                    "DOC-030",
                    element,
                    f"{local(element)} is given twice in one language",
                    "one for each language",
                    f"languageID={quoted(language or '')} again",
                    at="/@languageID",
                )
                break


def check_re_export(lines: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """DOC-045: the yes/no notes of a re-export say True or False, and of two opposites not both are True."""
    for line in lines:
        said: dict[str, etree._Element] = {}
        for note in line.iterfind("{*}AdditionalInformationSPSNote"):
            subject = (note.findtext("{*}Subject") or "").strip()
            content = note.find("{*}Content")
            if subject not in _BOOLEANS or content is None:
                continue
            said[subject] = content
            if (content.text or "") not in ("True", "False"):
                yield rule_finding(
                    "DOC-045",
                    content,
                    f"the note {subject} says yes or no",
                    "True or False",
                    quoted(content.text or ""),
                )
        for one, other in _PAIRS:
            if one in said and other in said and said[one].text == said[other].text == "True":
                message = f"the notes {one} and {other} exclude each other"
                yield rule_finding("DOC-045", said[other], message, "at most one True", "both True")


def check_sequence(numbers: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """DOC-021, DOC-046: lines are numbered in ascending order from 1 or above, and there are not too many."""
    if [number.text for number in numbers] == _COUNTED[: len(numbers)] and len(numbers) <= MOST_LINES:
        return  # 1, 2, 3 ... as nearly always
    values: list[tuple[etree._Element, float]] = []
    for number in numbers:
        try:
            values.append((number, float(number.text or "")))
        except ValueError:
            values.append((number, 0.0))
    for number, value in values:
        if value < 1 or value != int(value):
            yield rule_finding(
                "DOC-021",
                number,
                "a line's number is a whole number of 1 or more",
                "1 or more",
                quoted(number.text or ""),
            )
    for (_, before), (number, value) in pairwise(values):
        if value <= before:
            yield rule_finding(
                "DOC-021",
                number,
                "line numbers ascend and none occurs twice",
                f"more than {before:g}",
                quoted(number.text or ""),
            )
    if len(values) > MOST_LINES:
        yield rule_finding(
            "DOC-046",
            values[MOST_LINES][0],
            "the document has too many lines",
            f"at most {MOST_LINES} lines",
            f"{len(values):,} lines",
        )


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
                "DOC-015" if signed else "DOC-014",
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
            yield rule_finding("DOC-042", code, "a CN code has 8 digits", "8 digits", quoted(value))
        elif "HS" in systems and not (digits and len(value) in (2, 4, 6, 8, 10)):
            message = "an HS code has 2, 4 or 6 digits, 8 or 10 with a national part"
            yield rule_finding("DOC-042", code, message, "2, 4, 6, 8 or 10 digits", quoted(value))


TIMES = Function(
    "times",
    (
        f"{HEAD}/ram:IssueDateTime/*", f"{HEAD}/ram:SignatorySPSAuthentication/ram:ActualDateTime/*",
        f"{ACKNOWLEDGEMENT}/ram:IssueDateTime/*",
    ),
    check_times,
)  # fmt: skip
SEQUENCE = Function("sequence", (f"{LINE}/ram:SequenceNumeric",), check_sequence)

# What the gate leaves open of the rule about languages: descriptions of one characteristic are several as a rule.
DESCRIPTIONS = Function(
    "descriptions",
    (
        f"{LINE}/ram:AppliedSPSProcess/ram:ApplicableSPSProcessCharacteristic/ram:Description"
        "[@languageID=preceding-sibling::ram:Description/@languageID]",
    ),
    check_languages,
)
CONTAINERS = Function(
    "containers",
    (
        f"{CONSIGNMENT}/ram:UtilizedSPSTransportEquipment/ram:ID",
        f"{LINE}/ram:AssociatedSPSTransportEquipment/ram:ID",
    ),
    check_containers,
)
FUNCTIONS: tuple[Function, ...] = (
    Function("attachments", tuple(f"{place}/ram:AttachmentBinaryObject" for place in REFERENCES), check_attachments),
    CONTAINERS,
    Function(
        "languages",
        ("//*[@languageID][name(preceding-sibling::*[1])=name()][@languageID=preceding-sibling::*/@languageID]",),
        check_languages, gated=True,
    ),
    Function(
        "re-export", (f"{LINE}[ram:AdditionalInformationSPSNote/ram:Subject[starts-with(.,'RPC')]]",),
        check_re_export, gated=True
    ),
    Function(
        "classes",
        (f"{LINE}/ram:ApplicableSPSClassification[ram:ClassCode][ram:SystemName='HS' or ram:SystemName='CN' or "
         "ram:SystemID='CN' or ram:SystemID='HS'][translate(ram:ClassCode,'0123456789','')!='' or "
         "string-length(ram:ClassCode)!=6]",),
        check_classes, gated=True,
    ),
)  # fmt: skip
