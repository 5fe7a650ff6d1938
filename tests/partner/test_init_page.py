"""`ecert init --page` describes pages it has never seen so that the judge can read them, and visits no other host."""

import ssl
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import tomli_w
from click.testing import CliRunner

from conformance.checks.page import read_page
from conformance.cli.init import command
from conformance.partner.loader import load_partner
from conformance.partner.structure import check_structure
from conformance.ports.stranger import stranger_context, stranger_pem

NUMBER, CODE = "XX-2026-47", "7KQ2M9"
Values = Mapping[str, str]

ENGLISH_FORM = """<html lang="en"><body><table><form action="check.php" method="get">
<tr><td>Certificate No.</td><td><input type="text" name="certNo"></td></tr>
<tr><td>Security code:</td><td><input name="sc"></td></tr>
<tr><td colspan="2"><select name="kind"><option value="">-</option><option value="phyto">Phyto</option></select>
<input type="submit" name="go" value="Check"></td></tr></form></table>
<a href="/docs/manual.html">User guide</a> <a href="/member/login.php">Sign in</a>
<a href="https://elsewhere.invalid/help">Help elsewhere</a></body></html>"""
ENGLISH_LOG_IN = """<form action="/member/login.php" method="post">
<label for="m">E-mail</label><input id="m" name="mail">
<label for="p">Password</label><input id="p" type="password" name="pw"></form>"""
ENGLISH_RIGHT = f"""<html lang="en"><body><p>Answers are Valid, Cancelled or not found.</p>
<div id="result"><b>This certificate is valid.</b></div><table>
<tr><th>Certificate No.</th><td>{NUMBER}</td></tr>
<tr><th>Issuing authority</th><td>Ministry of Invented Plants</td></tr>
<tr><th>Net weight</th><td>20 t</td></tr></table><a href="/files/47.xml">Download XML</a></body></html>"""
ENGLISH_WRONG = '<html lang="en"><body><div id="result"><b>No certificate found.</b></div></body></html>'

SPANISH_FORM = """<html lang="es"><body><main><h1>Consulta de certificados</h1>
<form action="/consulta/resultado" method="post"><input type="hidden" name="ficha" value="uno-47">
<label>Número del certificado <input name="nroCert"></label><label>Clave <input type="password-like" name="clv"></label>
<button>Consultar</button></form><p><a href="/consulta/ayuda">Ayuda</a> <a hreflang="en" href="/en">English</a></p>
</main></body></html>"""
SPANISH_RIGHT = f"""<html lang="es"><body><main><section class="estado-certificado vigente"><p>Vigente</p></section>
<dl><dt>Número del certificado:</dt><dd>{NUMBER}</dd><dt>Producto</dt><dd>Manzanas inventadas</dd>
<dt>País de destino</dt><dd>Nueva Zelandia</dd></dl></main></body></html>"""
SPANISH_WRONG = (
    '<html lang="es"><body><main><p class="mensaje">No se encontró ningún certificado</p></main></body></html>'
)


@dataclass
class Site:
    """An invented site: pages by path, and what was asked for."""

    pages: Mapping[str, Callable[[Values], str]]
    asked: list[tuple[str, str, Values]] = field(default_factory=list)


def english(values: Values) -> str:
    right = (values.get("certNo"), values.get("sc"), values.get("kind"), values.get("go")) == (
        NUMBER, CODE, "phyto", "Check",
    )  # fmt: skip
    return ENGLISH_RIGHT if right else ENGLISH_WRONG


def spanish(values: Values) -> str:
    right = (values.get("nroCert"), values.get("clv"), values.get("ficha")) == (NUMBER, CODE, "uno-47")
    return SPANISH_RIGHT if right else SPANISH_WRONG


ENGLISH = {
    "/verify.html": lambda _: ENGLISH_FORM,
    "/check.php": english,
    "/member/login.php": lambda _: ENGLISH_LOG_IN,
}
SPANISH = {"/consulta": lambda _: SPANISH_FORM, "/consulta/resultado": spanish}


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(stranger_pem()[0])
    return path


