"""A responder on the loopback for tests: revocation lists by GET, answers of OCSP by POST, and its troubles."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp


@dataclass
class Responder:
    """What the authority `issuer` says: `revoked` serial numbers, and how it misbehaves.

    `trouble`: "" (none), "status" (HTTP 503), "garbage", "nonce" (that of another question), "silent" (no octet until
    the test is over), "flood" (more octets than anybody wants), "redirect", "later" (try later).
    """

    issuer: x509.Certificate | None = None
    key: ec.EllipticCurvePrivateKey | None = None
    certificates: list[x509.Certificate] = field(default_factory=list)
    revoked: set[int] = field(default_factory=set)
    trouble: str = ""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def list(self) -> bytes:
        """The list of now, in DER."""
        assert self.issuer is not None
        assert self.key is not None
        now = datetime.now(UTC).replace(microsecond=0)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.issuer.subject)
        builder = builder.last_update(now - timedelta(hours=1)).next_update(now + timedelta(hours=1))
        for serial in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(minutes=30))
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(self, octets: bytes) -> bytes:
        """The answer to a question, in DER, with the nonce asked by."""
        assert self.issuer is not None
        assert self.key is not None
        if self.trouble == "later":
            later = ocsp.OCSPResponseStatus.TRY_LATER
            return ocsp.OCSPResponseBuilder.build_unsuccessful(later).public_bytes(Encoding.DER)
        request = ocsp.load_der_ocsp_request(octets)
        (about,) = [one for one in self.certificates if one.serial_number == request.serial_number]
        now = datetime.now(UTC).replace(microsecond=0)
        bad = about.serial_number in self.revoked
        builder = ocsp.OCSPResponseBuilder().add_response(
            about, self.issuer, hashes.SHA1(),  # noqa: S303 - the name of a certificate
            ocsp.OCSPCertStatus.REVOKED if bad else ocsp.OCSPCertStatus.GOOD,
            now - timedelta(hours=1), now + timedelta(hours=1), now - timedelta(minutes=30) if bad else None, None,
        ).responder_id(ocsp.OCSPResponderEncoding.NAME, self.issuer)  # fmt: skip
        nonce = request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
        told = nonce[::-1] if self.trouble == "nonce" else nonce
        builder = builder.add_extension(x509.OCSPNonce(told), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


@contextmanager
def responding() -> Iterator[Responder]:
    """Serve on a free port of 127.0.0.1 until the block is left."""
    told = Responder()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(told.list())

        def do_POST(self) -> None:
            self._say(told.answer(self.rfile.read(int(self.headers["Content-Length"]))))

        def _say(self, octets: bytes) -> None:
            told.asked.append(f"{self.command} {self.path}")
            if told.trouble == "silent":
                told.over.wait(30)
                return
            if told.trouble == "flood":
                octets = bytes(11_000_000)
            if told.trouble == "garbage":
                octets = b"nothing that can be read"
            self.send_response({"status": 503, "redirect": 302}.get(told.trouble, 200))
            if told.trouble == "redirect":
                self.send_header("Location", f"{told.url}/elsewhere")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            try:
                self.wfile.write(octets)
            except OSError:
                return  # whoever asked had enough

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
