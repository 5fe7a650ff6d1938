"""The pull service keeps the wire contract, over real TLS."""

import base64
import hashlib
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from lxml import etree
from node_process import EXCHANGE, SOAP12, RunningNode, envelope
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
WINDOW = "<ChangedFrom>2020-01-01T00:00:00Z</ChangedFrom><ChangedBefore>2090-01-01T00:00:00Z</ChangedBefore>"


def kind(answer: httpx.Response) -> str:
    found = etree.fromstring(answer.content).find(f".//{{{EXCHANGE}}}Text/..")
    return "" if found is None else etree.QName(found).localname


def field(answer: httpx.Response, name: str) -> str:
    return etree.fromstring(answer.content).findtext(f".//{{{EXCHANGE}}}{name}") or ""


def items(answer: httpx.Response) -> list[str]:
    root = etree.fromstring(answer.content)
    return [e.text or "" for e in root.iterfind(f".//{{{EXCHANGE}}}Item/{{{EXCHANGE}}}Number")]


def zeep_client(node: RunningNode, certificate: bool, wsse: Any = None) -> Any:
    pull = node.partner["ixit"]["pull"]
    session = requests.Session()
    session.trust_env = False
    session.verify = str(node.folder / pull["ca"])
    if certificate:
        own = pull["identities"]["own"]
        session.cert = (str(node.folder / own["certificate"]), str(node.folder / own["key"]))
    transport = Transport(session=session)  # type: ignore[no-untyped-call]
    return Client(f"{node.url}?wsdl", transport=transport, wsse=wsse)  # type: ignore[no-untyped-call]


