"""An invented run: one case of each verdict, with evidence."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.finding import Finding, Where
from conformance.model.record import CaseInfo, CaseResult, Deviation, RunHeader, RunRecord, Step
from conformance.model.words import Access, Level, Role, Verdict
from conformance.reporting.requirements import Requirement

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

ATTACHMENT = "QUJD" * 60_000
DOCUMENT = "\n".join(
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rsm:SPSCertificate xmlns:rsm="urn:example:rsm" xmlns:ram="urn:example:ram">',
        "  <rsm:SPSExchangedDocument>",
        "    <ram:Name>Phytosanitary certificate</ram:Name>",
        "    <ram:ID>XA-2026-0007</ram:ID>",
        "    <ram:TypeCode>851</ram:TypeCode>",
        "    <ram:StatusCode>70</ram:StatusCode>",
        "    <ram:IssueDateTime>2026-03-01T10:00:00</ram:IssueDateTime>",
        f"    <ram:BinaryObject>{ATTACHMENT}</ram:BinaryObject>",
        "    <ram:IncludedSPSNote><ram:Content>no soil</ram:Content></ram:IncludedSPSNote>",
        "  </rsm:SPSExchangedDocument>",
        "</rsm:SPSCertificate>",
    ]
).encode()
REQUEST = Message(
    "text/xml", b"<GetCertificate><Number>XA-2026-0007</Number></GetCertificate>", (("SOAPAction", '"x"'),)
)
ANSWER = Message("application/xml", DOCUMENT, (("Content-Type", "application/xml"), ("Content-Length", "240800")))


def info(name: str, title: str, access: Access = Access.PULL, role: Role = Role.EXPORTER) -> CaseInfo:
    purpose = "A certificate that is read in another time zone must keep its moment of issue."
    return CaseInfo(name, title, purpose, (name.split(".", 1)[0],), access, role, (), ("some-defect",), "cases/x.py:1")


def failing(exchange: Exchange) -> CaseResult:
    finding = Finding(
        requirement="DOC-012",
        message="The date of issue has no offset from UTC.",
        expected="a date-time with an offset, such as 2026-03-01T10:00:00+02:00",
        actual="2026-03-01T10:00:00",
        where=Where(
            "document XA-2026-0007", 8, "/rsm:SPSCertificate/rsm:SPSExchangedDocument/ram:IssueDateTime", ANSWER.digest
        ),
    )
    steps = (Step(10.0, note="Asking for the certificate the partner named as issued."), Step(10.1, exchange))
    case = info("DOC-012", "Date-times carry their offset from UTC.")
    return CaseResult(case, Verdict.FAIL, finding.message, (finding,), steps, 10.0, 0.42)


def results() -> tuple[CaseResult, ...]:
    good = Exchange("pull", "GetCertificate", REQUEST, Answer(ANSWER, facts=(("status", "200"),)), 10.1, 0.031)
    lost = Answer(failure=Failure(FailureKind.TIMEOUT, "no answer within 10 s"), facts=(("tls", "TLSv1.3"),))
    slow = Exchange("pull", "ListCertificates", REQUEST, lost, 12.0, 10.0)
    weak = Finding("WEB-030", "The page has no print style.", "a print style", "none", level=Level.SHOULD)
    return (
        CaseResult(info("PULL-001", "Echo answers."), Verdict.PASS, "", (), (Step(1.0, good),), 1.0, 0.05),
        failing(good),
        CaseResult(
            info("PULL-020", "Pages of a long list fit together."),
            Verdict.INCONCLUSIVE,
            "the list was not answered in time",
            (),
            (Step(12.0, slow),),
            12.0,
            10.0,
        ),
        CaseResult(
            info("SMTP-003", "A message is stored before it is accepted.", Access.PUSH, Role.IMPORTER),
            Verdict.ERROR,
            "ValueError in the suite",
            (),
            (),
            30.0,
            0.01,
            log="Traceback (invented)\nValueError: x",
        ),
        CaseResult(
            info("WEB-030", "The page can be printed.", Access.VERIFICATION),
            Verdict.FAIL,
            weak.message,
            (weak,),
            (),
            40.0,
            0.2,
        ),
        CaseResult(
            info("PULL-040", "A user name token is accepted."),
            Verdict.NOT_APPLICABLE,
            "the declaration does not name identity:username-token",
            (),
            (),
            50.0,
            0.0,
        ),
    )


@pytest.fixture
def known() -> dict[str, Requirement]:
    statement = "Every date-time states its offset from UTC."
    rows = (
        Requirement("DOC-012", statement, "MUST", "Exchange profile, clause 4.2"),
        Requirement("PULL-001", "The service answers Echo with the same text.", "MUST", "Exchange profile, clause 2.1"),
        Requirement("PULL-099", "The archive is kept for ten years.", "MUST", "Law of the exporter", "not visible"),
    )
    return {row.id: row for row in rows}


@pytest.fixture
def record() -> RunRecord:
    header = RunHeader(
        run_id="20260302-093000-ab12",
        started=START,
        suite_version="0.1.0",
        seed=42,
        partner="Exampleland NPPO",
        country="XA",
        ics=("role:exporter", "access:pull"),
        settings=(("pull.url", "https://127.0.0.1:8443/exchange"),),
        digests=(("catalogue", "ab" * 32),),
        environment=(("python", "3.11"),),
        started_by="ci job 7",
        partner_file="my partner.toml",
    )
    return RunRecord(header, results(), START + timedelta(seconds=61), True, folder="runs/20260302-093000-ab12")


@pytest.fixture
def bodies() -> Callable[[str], bytes]:
    return {message.digest: message.body for message in (REQUEST, ANSWER)}.__getitem__


@pytest.fixture
def load_record(record: RunRecord) -> RunRecord:
    row = {
        "name": "pull GetCertificate",
        "access": "pull",
        "count": 1200,
        "rate": 40.0,
        "errors": 12,
        "error_share": 0.01,
        "deviations": 1,
        "p50": 21.0,
        "p90": 60.0,
        "p95": 88.0,
        "p99": 190.0,
        "max": 512.0,
    }
    points = [[s, 40 - (s == 12) * 8, 8 if s == 12 else 0, 40.0 + 3 * (s % 7) + (s == 12) * 300] for s in range(30)]
    wrong = [{"name": "pull GetCertificate", "text": "the digest of the document differs", "count": 1}]
    data = {"settings": {"rate": "40 arrivals/s"}, "rows": [row], "points": points, "deviations": wrong}
    expected = (Deviation("SMTP-003", "known, ticket 12", "mail team", "2026-06-01", "as-expected"),)
    return replace(record, extras={"load": json.dumps(data)}, deviations=expected)
