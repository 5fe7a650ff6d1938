"""Is this a SOAP answer as WS-I Basic Profile 1.2 and the exchange contract want it? Octets in, findings out."""

import re
from dataclasses import dataclass

from lxml import etree

from conformance.checks.leaks import find_leaks
from conformance.checks.soap_faults import SoapFault, read_fault
from conformance.checks.soap_notes import (
    ENVELOPES,
    EXCHANGE,
    EXCHANGE_CONTRACT,
    Contract,
    Notes,
    exchange_schema,
    line_of,
    schema_of,
)  # fmt: skip
from conformance.model.exchange import Message
from conformance.model.finding import Finding
from conformance.model.words import Level
from conformance.parsing import Unreadable, has_processing_instruction, parse

MEDIA = {"1.1": "text/xml", "1.2": "application/soap+xml"}
OK, SERVER_ERROR, BAD_REQUEST = 200, 500, 400


@dataclass(frozen=True)
class SoapAnswer:
    """A read answer: either a body element or a fault."""

    version: str
    body: etree._Element | None
    fault: SoapFault | None


@dataclass(frozen=True)
class Reading:
    """What `read_answer` came to. `answer` is None when the octets are no SOAP message at all."""

    answer: SoapAnswer | None
    findings: tuple[Finding, ...]


def read_answer(
    message: Message, status: int, *, version: str, expected: str = "", contract: Contract = EXCHANGE_CONTRACT
) -> Reading:
    """Read one HTTP answer to a SOAP request of `version` ("1.1" or "1.2").

    `expected` is the local name of the body element a good answer has ("" when any will do), in `contract`.
    """
    notes = Notes(message)
    try:
        root = parse(message.body, processing_instructions=True)
    except Unreadable as error:
        requirement = "SOAP-003" if "DOCTYPE" in str(error) else "SOAP-019" if status == OK else "SOAP-018"
        what = "an empty body" if not message.body.strip() else f"{error} (HTTP {status})"
        notes.add(requirement, "The answer is not a SOAP message.", "a SOAP envelope", what, line=error.line)
        return Reading(None, tuple(notes.found))
    _check_media(notes, message, root, version)
    if has_processing_instruction(root, message.body):
        notes.add("SOAP-004", "The answer has a processing instruction.", "none", "at least one")
    answer = _check_envelope(notes, root, version)
    if answer is not None:
        _check_status(notes, answer, status)
        _check_content(notes, answer, expected, contract)
        _check_leaks(notes, answer, message)
    return Reading(answer, tuple(notes.found))


def _check_media(notes: Notes, message: Message, root: etree._Element, version: str) -> None:
    media, _, parameters = message.media_type.partition(";")
    if media.strip().lower() != MEDIA[version]:
        requirement = "SOAP-027" if version == "1.2" else "SOAP-002"
        notes.add(
            requirement,
            "The media type is not that of the SOAP version.",
            MEDIA[version],
            message.media_type or "none",
            path="Content-Type",
        )
    actual = (root.getroottree().docinfo.encoding or "UTF-8").lower()
    if actual not in ("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"):
        notes.add("SOAP-001", "The answer is in another encoding.", "UTF-8 or UTF-16", actual)
    found = re.search(r"charset\s*=\s*\"?([\w.:-]+)", parameters, re.IGNORECASE)
    declared = found.group(1).lower() if found else "none"
    if declared.split("-")[:2] != actual.replace("us-", "utf-8-").replace("utf-16le", "utf-16").split("-")[:2]:
        notes.add(
            "SOAP-002",
            "The charset of the media type is not that of the octets.",
            f"charset={actual}",
            message.media_type,
            path="Content-Type",
        )


