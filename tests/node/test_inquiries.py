"""Inquiries: one thread, whichever way they came; receipts at once, coded answers, legal steps, alerts, escalation."""

import base64
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import partner_bench
import pytest
from lxml import etree
from node_process import RunningNode, envelope
from partner_bench import eventually
from partner_servers import MailServer
from site_visitor import Shown, Visitor

from reference_impl.mail.message import Kind

INQUIRY = "urn:ecert:inquiry:1"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def node(own_node: RunningNode) -> RunningNode:
    return own_node


@pytest.fixture(scope="module")
def official(node: RunningNode) -> Iterator[Visitor]:
    with Visitor(node) as visitor:
        visitor.log_in("own")
        yield visitor


@pytest.fixture(scope="module")
def other(node: RunningNode) -> Iterator[Visitor]:
    with Visitor(node) as visitor:
        visitor.log_in("other")
        yield visitor


@pytest.fixture(scope="module")
def department(node: RunningNode) -> Iterator[Visitor]:
    with Visitor(node) as visitor:
        visitor.log_in("department")
        yield visitor


def call(node: RunningNode, name: str, inner: str, role: str = "own") -> httpx.Response:
    body = envelope(f'<{name} xmlns="{INQUIRY}">{inner}</{name}>')
    with httpx.Client(verify=node.context(role), timeout=10) as client:
        return client.post(
            node.url.replace("/exchange", "/inquiry"), content=body, headers={"Content-Type": "text/xml; charset=utf-8"}
        )


def question(
    number: str, client_id: str, reason: str = "authenticity", attachment: tuple[str, bytes] | None = None
) -> str:
    by = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    file = (
        f'<Attachment name="{attachment[0]}">{base64.b64encode(attachment[1]).decode()}</Attachment>'
        if attachment
        else ""
    )
    return (
        f"<ClientId>{client_id}</ClientId><Number>{number}</Number><Reason>{reason}</Reason><Text>Is it yours?</Text>"
        f"<Contact>port@nz.ecert.example</Contact><AnswerBy>{by}</AnswerBy>{file}"
    )


def value(answer: httpx.Response, name: str) -> str:
    found = etree.fromstring(answer.content).find(f".//{{{INQUIRY}}}{name}")
    return "" if found is None else found.text or ""


def answer_it(department: Visitor, inquiry: str, code: str, **more: str) -> Shown:
    path = f"/department/inquiries/{inquiry}"
    page = department.get(path)
    return department.send(page, f"{path}/answer", answer=code, text="We have looked.", **more)


def test_each_inquiry_has_its_id_and_a_receipt_at_once(node: RunningNode) -> None:
    number = node.hook("issue", importing_country="NZ")["number"]
    before = datetime.now(UTC) - timedelta(seconds=1)
    one, two, again = (
        call(node, "OpenInquiry", question(number, name)) for name in ("ask-00001", "ask-00002", "ask-00001")
    )
    assert [a.status_code for a in (one, two, again)] == [200] * 3
    assert value(one, "InquiryId") != value(two, "InquiryId")
    assert value(again, "InquiryId") == value(one, "InquiryId")
    assert before < datetime.fromisoformat(value(one, "ReceivedDateTime")) < datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.parametrize("missing", ["ClientId", "Number", "Reason", "Text", "Contact", "AnswerBy"])
def test_an_inquiry_that_leaves_something_out_is_refused(node: RunningNode, missing: str) -> None:
    root = etree.fromstring(f"<a>{question('CN-1', 'ask-missing')}</a>")
    whole = "".join(etree.tostring(e, encoding="unicode") for e in root if e.tag != missing)
    refused = call(node, "OpenInquiry", whole)
    assert (refused.status_code, "InvalidRequest" in refused.text) == (500, True)


def test_an_addition_sent_again_gets_its_first_receipt(node: RunningNode) -> None:
    inquiry = value(call(node, "OpenInquiry", question("CN-2", "ask-addition")), "InquiryId")
    first, other, again = (
        call(node, "AddToInquiry", f"<InquiryId>{inquiry}</InquiryId><ClientId>{name}</ClientId><Text>x</Text>")
        for name in ("more-0001", "more-0002", "more-0001")
    )
    assert value(first, "ReceivedDateTime") == value(again, "ReceivedDateTime") != value(other, "ReceivedDateTime")


def test_an_unknown_number_may_be_asked_about_and_is_an_alert(node: RunningNode, department: Visitor) -> None:
    opened = call(node, "OpenInquiry", question("CN 2026 O0OO", "ask-forged1", "suspected-forgery"))
    assert opened.status_code == 200
    rows = [row.text_content() for row in department.get("/department/inquiries").tree.xpath("//tbody/tr")]
    (own,) = [row for row in rows if value(opened, "InquiryId") in row]
    assert "Alert" in own