@pytest.fixture
def serve() -> Iterator[Callable[[Site], str]]:
    """Serve a site over TLS on a loopback address; gives its base address."""
    servers: list[ThreadingHTTPServer] = []

    def start(site: Site) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the library's name
                self.reply(urlsplit(self.path).query)

            def do_POST(self) -> None:  # the library's name
                self.reply(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

            def reply(self, form: str) -> None:
                path, values = urlsplit(self.path).path, {key: one[-1] for key, one in parse_qs(form).items()}
                site.asked.append((self.command, path, values))
                page = site.pages.get(path)
                octets = (page(values) if page else "none").encode()
                onward = octets.startswith(b"->")
                self.send_response(303 if onward else 200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Set-Cookie", "SESSIONID=47; HttpOnly")
                if onward:
                    self.send_header("Location", octets[2:].decode())
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context: ssl.SSLContext = stranger_context()
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"https://localhost:{server.server_port}"

    yield start
    for one in servers:
        one.shutdown()
        one.server_close()


def proposed(url: str, ca: Path, *more: str) -> tuple[str, dict[str, Any]]:
    answer = CliRunner().invoke(command, ["--page", url, "--ca", str(ca), *more])
    assert answer.exit_code == 0, answer.output
    return answer.output, tomllib.loads(answer.output)["ixit"]["verification"]


def described(table: dict[str, Any], tmp_path: Path) -> Any:
    """The description as the judge reads it from a partner file with the proposed tables in it."""
    whole = {
        "partner": {"name": "x", "country": "CN"},
        "ics": {
            "roles": ["exporter"], "accesses": ["verification"], "signature": "none", "document_types": ["851"],
            "releases": ["urn:un:unece:uncefact:data:standard:SPSCertificate:17"],
        },
        "ixit": {"verification": table},
    }  # fmt: skip
    check_structure(tmp_path / "partner.toml", whole)
    path = tmp_path / "partner.toml"
    path.write_text(tomli_w.dumps(whole), encoding="utf-8")
    partner = load_partner(path)
    assert partner.verification is not None
    return partner.verification.described


def test_an_english_page_of_tables(serve: Callable[[Site], str], ca: Path, tmp_path: Path) -> None:
    site = Site(ENGLISH)
    text, table = proposed(f"{serve(site)}/verify.html", ca, "--number", NUMBER, "--code", CODE)
    assert table["addresses"] == {"verify": "/verify.html", "guide": "/docs/manual.html", "log-in": "/member/login.php"}
    assert table["fields"] == {"number": "certNo", "code": "sc", "user": "mail", "password": "pw"}
    assert table["values"] == {"kind": "phyto", "go": "Check"}
    assert (table["languages"], table["cookie"]) == (["en"], "SESSIONID")
    page = described(table, tmp_path)
    facts = read_page(ENGLISH_RIGHT.encode(), page)
    assert (facts.state, facts.value("number"), facts.value("quantity")) == ("issued", NUMBER, "20 t")
    assert (facts.value("authority"), facts.value("download")) == ("Ministry of Invented Plants", "/files/47.xml")
    assert read_page(ENGLISH_WRONG.encode(), page).state == "unknown"
    assert "elsewhere.invalid" not in text
    assert {method for method, _, _ in site.asked} == {"GET"}


def test_a_spanish_page_of_labels_with_a_hidden_value(serve: Callable[[Site], str], ca: Path, tmp_path: Path) -> None:
    site = Site(SPANISH)
    _, table = proposed(f"{serve(site)}/consulta", ca, "--number", NUMBER, "--code", CODE)
    assert table["addresses"] == {"verify": "/consulta", "guide": "/consulta/ayuda"}
    assert table["fields"] == {"number": "nroCert", "code": "clv"}
    assert table["languages"] == ["es", "en"]
    page = described(table, tmp_path)
    facts = read_page(SPANISH_RIGHT.encode(), page)
    assert (facts.state, facts.value("number")) == ("issued", NUMBER)
    assert (facts.value("product"), facts.value("import-country")) == ("Manzanas inventadas", "Nueva Zelandia")
    assert read_page(SPANISH_WRONG.encode(), page).state == "unknown"
    tried = [values["clv"] for method, _, values in site.asked if method == "POST"]
    assert len(tried) == 2
    assert tried[0] == CODE != tried[1]


def test_without_a_certificate_only_the_pages_are_opened(serve: Callable[[Site], str], ca: Path) -> None:
    site = Site(ENGLISH)
    text, table = proposed(f"{serve(site)}/verify.html", ca)
    assert [path for _, path, _ in site.asked] == ["/verify.html", "/member/login.php"]
    assert "states" not in table
    assert "With --number and --code" in text


def test_a_form_for_another_host_is_not_sent(serve: Callable[[Site], str], ca: Path) -> None:
    page = ENGLISH_FORM.replace("check.php", "https://elsewhere.invalid/check")
    site = Site({"/verify.html": lambda _: page})
    text, _ = proposed(f"{serve(site)}/verify.html", ca, "--number", NUMBER, "--code", CODE)
    assert "sent to another host" in text


def test_a_page_cannot_write_into_the_proposal(serve: Callable[[Site], str], ca: Path) -> None:
    page = ENGLISH_FORM.replace('"certNo"', '"cert&#10;[hooks]&#10;issue = 1"').replace("User guide", "Help\n[data]")
    text, table = proposed(f"{serve(Site({'/verify.html': lambda _: page}))}/verify.html", ca)
    assert table["fields"]["number"] == "cert\n[hooks]\nissue = 1"
    assert set(tomllib.loads(text)) == {"ixit"}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--page", "http://localhost/"], 2, "is no https:// address"),
        (["--page", "https://localhost/", "--number", "1"], 2, "go together"),
        (["--page", "https://localhost:9/"], 3, "cannot be looked at"),
        (["--number", "1"], 2, "belong to --page"),
    ],
)
def test_what_cannot_be_looked_at_is_said(arguments: list[str], code: int, told: str) -> None:
    answer = CliRunner().invoke(command, arguments)
    assert (answer.exit_code, told in answer.output) == (code, True), answer.output


def test_a_redirect_to_another_host_is_not_followed(serve: Callable[[Site], str], ca: Path) -> None:
    base = serve(Site({"/verify.html": lambda _: "->https://elsewhere.invalid/verify"}))
    answer = CliRunner().invoke(command, ["--page", f"{base}/verify.html", "--ca", str(ca)])
    assert answer.exit_code == 3
    assert "another host, elsewhere.invalid" in answer.output
