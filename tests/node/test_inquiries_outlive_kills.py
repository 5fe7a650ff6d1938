"""Killed while inquiries, files and measures come: nothing acknowledged is lost, nothing is there twice."""

import base64
import random
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from lxml import etree
from node_process import EXCHANGE, RunningNode, envelope, running
from site_visitor import Visitor

from reference_impl.certificates.messages import Acknowledgement, acknowledgement_xml

INQUIRY = "urn:ecert:inquiry:1"
HEADERS = {"Content-Type": "text/xml; charset=utf-8"}
KILLS = 3
FEWEST, MOST = 4, 12


@dataclass
class Deed:
    """Something a client does until it is acknowledged. `mark` stands in it and nowhere else, `by` is its client."""

    by: str
    mark: str
    acknowledged: str = ""
    octets: bytes = b""


@dataclass
class Tally:
    """What the clients have done; tells when enough of this round is acknowledged."""

    deeds: list[Deed] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, deed: Deed, acknowledgement: str) -> None:
        with self.changed:
            deed.acknowledged = acknowledgement
            self.acknowledged += 1
            self.changed.notify_all()

    def reached(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.acknowledged >= count or bool(self.wrong), 20), "nothing goes on"
        assert self.wrong == []

    def waiting(self, by: str) -> list[Deed]:
        return [one for one in self.deeds if one.by == by and not one.acknowledged]


def pdf(mark: str) -> bytes:
    return b"%PDF-1.4\n%" + mark.encode() + random.Random(mark).randbytes(20_000) + b"\n%%EOF\n"


class Clients:
    """Four clients of one country at a running node."""

    def __init__(self, node: RunningNode, tally: Tally, number: str, visitor: Visitor) -> None:
        self.node, self.tally, self.number, self.visitor = node, tally, number, visitor
        self.soap = httpx.Client(verify=node.context("own"), timeout=20, headers=HEADERS)
        self.acts: dict[str, Callable[[Deed], str]] = {
            "inquiry by SOAP": self.ask_by_soap,
            "inquiry on the page": self.ask_on_the_page,
            "measure by SOAP": self.measure_by_soap,
            "measure on the page": self.measure_on_the_page,
        }

    def work(self, by: str, until_dead: bool) -> None:
        """Send again what was not acknowledged, then, `until_dead`, new things as long as the node lives."""
        try:
            for deed in self.tally.waiting(by):
                self.tally.note(deed, self.acts[by](deed))
            while until_dead:
                deed = Deed(by, secrets.token_hex(8))
                self.tally.deeds.append(deed)
                self.tally.note(deed, self.acts[by](deed))
        except httpx.TransportError:
            if not until_dead:
                raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says it and does not wait for more
            with self.tally.changed:
                self.tally.wrong.append(f"{by}: {error!r}")
                self.tally.changed.notify_all()

    def ask_by_soap(self, deed: Deed) -> str:
        deed.octets = pdf(deed.mark)
        by = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = envelope(
            f'<OpenInquiry xmlns="{INQUIRY}"><ClientId>{deed.mark}</ClientId><Number>{self.number}</Number>'
            f"<Reason>content</Reason><Text>{deed.mark}</Text><Contact>x</Contact><AnswerBy>{by}</AnswerBy>"
            f'<Attachment name="a.pdf">{base64.b64encode(deed.octets).decode()}</Attachment></OpenInquiry>'
        )
        answer = self.soap.post(self.node.url.replace("/exchange", "/inquiry"), content=body)
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.content).findtext(f".//{{{INQUIRY}}}InquiryId") or ""

    def ask_on_the_page(self, deed: Deed) -> str:
        deed.octets = pdf(deed.mark)
        form = self.visitor.get(f"/inquiries/new?number={self.number}")
        filled = {"reason": "content", "text": deed.mark, "client_id": deed.mark}
        files = {"file": ("a.pdf", deed.octets, "application/pdf")}
        return self.visitor.send(form, "/inquiries/new", files, **filled).field("inquiry")

    def measure_by_soap(self, deed: Deed) -> str:
        deed.octets = acknowledgement_xml(
            Acknowledgement("42", ("MEASURE hold", deed.mark), (self.number,)), datetime(2026, 1, 5, tzinfo=UTC)
        )
        document = f"<Document>{base64.b64encode(deed.octets).decode()}</Document>"
        body = envelope(f'<SubmitAcknowledgement xmlns="{EXCHANGE}">{document}</SubmitAcknowledgement>')
        answer = self.soap.post(self.node.url, content=body)
        assert answer.status_code == 200, answer.text
        return "taken"

    def measure_on_the_page(self, deed: Deed) -> str:
        page = self.visitor.get(f"/official/certificates/{self.number}")
        shown = self.visitor.send(page, "/measures", measure="reject", reason=deed.mark, client_id=deed.mark)
        assert shown.status == 200, shown.text
        assert deed.mark in shown.text
        return "taken"

    def unreadable(self) -> list[str]:
        """The marks of acknowledged inquiries whose thread does not say what was asked."""
        body = envelope(f'<GetInquiry xmlns="{INQUIRY}"><InquiryId>%s</InquiryId></GetInquiry>')
        url = self.node.url.replace("/exchange", "/inquiry")
        asked = [one for one in self.tally.deeds if one.by.startswith("inquiry")]
        shown = {one.mark: self.soap.post(url, content=body % one.acknowledged).text for one in asked}
        return [mark for mark, text in shown.items() if f"<Text>{mark}</Text>" not in text]

    def threads(self, *, until_dead: bool) -> list[threading.Thread]:
        started = [threading.Thread(target=self.work, args=(by, until_dead)) for by in self.acts]
        for one in started:
            one.start()
        return started


