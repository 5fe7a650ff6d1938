"""Mail under load: real sessions with STARTTLS and log-in, and what is said of refusals."""

import json
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from click.testing import CliRunner

from conformance.checks.document import check_document
from conformance.checks.mail import read_mail
from conformance.checks.mime import check_headers, check_xml_part
from conformance.cli.load import load

# The partner here declares no hook and runs for two seconds.
NOT_ASKED = {"LOAD-003": "not-applicable", "LOAD-007": "not-applicable"}
MORE = """
[ixit.push]
host = "127.0.0.1"
port = {port}
ca = "ca.pem"
sender = "judge@judge.invalid"
recipient = "intake@partner.invalid"
username = "judge"
password = "invented-password"
[ixit.judge]
country = "NZ"
[ixit.judge.signing]
certificate = "server.pem"
key = "server.pem"
"""


class Intake:
    """Takes mail, and answers every tenth message as told."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.tenth = "250 taken"
        self.most = 10_000_000

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)
        if len(envelope.content) > self.most:
            return "552 too large"
        self.taken.append(envelope.content)
        return self.tenth if len(self.taken) % 10 == 0 else "250 taken"


@pytest.fixture
def intake(small: Any) -> Iterator[Intake]:
    handler = Intake()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(small.folder / "server.pem")

    class Mail(Controller):
        def factory(self) -> SMTP:
            return SMTP(
                handler,
                require_starttls=True,
                tls_context=context,
                auth_required=True,
                authenticator=lambda *_: AuthResult(success=True),
            )

    # The controller connects to the port it was given, so that port cannot be 0.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Mail(handler, hostname="127.0.0.1", port=port)
    controller.start()
    path = small.partner_file()
    text = path.read_text("utf-8").replace('["exporter"]', '["exporter", "importer"]')
    text = text.replace('"verification"]', '"verification", "push"]')
    data = text.index("[ixit.limits]")
    path.write_text(text[:data] + MORE.format(port=port) + text[data:], "utf-8")
    yield handler
    controller.stop()


def run(folder: Path) -> Any:
    arguments = [
        "partner.toml",
        "--rate",
        "15",
        "--duration",
        "2",
        "--access",
        "push",
        "--json",
        "--warm-up",
        "0",
        "--out",
        "runs",
    ]
    arguments = [str(folder / one) if one in ("partner.toml", "runs") else one for one in arguments]
    result = CliRunner().invoke(load, arguments)
    assert result.stdout.startswith("{"), result.output
    return result.exit_code, json.loads(result.stdout)


def test_every_message_is_a_good_certificate_with_a_number_of_its_own(small: Any, intake: Intake) -> None:
    code, told = run(small.folder)
    verdicts = {case["id"]: case["verdict"] for case in told["cases"]}
    assert (code, verdicts) == (0, {"LOAD-006": "pass", "LOAD-008": "pass"} | NOT_ASKED)
    assert len(intake.taken) in range(31, 36)
    names = Counter(message_from_bytes(raw)["Message-ID"] for raw in intake.taken)
    twice = [name for name, times in names.items() if times == 2]
    assert set(names.values()) <= {1, 2}
    assert len(twice) in (2, 3, 4), "one of ten is sent again, as it was"
    subjects = {message_from_bytes(raw)["Subject"] for raw in intake.taken}
    assert len(subjects) == len(names), "no number is used for two messages"
    large = [raw for raw in intake.taken if len(raw) > 1_000_000]
    assert len(large) in (1, 2)
    for raw in (large[0], intake.taken[-1]):
        mail = read_mail(raw)
        assert not [*check_headers(mail), *check_xml_part(mail)]
        assert mail.xml is not None
        assert not check_document(mail.xml, at=datetime.now(UTC)).findings


def test_refusing_good_mail_breaks_the_requirement(small: Any, intake: Intake) -> None:
    intake.tenth = "554 no"
    ended, told = run(small.folder)
    assert ended == 1
    assert sum(entry["count"] for entry in told["load"]["deviations"]) == len(intake.taken) // 10


def test_a_server_that_refuses_large_certificates_breaks_only_that(small: Any, intake: Intake) -> None:
    intake.most = 300_000
    ended, told = run(small.folder)
    assert ended == 1
    verdicts = {case["id"]: case["verdict"] for case in told["cases"]}
    assert verdicts == {"LOAD-006": "pass", "LOAD-008": "fail"} | NOT_ASKED
    (limit,) = (one for one in told["load"]["limits"] if one["requirement"] == "LOAD-008")
    assert "1,000,000 octets" in limit["name"]


def test_a_server_that_puts_large_certificates_off_is_not_proved_wrong(small: Any, intake: Intake) -> None:
    intake.most, intake.tenth = 10_000_000, "452 later"
    _, told = run(small.folder)
    verdicts = {case["id"]: case["verdict"] for case in told["cases"]}
    assert verdicts["LOAD-006"] == "pass"