def token(node: RunningNode, role: str = "own", **change: Any) -> str:
    identity = node.partner["ixit"]["pull"]["identities"][role]
    now = datetime.now(UTC)
    created = change.get("created", now).strftime("%Y-%m-%dT%H:%M:%SZ")
    expires = change.get("expires", now + timedelta(seconds=50)).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = change.get("nonce", hashlib.sha256(str(now).encode()).digest()[:16])
    password = change.get("password", identity["password"])
    user = change.get("user", identity["username"])
    digest = base64.b64encode(
        hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()
    stamp = f"<u:Timestamp><u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires></u:Timestamp>"
    return (
        f'<w:Security xmlns:w="{WSSE}" xmlns:u="{WSU}" s:mustUnderstand="1">{stamp * change.get("stamps", 1)}'
        f'<w:UsernameToken><w:Username>{user}</w:Username><w:Password Type="{change.get("type", DIGEST)}">'
        f"{digest}</w:Password><w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce>"
        f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
    )


def test_zeep_calls_the_wsdl_with_a_client_certificate(clean_node: RunningNode) -> None:
    client = zeep_client(clean_node, certificate=True)
    assert client.service.Echo(Text="grüß").Text == "grüß"
    number = clean_node.partner["data"]["issued"][0]
    answer = client.service.GetCertificate(Number=number)
    assert hashlib.sha256(answer.Document).hexdigest().upper() == answer.DocumentDigest
    client.transport.session.close()


def test_zeep_calls_with_a_username_token_and_no_certificate(clean_node: RunningNode) -> None:
    own = clean_node.partner["ixit"]["pull"]["identities"]["own"]
    from zeep.wsse import utils  # noqa: PLC0415 - only this test builds a timestamp by hand

    now = datetime.now(UTC)
    stamp = utils.WSU.Timestamp()
    stamp.append(utils.WSU.Created(now.strftime("%Y-%m-%dT%H:%M:%SZ")))
    stamp.append(utils.WSU.Expires((now + timedelta(seconds=40)).strftime("%Y-%m-%dT%H:%M:%SZ")))
    wsse = UsernameToken(own["username"], own["password"], use_digest=True, timestamp_token=stamp)  # type: ignore[no-untyped-call]
    client = zeep_client(clean_node, certificate=False, wsse=wsse)
    assert client.service.Echo(Text="hello").Text == "hello"
    client.transport.session.close()


def test_zeep_sees_typed_faults(clean_node: RunningNode) -> None:
    client = zeep_client(clean_node, certificate=True)
    with pytest.raises(Fault) as caught:
        client.service.GetCertificate(Number="CN-0000-NOBODY")
    assert caught.value.detail[0].tag == f"{{{EXCHANGE}}}NotFound"
    client.transport.session.close()


@pytest.mark.parametrize(
    "change",
    [
        {"password": "wrong"},
        {"user": "nobody"},
        {"stamps": 2},
        {"stamps": 0},
        {"type": DIGEST.replace("Digest", "Text")},
        {"nonce": b""},
        {"created": datetime.now(UTC) - timedelta(hours=1)},
        {"expires": datetime.now(UTC) + timedelta(hours=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_token_with_one_thing_wrong_is_refused_like_any_other(
    clean_node: RunningNode, change: dict[str, Any]
) -> None:
    assert clean_node.call("Echo", "<Text>a</Text>", None, token(clean_node)).status_code == 200
    refused = clean_node.call("Echo", "<Text>a</Text>", None, token(clean_node, **change))
    nobody = clean_node.call("Echo", "<Text>a</Text>", None)
    assert (kind(refused), refused.text) == ("Unauthenticated", nobody.text)


def test_a_nonce_is_taken_once(clean_node: RunningNode) -> None:
    header = token(clean_node)
    assert clean_node.call("Echo", "<Text>a</Text>", None, header).status_code == 200
    assert kind(clean_node.call("Echo", "<Text>a</Text>", None, header)) == "Unauthenticated"


def test_certificate_and_token_must_name_the_same_partner(clean_node: RunningNode) -> None:
    assert clean_node.call("Echo", "<Text>a</Text>", "own", token(clean_node)).status_code == 200
    assert kind(clean_node.call("Echo", "<Text>a</Text>", "other", token(clean_node))) == "Unauthenticated"


def test_pages_hold_together_while_certificates_arrive(clean_node: RunningNode) -> None:
    before = items(clean_node.call("ListCertificates", WINDOW))
    first = clean_node.call("ListCertificates", f"{WINDOW}<PageSize>4</PageSize>")
    new = clean_node.hook("issue", importing_country="NZ")["number"]
    seen, cursor = items(first), field(first, "NextCursor")
    while cursor:
        page = clean_node.call("ListCertificates", f"{WINDOW}<PageSize>4</PageSize><Cursor>{cursor}</Cursor>")
        seen, cursor = seen + items(page), field(page, "NextCursor")
    assert seen == [*before, new]


def test_a_cursor_belongs_to_caller_and_query(clean_node: RunningNode) -> None:
    page = f"{WINDOW}<PageSize>2</PageSize>"
    cursor = f"<Cursor>{field(clean_node.call('ListCertificates', page), 'NextCursor')}</Cursor>"
    assert clean_node.call("ListCertificates", page + cursor).status_code == 200
    assert kind(clean_node.call("ListCertificates", page + cursor, "other")) == "InvalidRequest"
    assert kind(clean_node.call("ListCertificates", page + "<Cursor>bm8</Cursor>")) == "InvalidRequest"


def test_drafts_are_nowhere_and_foreign_ones_are_refused(clean_node: RunningNode) -> None:
    draft = clean_node.hook("issue", importing_country="NZ", state="draft")["number"]
    foreign = clean_node.partner["data"]["foreign"][0]
    assert draft not in items(clean_node.call("ListCertificates", WINDOW))
    assert foreign not in items(clean_node.call("ListCertificates", WINDOW))
    assert kind(clean_node.call("GetCertificate", f"<Number>{draft}</Number>")) == "NotFound"
    assert kind(clean_node.call("GetStatus", f"<Number>{foreign}</Number>")) == "PermissionDenied"


def test_a_receipt_is_kept_as_it_came_first(clean_node: RunningNode) -> None:
    number = clean_node.hook("issue", importing_country="NZ")["number"]
    request = f"<Number>{number}</Number><Receipt>NotReadable</Receipt>"
    first = clean_node.call("AcknowledgeReceipt", request)
    assert field(first, "DeliveryState") == "DeliveredNotReadable"
    assert clean_node.call("AcknowledgeReceipt", request).text == first.text
    other = clean_node.call("AcknowledgeReceipt", request.replace("NotReadable", "Received"))
    assert kind(other) == "InvalidRequest"


def test_replacement_withdrawal_and_clearance_keep_to_their_machines(clean_node: RunningNode) -> None:
    old = clean_node.hook("issue", importing_country="NZ")["number"]
    frozen = field(clean_node.call("GetCertificate", f"<Number>{old}</Number>"), "Document")
    new = clean_node.hook("replace", number=old, reason="a wrong weight")["number"]
    status = clean_node.call("GetStatus", f"<Number>{old}</Number>")
    assert (field(status, "StatusCode"), field(status, "ReplacedBy")) == ("44", new)
    assert field(clean_node.call("GetCertificate", f"<Number>{old}</Number>"), "Document") == frozen
    document = acknowledgement(new, "41")
    assert clean_node.call("SubmitAcknowledgement", f"<Document>{document}</Document>").status_code == 200
    assert field(clean_node.call("GetStatus", f"<Number>{new}</Number>"), "StatusCode") == "70"
    foreign = acknowledgement(clean_node.partner["data"]["foreign"][0], "39")
    assert kind(clean_node.call("SubmitAcknowledgement", f"<Document>{foreign}</Document>")) == "PermissionDenied"


def acknowledgement(number: str, status: str) -> str:
    ram = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21"
    text = (
        f'<a:SPSAcknowledgement xmlns:a="urn:un:unece:uncefact:data:standard:SPSAcknowledgement:17" xmlns:r="{ram}" '
        'xmlns:u="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:21"><a:SPSAcknowledgementDocument>'
        "<r:IssueDateTime><u:DateTimeString>2026-01-01T00:00:00Z</u:DateTimeString></r:IssueDateTime>"
        f"<r:StatusCode>{status}</r:StatusCode><r:ReferenceSPSReferencedDocument><r:RelationshipTypeCode>ACW"
        f"</r:RelationshipTypeCode><r:ID>{number}</r:ID></r:ReferenceSPSReferencedDocument>"
        "</a:SPSAcknowledgementDocument></a:SPSAcknowledgement>"
    )
    return base64.b64encode(text.encode()).decode()


ECHO = f'<Echo xmlns="{EXCHANGE}"><Text>x</Text></Echo>'


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (envelope(ECHO), 200, "EchoResponse"),
        (b"\xef\xbb\xbf" + envelope(ECHO).encode(), 200, "EchoResponse"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{envelope(ECHO)}'.encode("utf-16"), 200, "EchoResponse"),
        ("<!DOCTYPE x>" + envelope(ECHO), 400, "DOCTYPE"),
        ("<?x y?>" + envelope(ECHO), 400, "processing"),
        (envelope(ECHO)[:-3], 400, "well-formed"),
        (envelope(ECHO).replace("</s:Body>", "</s:Body><s:Body/>"), 500, "InvalidRequest"),
        (envelope(ECHO + ECHO), 500, "InvalidRequest"),
        (envelope(ECHO).replace("schemas.xmlsoap.org", "soap.invalid"), 500, "VersionMismatch"),
        (envelope(ECHO, '<h:H xmlns:h="urn:h" s:mustUnderstand="1"/>'), 500, "MustUnderstand"),
        (envelope(ECHO, '<h:H xmlns:h="urn:h" s:mustUnderstand="0"/>'), 200, "EchoResponse"),
        (envelope(ECHO.replace("Text", "Txt")), 500, "InvalidRequest"),
    ],
)
def test_messages_are_judged_before_they_are_obeyed(
    clean_node: RunningNode, body: str | bytes, status: int, said: str
) -> None:
    answer = clean_node.post(body)
    assert answer.status_code == status
    assert said in answer.text
    assert not re.search(r"Traceback|\.py|lxml|/usr|starlette", answer.text)


def test_an_action_for_another_operation_is_refused(clean_node: RunningNode) -> None:
    assert clean_node.post(envelope(ECHO), SOAPAction=f'"{EXCHANGE}/Echo"').status_code == 200
    assert kind(clean_node.post(envelope(ECHO), SOAPAction=f'"{EXCHANGE}/GetStatus"')) == "InvalidRequest"


def test_soap_12_is_answered_in_kind(clean_node: RunningNode) -> None:
    good = clean_node.post(envelope(ECHO, namespace=SOAP12), Content_Type="application/soap+xml")
    assert (good.status_code, good.headers["content-type"]) == (200, "application/soap+xml; charset=utf-8")
    bad = clean_node.post(envelope(ECHO, namespace=SOAP12), None, Content_Type="application/soap+xml")
    assert (bad.status_code, kind(bad)) == (400, "Unauthenticated")
    assert etree.fromstring(bad.content).tag == f"{{{SOAP12}}}Envelope"


def test_http_itself_is_kept_to(clean_node: RunningNode) -> None:
    with httpx.Client(verify=clean_node.context("own")) as client:
        assert (client.get(clean_node.url).status_code, client.put(clean_node.url).headers["allow"]) == (
            405,
            "POST, GET",
        )
        assert client.get(f"{clean_node.url}?wsdl").status_code == 200
        assert client.post(clean_node.url, content=b"{}", headers={"Content-Type": "text/json"}).status_code == 415
        assert (
            client.post(clean_node.url, content=b" " * 26_300_000, headers={"Content-Type": "text/xml"}).status_code
            == 413
        )


def test_the_agreed_rate_holds_one_caller_back_and_no_other(clean_node: RunningNode) -> None:
    answers = [clean_node.call("Echo", "<Text>a</Text>", "limited") for _ in range(8)]
    late = next(a for a in answers if a.status_code != 200)
    assert kind(late) == "TooManyRequests"
    assert late.headers["retry-after"] == field(late, "RetryAfterSeconds")
    assert clean_node.call("Echo", "<Text>a</Text>").status_code == 200


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed")
def test_xmlsec1_accepts_the_signature(clean_node: RunningNode, tmp_path: Path) -> None:
    number = clean_node.partner["data"]["issued"][0]
    document = base64.b64decode(field(clean_node.call("GetCertificate", f"<Number>{number}</Number>"), "Document"))
    path = tmp_path / "certificate.xml"
    path.write_bytes(document)
    root = str(clean_node.folder / clean_node.partner["ixit"]["trust"]["anchors"])
    verify = ["xmlsec1", "--verify", "--trusted-pem", root, str(path)]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
    path.write_bytes(document.replace(b"KGM", b"TNE"))
    assert subprocess.run(verify, capture_output=True, check=False).returncode != 0