def test_only_the_country_that_asks_reads_the_thread(node: RunningNode, official: Visitor, other: Visitor) -> None:
    inquiry = value(call(node, "OpenInquiry", question("CN-3", "ask-private")), "InquiryId")
    assert call(node, "GetInquiry", f"<InquiryId>{inquiry}</InquiryId>").status_code == 200
    stranger = call(node, "GetInquiry", f"<InquiryId>{inquiry}</InquiryId>", "other")
    nobody = call(node, "GetInquiry", "<InquiryId>INQ-NONE</InquiryId>", "other")
    assert stranger.text.replace(inquiry, "INQ-NONE") == nobody.text
    assert official.get(f"/inquiries/{inquiry}").status == 200
    assert other.get(f"/inquiries/{inquiry}").status == 404


def test_states_go_the_legal_ways_only(node: RunningNode, department: Visitor) -> None:
    inquiry = value(call(node, "OpenInquiry", question("CN-4", "ask-states")), "InquiryId")
    early = call(
        node,
        "AddToInquiry",
        f"<InquiryId>{inquiry}</InquiryId><ClientId>add-00001</ClientId><State>closed</State><Text>x</Text>",
    )
    assert "cannot follow" in early.text
    answered = answer_it(department, inquiry, "not-authentic")
    assert answered.tree.xpath("//@data-ecert-inquiry") == ["answered"]
    closing = (
        f"<InquiryId>{inquiry}</InquiryId><ClientId>add-00002</ClientId><State>closed</State><Text>Thank you</Text>"
    )
    assert value(call(node, "AddToInquiry", closing), "State") == "closed"
    assert value(call(node, "AddToInquiry", closing), "State") == "closed"
    whole = etree.fromstring(call(node, "GetInquiry", f"<InquiryId>{inquiry}</InquiryId>").content)
    assert [e.text for e in whole.iterfind(f".//{{{INQUIRY}}}Entry/{{{INQUIRY}}}State")] == [
        "opened",
        "answered",
        "closed",
    ]
    moved = department.client.post(
        f"/department/inquiries/{inquiry}/state",
        data={"csrf": answered.form("/log-out")["csrf"], "state": "acknowledged"},
    )
    assert moved.status_code == 409


def test_an_answer_is_coded_and_says_who_and_when(node: RunningNode, department: Visitor) -> None:
    number = node.hook("issue", importing_country="NZ")["number"]
    inquiry = value(call(node, "OpenInquiry", question(number, "ask-coded")), "InquiryId")
    assert answer_it(department, inquiry, "replaced").status == 422
    assert answer_it(department, inquiry, "needs-time", until="2020-01-01T00:00").status == 422
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert answer_it(department, inquiry, "needs-time", until=later).status == 200
    assert answer_it(department, inquiry, "authentic").status == 200
    root = etree.fromstring(call(node, "GetInquiry", f"<InquiryId>{inquiry}</InquiryId>").content)
    last = root.findall(f".//{{{INQUIRY}}}Entry")[-1]
    assert last.findtext(f"{{{INQUIRY}}}Answer") == "authentic"
    assert last.findtext(f"{{{INQUIRY}}}By") == "duty.officer@cn.ecert.example"
    assert datetime.fromisoformat(last.findtext(f"{{{INQUIRY}}}DateTime") or "") <= datetime.now(UTC)


def test_attachments_are_judged_by_their_octets(node: RunningNode) -> None:
    taken = call(node, "OpenInquiry", question("CN-5", "ask-file01", attachment=("photo.pdf", PDF)))
    assert taken.status_code == 200
    for name, octets in (("photo.pdf", b"MZ\x90\x00"), ("a.pdf", b"%PDF-1.4 << /Launch >>"), ("a.html", b"<script>")):
        refused = call(node, "OpenInquiry", question("CN-5", "ask-file02", attachment=(name, octets)))
        assert (refused.status_code, "is not taken" in refused.text) == (500, True)


def test_an_official_asks_is_answered_and_closes(node: RunningNode, official: Visitor, department: Visitor) -> None:
    number = node.hook("issue", importing_country="NZ")["number"]
    form = official.get(f"/inquiries/new?number={number}")
    nothing = official.send(form, "/inquiries/new", reason="", text=" ", number="", hours="")
    assert nothing.status == 422
    assert {f"{name}-error" for name in ("number", "reason", "text", "hours")} <= set(nothing.tree.xpath("//@id"))
    files = {"file": ("photo.pdf", PDF, "application/pdf")}
    asked = official.send(form, "/inquiries/new", files, reason="content", text="The weight differs.")
    again = official.send(form, "/inquiries/new", files, reason="content", text="The weight differs.")
    inquiry = asked.field("inquiry")
    assert again.field("inquiry") == inquiry
    file = asked.tree.xpath("//ol[@class='thread']//a/@href")[0]
    assert official.get(file).answer.content == PDF
    answer_it(department, inquiry, "altered")
    seen = official.get(f"/inquiries/{inquiry}")
    assert seen.tree.xpath("//@data-ecert-answer") == ["altered"]
    closed = official.send(seen, f"/inquiries/{inquiry}", text="The goods are held.", state="closed")
    assert closed.tree.xpath("//@data-ecert-inquiry") == ["closed"]


