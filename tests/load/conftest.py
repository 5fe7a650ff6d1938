"""A small invented partner: HTTPS with a private CA, pull and verification page, as slow or wrong as a test wants."""

import re
import ssl
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conformance.data import data_path

# The folder is data, not a package: its modules are found as locust finds them.
sys.path.insert(0, str(data_path("load")))

NUMBER = "XA-2026-000001"
CODE = "example-code"
DOCUMENT = b"<invented>" + b"x" * 8000 + b"</invented>"
FACTS: tuple[str, ...] = (
    "type",
    "issued",
    "authority",
    "export-country",
    "import-country",
    "product",
    "quantity",
    "consignor",
)
FACTS += ("consignee", "transport")


@dataclass
class Small:
    """The partner: where it is, and how it behaves.

    `stall` holds the first answer back that many seconds; within `away` (from, to: seconds since the first request) it
    asks to come again.
    """

    folder: Path
    port: int = 0
    stall: float = 0.0
    delay: float = 0.0
    wrong_digest: bool = False
    redirect: bool = False
    away: tuple[float, float] = (0.0, 0.0)
    followed: int = 0
    requests: list[float] = field(default_factory=list)

    def partner_file(
        self, host: str = "127.0.0.1", limits: str = "fetch_p95_seconds = 5.0\nerror_share = 0.01"
    ) -> Path:
        path = self.folder / "partner.toml"
        path.write_text(
            f"""[partner]
name = "Exampleland NPPO"
country = "FJ"
[ics]
roles = ["exporter"]
accesses = ["pull", "verification"]
releases = ["urn:un:unece:uncefact:data:standard:SPSCertificate:17"]
document_types = ["851"]
signature = "none"
identity = ["username-token"]
soap = ["1.1"]
[ixit.pull]
url = "https://{host}:{self.port}/exchange"
ca = "ca.pem"
timeout_seconds = 5
[ixit.pull.identities.own]
country = "NZ"
username = "judge"
password = "invented-password"
[ixit.verification]
url = "https://{host}:{self.port}"
ca = "ca.pem"
[ixit.limits]
{limits}
[data]
issued = ["{NUMBER}"]
codes = {{ "{NUMBER}" = "{CODE}" }}
""",
            "utf-8",
        )
        return path


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented test server")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + pem)


def soap_answer(operation: str, wrong_digest: bool) -> str:
    digest = sha256(DOCUMENT + (b"!" if wrong_digest else b"")).hexdigest()
    now = "2026-03-02T09:30:00Z"
    head = f"<Number>{NUMBER}</Number>"
    content = {
        "GetCertificate": f"{head}<TypeCode>851</TypeCode><StatusCode>70</StatusCode>"
        f"<DocumentDigest>{digest}</DocumentDigest><Document>{b64encode(DOCUMENT).decode()}</Document>",
        "GetStatus": f"{head}<StatusCode>70</StatusCode><DeliveryState>Pending</DeliveryState><History>"
        f"<StatusCode>70</StatusCode><ChangeDateTime>{now}</ChangeDateTime></History>",
        "ListCertificates": f"<Item>{head}<TypeCode>851</TypeCode><StatusCode>70</StatusCode>"
        f"<ChangeDateTime>{now}</ChangeDateTime><DocumentDigest>{sha256(DOCUMENT).hexdigest()}</DocumentDigest></Item>",
    }[operation]
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<{operation}Response xmlns="urn:ecert:exchange:1">{content}</{operation}Response></s:Body></s:Envelope>'
    )


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    make_certificate(tmp_path)
    partner = Small(tmp_path)
    first = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            partner.followed += 1
            self._answer("text/html", "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            partner.requests.append(time.time())
            if partner.stall and first.acquire(blocking=False):
                time.sleep(partner.stall)
            since = partner.requests[-1] - partner.requests[0]
            time.sleep(partner.delay)
            if partner.away[0] < since < partner.away[1]:
                self._answer("text/plain", "", 503)
                return
            if self.path == "/exchange":
                found = re.search(r"Body><(\w+)", body)
                assert found is not None
                self._answer("text/xml; charset=utf-8", soap_answer(found.group(1), partner.wrong_digest))
            elif partner.redirect:
                self._answer("text/html", "", 302)
            else:
                facts = "".join(f'<p data-ecert-field="{name}">{name}</p>' for name in FACTS)
                page = f'<p data-ecert-state="issued" data-ecert-field="number">{NUMBER}</p>{facts}'
                self._answer("text/html; charset=utf-8", f"<html><body>{page}</body></html>")

        def _answer(self, media_type: str, text: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Location", f"https://127.0.0.1:{partner.port}/elsewhere")
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    partner.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield partner
    server.shutdown()
    thread.join()
    server.server_close()
