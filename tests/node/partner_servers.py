"""What the reference node finds at its partner NZ: a mail server and a pull service."""

import asyncio
import base64
import hashlib
import ssl
import threading
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from lxml import etree
from partner_bench import Running

from reference_impl.clock import instant

NS = "urn:ecert:exchange:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class MailServer:
    """NZ's intake. `answers` go to final dots in order (not of notices), then 250; `drop` closes the connection."""

    def __init__(self, node: Running) -> None:
        self.messages: list[Message] = []
        self.octets: list[bytes] = []
        self.times: list[float] = []
        self.answers: list[str] = []
        judge = node.partner["ixit"]["judge"]
        self.login = (judge["mail_username"].encode(), judge["mail_password"].encode())
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(node.folder / judge["certificate"], node.folder / judge["key"])
        self.tls, self.hold = tls, False
        self.released = threading.Event()
        self.sessions: list[SMTP] = []
        self.options: dict[str, Any] = {
            "tls_context": tls,
            "require_starttls": True,
            "auth_required": True,
            "hostname": "localhost",
        }
        self.loop = asyncio.new_event_loop()
        self.node = node

    def _check(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == self.login)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        octets = envelope.original_content or b""
        notice = b"ECERT NOTICE" in octets
        self.times += [] if notice else [time.monotonic()]
        self.octets.append(octets)
        self.messages.append(message_from_bytes(octets))
        if self.hold:
            await asyncio.to_thread(self.released.wait, 20)
        # Notices of the sample certificates may come first; they must not use up what the test scripted.
        answer = self.answers.pop(0) if self.answers and not notice else "250 kept"
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        return answer

    def release(self) -> None:
        """Let go the final dots that were held."""
        self.hold = False
        self.released.set()

    def mend(self) -> None:
        """Offer the right certificate over STARTTLS from now on."""
        judge = self.node.partner["ixit"]["judge"]
        self.tls.load_cert_chain(self.node.folder / judge["certificate"], self.node.folder / judge["key"])
        self.options.update(tls_context=self.tls, require_starttls=True, auth_required=True)

    def of(self, number: str) -> list[Message]:
        """The messages whose subject names a number."""
        return [m for m in list(self.messages) if f" {number} " in str(m["Subject"])]

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result(5)
        self.node.judge.update(mail_host="127.0.0.1", mail_port=self.server.sockets[0].getsockname()[1])
        self.node.lookup("tell the node where this server is")
        return self

    async def _listen(self) -> asyncio.Server:
        def session() -> SMTP:
            self.sessions.append(SMTP(self, loop=self.loop, authenticator=self._check, **self.options))
            return self.sessions[-1]

        return await self.loop.create_server(session, "127.0.0.1", 0)

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            self.server.close()
            for session in self.sessions:
                for transport in (session.transport, session._original_transport):
                    if isinstance(transport, asyncio.WriteTransport):
                        transport.abort()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


class PullServer:
    """NZ's pull service. `listed` maps a number to its octets; `faults` to the fault GetCertificate gives."""

    def __init__(self, node: Running, certificate: str = "", key: str = "") -> None:
        self.listed: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self.calls: list[tuple[str, bytes, dict[str, str]]] = []
        judge = node.partner["ixit"]["judge"]
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate or node.folder / judge["certificate"], key or node.folder / judge["key"])
        tls.load_verify_locations(node.folder / judge["client_ca"])
        tls.verify_mode = ssl.CERT_REQUIRED
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.node = node

    def answer(self, request: etree._Element) -> tuple[int, str]:
        operation = etree.QName(request).localname
        number = request.findtext(f"{{{NS}}}Number") or ""
        if operation == "ListCertificates":
            return 200, f'<ListCertificatesResponse xmlns="{NS}">{self._items()}</ListCertificatesResponse>'
        if operation == "GetCertificate":
            if number in self.faults:
                name = self.faults[number]
                detail = f'<{name} xmlns="{NS}"><Number>{number}</Number><Text>no</Text></{name}>'
                fault = "<faultcode>soap:Client</faultcode><faultstring>no</faultstring>"
                return 500, f'<soap:Fault xmlns:soap="{SOAP}">{fault}<detail>{detail}</detail></soap:Fault>'
            document = self.listed[number]
            fields = (
                f"<Number>{number}</Number><TypeCode>851</TypeCode><StatusCode>70</StatusCode>"
                f"<DocumentDigest>{self._digest(number)}</DocumentDigest>"
                f"<Document>{base64.b64encode(document).decode()}</Document>"
            )
            return 200, f'<GetCertificateResponse xmlns="{NS}">{fields}</GetCertificateResponse>'
        now = instant(datetime.now(UTC))
        if operation == "AcknowledgeReceipt":
            fields = f"<DeliveryState>Delivered</DeliveryState><AcknowledgedDateTime>{now}</AcknowledgedDateTime>"
            body = f"<Number>{number}</Number>{fields}"
            return 200, f'<AcknowledgeReceiptResponse xmlns="{NS}">{body}</AcknowledgeReceiptResponse>'
        body = f"<DocumentDigest>{'0' * 64}</DocumentDigest><ReceivedDateTime>{now}</ReceivedDateTime>"
        return 200, f'<SubmitAcknowledgementResponse xmlns="{NS}">{body}</SubmitAcknowledgementResponse>'

    def _digest(self, number: str) -> str:
        return self.digests.get(number) or hashlib.sha256(self.listed[number]).hexdigest().upper()

    def _items(self) -> str:
        now = instant(datetime.now(UTC))
        return "".join(
            f"<Item><Number>{number}</Number><TypeCode>851</TypeCode><StatusCode>70</StatusCode>"
            f"<ChangeDateTime>{now}</ChangeDateTime><DocumentDigest>{self._digest(number)}</DocumentDigest></Item>"
            for number in sorted(self.listed)
        )

    def receipts(self, number: str) -> list[str]:
        """The receipts given for a number, in order."""
        found = [etree.fromstring(body)[0][0] for name, body, _ in list(self.calls) if name == "AcknowledgeReceipt"]
        return [r.findtext(f"{{{NS}}}Receipt") or "" for r in found if r.findtext(f"{{{NS}}}Number") == number]

    def named(self, operation: str) -> list[tuple[bytes, dict[str, str]]]:
        """Body and headers of each call of an operation."""
        return [(body, headers) for name, body, headers in list(self.calls) if name == operation]

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.node.judge.update(pull_url=f"https://127.0.0.1:{self.server.server_address[1]}/exchange")
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _handler(service: PullServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            octets = self.rfile.read(int(self.headers["Content-Length"]))
            request = etree.fromstring(octets)[0][0]
            service.calls.append((etree.QName(request).localname, octets, dict(self.headers.items())))
            status, body = service.answer(request)
            answer = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