def test_measures_are_kept_as_acknowledgements(node: RunningNode, official: Visitor) -> None:
    number = node.hook("issue", importing_country="NZ")["number"]
    page = official.get(f"/official/certificates/{number}")
    without = official.send(page, "/measures", measure="destroy", reason="")
    assert (without.status, "Give the reason" in without.text) == (422, True)
    taken = official.send(page, "/measures", measure="destroy", reason="Live larvae found")
    assert taken.tree.xpath("//@data-ecert-measure") == ["41"]
    assert "Live larvae found" in taken.text
    with sqlite3.connect(node.folder / "node.sqlite") as database:
        (document,) = database.execute("SELECT document FROM clearances WHERE number = ?", (number,)).fetchone()
    database.close()
    assert b"<ram:StatusCode>41</ram:StatusCode>" in document
    assert b"MEASURE destroy" in document
    foreign = node.hook("issue", importing_country="AU")["number"]
    csrf = page.form("/measures")["csrf"]
    sent = {"csrf": csrf, "number": foreign, "measure": "destroy", "reason": "no"}
    assert official.client.post("/measures", data=sent).status_code == 404
    assert "70" in node.call("GetStatus", f"<Number>{number}</Number>").text


def test_what_is_overdue_escalates_and_is_counted(node: RunningNode, department: Visitor) -> None:
    inquiry = value(call(node, "OpenInquiry", question("CN-6", "ask-late1")), "InquiryId")
    with sqlite3.connect(node.folder / "node.sqlite") as database:
        database.execute("UPDATE inquiries SET answer_by = '2026-01-01T00:00:00.000000Z' WHERE id = ?", (inquiry,))
    database.close()
    overdue = "//dd[@data-ecert-field='overdue']/text()"
    assert eventually(lambda: int(department.get("/department/statistics").tree.xpath(overdue)[0]) >= 1, 20)
    row = department.get("/department/inquiries").tree.xpath(f"//tr[contains(., '{inquiry}')]")[0].text_content()
    assert "Overdue" in row


def test_figures_are_shown_as_a_plot_and_as_a_table(node: RunningNode, department: Visitor) -> None:
    node.hook("issue", importing_country="NZ")
    page = department.get("/department/statistics")
    today = datetime.now(UTC).date().isoformat()
    assert len(page.tree.xpath("//*[@class='plot']")) == 3
    assert page.tree.xpath(f"//details//tr//time[@datetime='{today}']")


def test_by_mail_the_receipt_comes_at_once_and_the_answer_by_itself(node_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(node_folder, tmp_path / "node")
    with partner_bench.running(tmp_path / "node") as started, MailServer(started) as partner:
        inner = question("CN-7", "ask-by-mail")
        document = f'<OpenInquiry xmlns="{INQUIRY}">{inner}</OpenInquiry>'.encode()
        for _ in range(2):
            assert started.send(started.message(document, "ask-by-mail", "OPEN", Kind.INQUIRY))[0] == 250
        reports = eventually(lambda: found if len(found := partner.of("ask-by-mail")) >= 2 else [])
        roots = [etree.fromstring(one.get_payload(decode=True)) for one in reports]  # type: ignore[arg-type]
        assert len({root.findtext(f"{{{INQUIRY}}}InquiryId") for root in roots}) == 1
        assert str(reports[0]["Subject"]) == "ECERT ANSWER CN NZ ask-by-mail OPEN"
        broken = document.replace(b"<Number>CN-7</Number>", b"")
        same: Any = started
        by_soap = call(RunningNode(same.process, same.folder), "OpenInquiry", question("CN-7", "soap-first"))
        document_again = document.replace(b"ask-by-mail", b"soap-first")
        assert started.send(started.message(document_again, "soap-first", "OPEN", Kind.INQUIRY))[0] == 250
        report = eventually(lambda: partner.of("soap-first"))[0]
        assert value(by_soap, "InquiryId").encode() in report.get_payload(decode=True)
        code, text = started.send(started.message(broken, "ask-by-mail", "OPEN", Kind.INQUIRY))
        assert (code, "Number" in text) == (554, True)
        bench: Any = started
        with Visitor(RunningNode(bench.process, bench.folder)) as department:
            department.log_in("department")
            answer_it(department, roots[0].findtext(f"{{{INQUIRY}}}InquiryId") or "", "not-authentic")
        answered = eventually(
            lambda: [one for one in partner.of("ask-by-mail") if str(one["Subject"]).endswith("ANSW")]
        )
    assert b"<Answer>not-authentic</Answer>" in answered[0].get_payload(decode=True)


def test_the_contract_can_be_fetched_and_a_stock_client_made_of_it(node: RunningNode) -> None:
    address = node.url.replace("/exchange", "/inquiry")
    with httpx.Client(verify=node.context("own")) as client:
        wsdl = client.get(f"{address}?wsdl")
        assert wsdl.status_code == 200
        assert address in wsdl.text
        for name in ("inquiry-1", "exchange-1"):
            assert client.get(f"{address}?xsd={name}.xsd").status_code == 200
