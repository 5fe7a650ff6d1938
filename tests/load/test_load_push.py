"""Mail under load: real sessions with STARTTLS and log-in, and what is said of refusals."""

import json
import socket
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from click.testing import CliRunner

from conformance.checks.mail import read_mail
from conformance.checks.mime import check_headers, check_xml_part
from conformance.checks.schema import check_schema
from conformance.cli.load import load
from conformance.parsing import parse

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

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)
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
    arguments = ["partner.toml", "--rate", "15", "--duration", "2", "--access", "push", "--json", "--out", "runs"]
    arguments = [str(folder / one) if one in ("partner.toml", "runs") else one for one in arguments]
    result = CliRunner().invoke(load, arguments)
    assert result.stdout.startswith("{"), result.output
    return result.exit_code, json.loads(result.stdout)


def test_every_message_is_a_good_certificate_with_a_number_of_its_own(small: Any, intake: Intake) -> None:
    code, told = run(small.folder)
    assert (code, [case["verdict"] for case in told["cases"]]) == (0, ["pass"])
    assert len(intake.taken) in range(29, 32)
    assert len({message_from_bytes(raw)["Subject"] for raw in intake.taken}) == len(intake.taken)
    mail = read_mail(intake.taken[0])
    assert not [*check_headers(mail), *check_xml_part(mail)]
    assert mail.xml is not None
    assert not check_schema(parse(mail.xml))


def test_refusing_good_mail_breaks_the_requirement(small: Any, intake: Intake) -> None:
    intake.tenth = "554 no"
    ended, told = run(small.folder)
    assert ended == 1
    assert sum(entry["count"] for entry in told["load"]["deviations"]) == len(intake.taken) // 10
