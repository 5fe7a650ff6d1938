"""The reference node in a process of its own, and what its partner NZ sends to it."""

import http.client
import json
import os
import smtplib
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from lxml import etree

from reference_impl.certificates.builder import CertificateBuilder
from reference_impl.certificates.messages import Notice, notice_xml
from reference_impl.clock import Clock
from reference_impl.config import load_config
from reference_impl.mail.message import Kind, Outgoing, Subject, build
from reference_impl.registrar import Registrar
from reference_impl.signing.credentials import load_credentials
from reference_impl.signing.signer import Signer

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], seconds: float = 10.0) -> Found:
    """Look until something true is seen; what was seen last otherwise."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        threading.Event().wait(0.02)
    return found


@dataclass
class Running:
    """A node in a process of its own, and the ways to reach it."""

    folder: Path
    process: "subprocess.Popen[str]"
    partner: dict[str, Any]
    judge: dict[str, Any] = field(default_factory=dict)

    def hook(self, name: str, **values: Any) -> Any:
        """Call a hook; gives its output, raises for a refusal."""
        at = urlsplit(self.partner["hooks"][name]["url"])
        token = (self.folder / "secrets/admin.token").read_text().strip()
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=10)
        body = json.dumps({**values, "judge": {"country": "NZ", **self.judge}})
        connection.request("POST", at.path, body, {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        data = json.loads(answer.read())
        connection.close()
        if answer.status != 200:
            raise ValueError(data["error"])
        return data

    def lookup(self, number: str) -> Any:
        """What the node's importer holds."""
        return self.hook("lookup", number=number)

    def trust(self) -> ssl.SSLContext:
        """Trusts the node's servers."""
        return ssl.create_default_context(cafile=str(self.folder / "pki/tls-ca.pem"))

    @contextmanager
    def mail(self, account: str = "own") -> Iterator[smtplib.SMTP]:
        """A session at the intake: TLS, signed in."""
        push = self.partner["ixit"]["push"]
        who = push if account == "own" else push[account]
        with smtplib.SMTP(push["host"], push["port"], timeout=10) as session:
            session._host = push["host"]  # type: ignore[attr-defined]
            session.starttls(context=self.trust())
            session.login(who["username"], who["password"])
            yield session

    def send(self, message: bytes, account: str = "own", sender: str | None = None) -> tuple[int, str]:
        """Send one message; gives the last reply."""
        push = self.partner["ixit"]["push"]
        own = (push if account == "own" else push[account])["sender"]
        with self.mail(account) as session:
            for code, text in (session.mail(own if sender is None else sender), session.rcpt(push["recipient"])):
                if code != 250:
                    return code, text.decode()
            code, text = session.data(message)
            return code, text.decode()

    def message(self, document: bytes, number: str, status: str = "70", kind: Kind = Kind.CERTIFICATE) -> bytes:
        """A message of the profile from NZ."""
        push = self.partner["ixit"]["push"]
        subject = Subject(kind, "NZ", "CN", number, status)
        return build(Outgoing(subject, document, push["sender"], push["recipient"]), Clock())[1]

    def notice(self, number: str, status: str, changed: str, sender: str = "NZ") -> bytes:
        """A notice of NZ about one of its certificates."""
        moment = datetime.fromisoformat(changed)
        document = notice_xml(Notice(number, sender, "CN", status, moment))
        return self.message(document, number, status, Kind.NOTICE)

    def certificate(
        self, change: Callable[[etree._Element], None] | None = None, number: str = ""
    ) -> tuple[str, bytes]:
        """A signed certificate of NZ for CN; `change` alters it before it is signed."""
        config = replace(load_config(self.folder), country="NZ", authority="Example Authority of New Zealand")
        facts = Registrar(config, None, Clock()).facts("CN", "851")  # type: ignore[arg-type]
        facts = replace(facts, number=number or f"NZ-{os.urandom(6).hex()}")
        root = CertificateBuilder().build(facts)
        if change is not None:
            change(root)
        pki = self.folder / "pki"
        signer = Signer(load_credentials(pki / "nz-signing.key", pki / "nz-signing.pem"))
        return facts.number, signer.sign(root, datetime.now(UTC))


@contextmanager
def running(folder: Path, *defects: str) -> Iterator[Running]:
    """Serve a node folder, made when it is not there."""
    if not (folder / "node.toml").exists():
        subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    options = [option for name in defects for option in ("--defect", name)]
    with (folder / "stderr.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "reference_impl", "serve", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("ready "), (folder / "stderr.log").read_text()[-2000:]
            yield Running(folder, process, tomllib.loads((folder / "partner.toml").read_text()))
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()


def waiting(folder: Path) -> int:
    """How many messages for NZ the node has still to send."""
    # A node with a defect works on a copy of its database.
    copies = [*folder.glob("defective.sqlite"), folder / "node.sqlite"]
    database = sqlite3.connect(copies[0])
    try:
        query = "select count(*) from outbox where state = 'waiting' and country = 'NZ'"
        return int(database.execute(query).fetchone()[0])
    finally:
        database.close()
