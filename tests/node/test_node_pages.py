"""The verification pages keep the wire contract."""

import base64
import re
from typing import Any

import httpx
import pytest
from node_process import RunningNode

HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
FIELDS = [
    "number",
    "type",
    "issued",
    "authority",
    "export-country",
    "import-country",
    "product",
    "quantity",
    "consignor",
    "consignee",
    "transport",
    "verified-at",
]


def state(answer: httpx.Response) -> str:
    found = re.search(r'data-ecert-state="([a-z]+)"', answer.text)
    return found[1] if found else ""


def issued(node: RunningNode) -> dict[str, Any]:
    return node.hook("issue", importing_country="NZ")


def test_a_certificate_is_shown_with_all_its_facts(clean_node: RunningNode) -> None:
    certificate = issued(clean_node)
    answer = clean_node.look_up(certificate["number"], certificate["verification_code"])
    assert (answer.status_code, state(answer)) == (200, "issued")
    for name in FIELDS:
        assert f'data-ecert-field="{name}"' in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert int(answer.headers["strict-transport-security"].removeprefix("max-age=")) >= 31536000
    assert 'lang="en"' in answer.text


def test_the_link_shows_the_same_and_gives_the_document_as_pull_does(clean_node: RunningNode) -> None:
    certificate = issued(clean_node)
    path = certificate["verification_url"].removeprefix(clean_node.page)
    assert len(path.removeprefix("/v/")) >= 22
    assert certificate["number"] not in path
    assert state(clean_node.get(path)) == "issued"
    download = clean_node.get(f"{path}/certificate.xml")
    pulled = clean_node.call("GetCertificate", f"<Number>{certificate['number']}</Number>")
    document = re.search("<Document>(.+?)</Document>", pulled.text, re.DOTALL)
    assert document is not None
    assert base64.b64decode(document[1]) == download.content
    assert download.headers["content-disposition"].startswith("attachment")
    assert clean_node.get(f"{path}/qr.svg").headers["content-type"] == "image/svg+xml"


def test_changes_show_at_once_on_the_page_and_by_pull(clean_node: RunningNode) -> None:
    old, gone = issued(clean_node), issued(clean_node)
    new = clean_node.hook("replace", number=old["number"], reason="a wrong name")
    clean_node.hook("withdraw", number=gone["number"], reason="not shipped")
    replaced = clean_node.look_up(old["number"], old["verification_code"])
    assert state(replaced) == "replaced"
    assert f'data-ecert-field="replaced-by">{new["number"]}<' in replaced.text
    assert state(clean_node.look_up(gone["number"], gone["verification_code"])) == "withdrawn"
    assert "<StatusCode>40</StatusCode>" in clean_node.call("GetStatus", f"<Number>{gone['number']}</Number>").text


def test_whatever_is_wrong_the_answer_is_the_same(clean_node: RunningNode) -> None:
    certificate, draft = issued(clean_node), clean_node.hook("issue", importing_country="NZ", state="draft")
    number, code = certificate["number"], certificate["verification_code"]
    answers = [
        clean_node.look_up(number, "WRONG"),
        clean_node.look_up("CN-0000-NOBODY", code),
        clean_node.look_up(number + " ", code),
        clean_node.look_up(number.lower(), code),
        clean_node.look_up("<script>alert(1)</script>", code),
        clean_node.look_up(draft["number"], draft["verification_code"]),
        clean_node.get("/v/nobody"),
    ]
    texts = {re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "", a.text) for a in answers}
    assert ({a.status_code for a in answers}, {state(a) for a in answers}, len(texts)) == ({404}, {"unknown"}, 1)
    assert clean_node.look_up(number, code).status_code == 200


def test_a_visitor_is_answered_in_the_language_he_asks_for(clean_node: RunningNode) -> None:
    with httpx.Client(verify=clean_node.context()) as client:
        by_header = client.get(f"{clean_node.page}/verify", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
        by_address = client.get(f"{clean_node.page}/verify?lang=zh-Hans", headers={"Accept-Language": "en"})
        neither = client.get(f"{clean_node.page}/guide?lang=xx", headers={"Accept-Language": "sw,*;q=0.1"})
    assert '<html lang="zh-Hans">' in by_header.text
    assert "核验证书" in by_address.text
    assert 'action="/verify?lang=zh-Hans"' in by_address.text
    assert '<html lang="en">' in neither.text
    assert by_header.headers["vary"] == "Accept-Language"


def test_guessing_holds_back_the_guesser_for_this_number_only(clean_node: RunningNode) -> None:
    certificate, other = issued(clean_node), issued(clean_node)
    number, code = certificate["number"], certificate["verification_code"]
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2", verify=clean_node.context())
    for _ in range(5):
        assert clean_node.look_up(number, "WRONG").status_code == 404
    throttled = clean_node.look_up(number, code)
    assert (throttled.status_code, state(throttled)) == (429, "throttled")
    assert 0 < int(throttled.headers["retry-after"]) <= 60
    assert clean_node.look_up(other["number"], other["verification_code"]).status_code == 200
    with httpx.Client(transport=elsewhere) as client:
        assert client.post(f"{clean_node.page}/verify", data={"number": number, "code": code}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/verify", 200, None),
        ("GET", "/guide", 200, None),
        ("GET", "/style.css", 200, None),
        ("PUT", "/verify", 405, "GET, HEAD, POST"),
        ("POST", "/guide", 405, "GET, HEAD"),
        ("GET", "/nothing", 404, None),
        ("POST", "/verify", 415, None),
    ],
)
def test_methods_and_paths(clean_node: RunningNode, method: str, path: str, status: int, allow: str | None) -> None:
    with httpx.Client(verify=clean_node.context()) as client:
        answer = client.request(method, clean_node.page + path)
        assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
        head = client.head(clean_node.page + path)
        assert head.content == b""
        assert head.headers["x-content-type-options"] == "nosniff"


def test_a_result_is_small_and_its_style_is_kept_as_long_as_it_stays_the_same(clean_node: RunningNode) -> None:
    path = issued(clean_node)["verification_url"].removeprefix(clean_node.page)
    page = clean_node.get(path)
    style = re.search(r'href="(/style\.css\?[0-9a-f]+)"', page.text)
    assert style is not None
    parts = [page, *(clean_node.get(one) for one in (style[1], "/icon.svg", f"{path}/qr.svg"))]
    assert sum(len(one.content) for one in parts) < 24_000
    assert "immutable" in parts[1].headers["cache-control"]
    assert "immutable" not in clean_node.get("/style.css?0").headers["cache-control"]