def kept(folder: Path) -> tuple[list[tuple[str, str, int, bytes]], list[str], list[str]]:
    """Inquiries (client id, id, entries, octets), reasons of measures, and what the audit trail says of inquiries."""
    with closing(sqlite3.connect(folder / "node.sqlite")) as database:
        inquiries = database.execute(
            "SELECT i.client_id, i.id, (SELECT count(*) FROM inquiry_entries e WHERE e.inquiry = i.id), f.octets "
            "FROM inquiries i LEFT JOIN inquiry_files f ON f.inquiry = i.id"
        ).fetchall()
        measures = [row[0] for row in database.execute("SELECT reason FROM clearances")]
        trail = database.execute("SELECT detail FROM audit_trail WHERE what LIKE 'inquiry opened%'").fetchall()
    return inquiries, measures, [row[0].split()[0] for row in trail]


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(node_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "node"
    shutil.copytree(node_folder, folder)
    chance, tally, cookies, number = random.Random(20260205), Tally(), httpx.Cookies(), ""
    for round_ in range(KILLS + 1):
        last = round_ == KILLS
        with running(folder) as node, Visitor(node) as visitor:
            if not number:
                number = str(node.hook("issue", importing_country="NZ")["number"])
                visitor.log_in("own")
                cookies = visitor.client.cookies
            visitor.client.cookies = cookies
            tally.acknowledged = 0
            clients = Clients(node, tally, number, visitor)
            started = clients.threads(until_dead=not last)
            if not last:
                tally.reached(chance.randint(FEWEST, MOST))
                node.process.kill()
            for one in started:
                one.join(20)
            assert tally.wrong == []
            if last:
                assert [one for one in tally.deeds if not one.acknowledged] == []
                assert clients.unreadable() == []
            clients.soap.close()
    asked = [one for one in tally.deeds if one.by.startswith("inquiry")]
    told = [one for one in tally.deeds if one.by.startswith("measure")]
    assert len(asked) > KILLS
    assert len(told) > KILLS
    inquiries, measures, trail = kept(folder)
    assert sorted(inquiries) == sorted((one.mark, one.acknowledged, 1, one.octets) for one in asked)
    assert sorted(trail) == sorted(one.acknowledged for one in asked)
    assert sorted(measures) == sorted(f"MEASURE {'hold' if 'SOAP' in one.by else 'reject'}; {one.mark}" for one in told)