def _check_envelope(notes: Notes, root: etree._Element, version: str) -> SoapAnswer | None:
    space = ENVELOPES[version]
    if root.tag != f"{{{space}}}Envelope":
        requirement = "SOAP-027" if root.tag in {f"{{{one}}}Envelope" for one in ENVELOPES.values()} else "SOAP-009"
        notes.add(requirement, f"The answer is not a SOAP {version} envelope.", f"{{{space}}}Envelope", str(root.tag))
        return None
    children = [child for child in root if isinstance(child.tag, str)]
    names = [etree.QName(child).localname for child in children if etree.QName(child).namespace == space]
    if names not in (["Body"], ["Header", "Body"]) or len(names) != len(children):
        notes.add(
            "SOAP-007",
            "The envelope has other children than Header and Body.",
            "Header?, Body",
            ", ".join(str(child.tag) for child in children) or "none",
            line=line_of(root),
        )
    for element in root.iter(etree.Element):
        flag = element.get(f"{{{ENVELOPES['1.1']}}}mustUnderstand")
        if flag is not None and flag not in ("0", "1"):
            notes.add("SOAP-010", "mustUnderstand has another value.", "0 or 1", flag, line=line_of(element))
    body = next((child for child in children if child.tag == f"{{{space}}}Body"), None)
    if body is None:
        return None
    for element in (root, *children, *body.iterchildren(etree.Element)):
        if element.get(f"{{{space}}}encodingStyle") is not None:
            notes.add("SOAP-026", "soap:encodingStyle is used.", "no encodingStyle", str(element.tag))
    return _read_body(notes, body, version)


def _read_body(notes: Notes, body: etree._Element, version: str) -> SoapAnswer:
    content = [child for child in body if isinstance(child.tag, str)]
    fault = next((child for child in content if child.tag == f"{{{ENVELOPES[version]}}}Fault"), None)
    if fault is not None and len(content) > 1:
        notes.add("SOAP-017", "A fault stands beside other content.", "the fault alone", f"{len(content)} elements")
    for child in content:
        if not etree.QName(child).namespace:
            notes.add("SOAP-008", "A child of Body has no namespace.", EXCHANGE, str(child.tag), line=line_of(child))
    if fault is None:
        return SoapAnswer(version, content[0] if content else None, None)
    return SoapAnswer(version, None, read_fault(notes, fault, version))


def _check_status(notes: Notes, answer: SoapAnswer, status: int) -> None:
    if answer.fault is None:
        if status != OK:
            notes.add("SOAP-019", "A good answer has another HTTP status.", "200", str(status), path="HTTP status")
        return
    if answer.version == "1.1":
        wanted = SERVER_ERROR
        # A message that cannot be read as XML is refused with 400 (SOAP-020), with or without a fault in it.
        good = status == wanted or (status == BAD_REQUEST and not answer.fault.name)
    else:
        wanted = BAD_REQUEST if answer.fault.code == "Sender" else SERVER_ERROR
        good = status == wanted
    if not good:
        requirement = "SOAP-018" if answer.version == "1.1" else "SOAP-027"
        notes.add(requirement, "A fault has another HTTP status.", str(wanted), str(status), path="HTTP status")


def _check_content(notes: Notes, answer: SoapAnswer, expected: str, contract: Contract) -> None:
    if answer.fault is not None:
        return
    if answer.body is None:
        notes.add("WSDL-005", "The body of the answer is empty.", expected or "one element", "nothing")
        return
    if expected and answer.body.tag != f"{{{contract.namespace}}}{expected}":
        notes.add(
            "WSDL-005",
            "The body of the answer is another element.",
            f"{{{contract.namespace}}}{expected}",
            str(answer.body.tag),
            line=line_of(answer.body),
        )
        return
    try:
        schema_of(contract).assertValid(parse(etree.tostring(answer.body, with_tail=False)))
    except etree.DocumentInvalid as error:
        notes.add(
            "WSDL-005",
            "The body of the answer is not valid against the contract's schema.",
            f"an element valid against {contract.name}.xsd",
            str(error),
            line=line_of(answer.body),
        )


def _check_leaks(notes: Notes, answer: SoapAnswer, message: Message) -> None:
    for what, text in find_leaks(message.body.decode("utf-8", "replace")) if answer.fault else ():
        notes.add("SOAP-029", f"The fault gives away {what}.", "no internals in faults", text, level=Level.MUST_NOT)


__all__ = ["ENVELOPES", "EXCHANGE", "Reading", "SoapAnswer", "SoapFault", "exchange_schema", "line_of", "read_answer"]
