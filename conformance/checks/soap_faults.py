"""Faults of SOAP 1.1 and 1.2 with the typed details of the exchange contract."""

from dataclasses import dataclass

from lxml import etree

from conformance.checks.soap_notes import ENVELOPES, EXCHANGE, Notes, exchange_schema, line_of
from conformance.model.words import Level
from conformance.parsing import parse

FAULTS = ("NotFound", "PermissionDenied", "Unauthenticated", "InvalidRequest", "NotEnabled", "TooManyRequests")
_CODES = {
    "1.1": {"VersionMismatch", "MustUnderstand", "Client", "Server"},
    "1.2": {"VersionMismatch", "MustUnderstand", "DataEncodingUnknown", "Sender", "Receiver"},
}


@dataclass(frozen=True)
class SoapFault:
    """A fault: `code` without prefix, `name` the local name of its typed detail ("" when there is none)."""

    code: str
    text: str
    name: str = ""
    retry_after: int | None = None

    def __str__(self) -> str:
        """The fault in a few words, for findings."""
        kind = self.name or "no typed detail"
        return f"fault {self.code} ({kind}): {self.text[:200]}"


def read_fault(notes: Notes, fault: etree._Element, version: str) -> SoapFault:
    """Read a Fault element of SOAP `version`; what is wrong with it goes into `notes`."""
    return _read_11(notes, fault) if version == "1.1" else _read_12(notes, fault)


def _read_11(notes: Notes, fault: etree._Element) -> SoapFault:
    for child in fault.iterchildren(etree.Element):
        if child.tag not in ("faultcode", "faultstring", "faultactor", "detail"):
            notes.add(
                "SOAP-013",
                "The fault has another child.",
                "faultcode, faultstring, faultactor, detail",
                str(child.tag),
                line=line_of(child),
            )
    value = (fault.findtext("faultcode") or "").strip()
    code = _code(notes, fault, value, "1.1")
    return _with_detail(notes, code, fault.findtext("faultstring") or "", fault.find("detail"))


def _read_12(notes: Notes, fault: etree._Element) -> SoapFault:
    prefix = f"{{{ENVELOPES['1.2']}}}"
    value = (fault.findtext(f"{prefix}Code/{prefix}Value") or "").strip()
    text = fault.findtext(f"{prefix}Reason/{prefix}Text")
    if text is None or not value:
        notes.add("SOAP-027", "The SOAP 1.2 fault lacks Code/Value or Reason/Text.", "both", "not both")
    return _with_detail(notes, _code(notes, fault, value, "1.2"), text or "", fault.find(f"{prefix}Detail"))


def _code(notes: Notes, fault: etree._Element, value: str, version: str) -> str:
    prefix, _, local = value.rpartition(":")
    space = fault.nsmap.get(prefix or None)
    if space != ENVELOPES[version] or local not in _CODES[version]:
        level = Level.SHOULD if version == "1.1" else Level.MUST
        notes.add(
            "SOAP-014" if version == "1.1" else "SOAP-027",
            "The fault code is not one of SOAP's own.",
            ", ".join(sorted(_CODES[version])),
            value or "none",
            level=level,
        )
    return local or value


def _with_detail(notes: Notes, code: str, text: str, detail: etree._Element | None) -> SoapFault:
    typed = (
        []
        if detail is None
        else [child for child in detail.iterchildren(etree.Element) if etree.QName(child).namespace == EXCHANGE]
    )
    if not typed:
        return SoapFault(code, text)
    name = etree.QName(typed[0]).localname
    if len(typed) > 1 or name not in FAULTS or not _valid(typed[0]):
        notes.add(
            "SOAP-028",
            "The fault detail is not one of the contract's.",
            "one of " + ", ".join(FAULTS),
            etree.tostring(typed[0]).decode()[:300],
            line=line_of(typed[0]),
        )
    seconds = typed[0].findtext(f"{{{EXCHANGE}}}RetryAfterSeconds") or ""
    return SoapFault(code, text, name, int(seconds) if seconds.isdigit() else None)


def _valid(element: etree._Element) -> bool:
    return exchange_schema().validate(parse(etree.tostring(element, with_tail=False)))
