"""The node's pull answer beside nginx serving the same octets over the same TLS, asked by the same client.

Usage: python -m benchmarks.pull [--rounds N] [--seconds N]
Exit code 1 below the budget; 0 with a reason without nginx.

One GetCertificate answer of a 31 KB certificate is fetched again and again over eight kept connections with a client
certificate, in short rounds that take turns; the medians count. Other work on the machine takes more from whoever needs
more of the processor, so the clock flatters nginx on a busy machine. The ratio that is judged therefore comes from
processor times: client and server each have a core of their own, and the slower of the two sets the rate. The ratio by
the clock stands beside it; on a quiet machine the two agree. The client is the standard library's; it, and not nginx,
is the slower one there. What a client without cost of its own would see is the last figure: the servers alone.
"""

import argparse
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.figure import Figure, Told
from reference_impl.certificates.facts import Attachment
from reference_impl.config import load_config
from reference_impl.node import Node

BUDGET = 0.5
OCTETS = 31_000
CONNECTIONS = 8
READY_SECONDS = 20.0
PATH = "/exchange"
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"urn:ecert:exchange:1/GetCertificate"'}
OK = 200
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<GetCertificate xmlns="urn:ecert:exchange:1"><Number>{number}</Number></GetCertificate></s:Body></s:Envelope>'
)
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off; server_tokens off; types {{ }} default_type "text/xml; charset=utf-8"; open_file_cache max=4;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000; keepalive_timeout 60;
  server {{
    listen 127.0.0.1:{port} ssl; root {folder}/root;
    ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
    ssl_client_certificate {authority}; ssl_verify_client on;
    # A file is not for POST; this answers it as a GET would be.
    error_page 405 =200 $uri;
  }}
}}
"""


@dataclass(frozen=True)
class Server:
    """One of the two: where it listens, and its process."""

    name: str
    port: int
    process: int

    def cpu_seconds(self) -> float:
        """Processor time used so far, by all threads."""
        fields = Path(f"/proc/{self.process}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """Answers a second of the clock, and microseconds of processor time for one: the server's, the client's."""

    rate: float
    cpu: float
    client: float

    @property
    def undisturbed(self) -> float:
        """Answers a second when server and client have a core each."""
        return 1e6 / max(self.cpu, self.client)


class Client:
    """Kept connections to one server; every connection has a request under way while the client reads another's."""

    def __init__(self, server: Server, context: ssl.SSLContext, envelope: bytes) -> None:
        self._envelope = envelope
        self.connections = [
            HTTPSConnection("127.0.0.1", server.port, timeout=10, context=context) for _ in range(CONNECTIONS)
        ]

    def close(self) -> None:
        """End the connections."""
        for connection in self.connections:
            connection.close()

    def one(self) -> bytes:
        """Return the body of one answer. Raises `ValueError` when it is not HTTP 200."""
        self._ask(self.connections[0])
        return self._answer(self.connections[0])

    def run(self, seconds: float) -> int:
        """Fetch for some seconds and return the number of answers."""
        for connection in self.connections:
            self._ask(connection)
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            for connection in self.connections:
                self._answer(connection)
                self._ask(connection)
            count += CONNECTIONS
        for connection in self.connections:
            self._answer(connection)
        return count + CONNECTIONS

    def suite(self) -> object:
        """Return the TLS suite and version of the first connection."""
        assert isinstance(self.connections[0].sock, ssl.SSLSocket)
        return self.connections[0].sock.cipher()

    def _ask(self, connection: HTTPSConnection) -> None:
        connection.request("POST", PATH, self._envelope, HEADERS)

    def _answer(self, connection: HTTPSConnection) -> bytes:
        response = connection.getresponse()
        body = response.read()
        if response.status != OK:
            raise ValueError(f"HTTP {response.status}: {body[:200]!r}")
        return body


def make_node(folder: Path) -> str:
    """Make a node's folder with one certificate of about 31 KB for NZ and return its number."""
    subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    node = Node(load_config(folder))
    try:
        facts = node.registrar.facts("NZ", "851")
        plain = node.lifecycle.issue(facts, facts.status)
        filling = os.urandom((OCTETS - len(plain.document)) * 3 // 4)
        facts = replace(
            node.registrar.facts("NZ", "851"),
            attachment=Attachment("annex.pdf", "application/pdf", b"%PDF-1.4\n" + filling),
        )
        return node.lifecycle.issue(facts, facts.status).number
    finally:
        node.close()


@contextmanager
def served_node(folder: Path) -> Iterator[Server]:
    """Serve a node for the length of a with block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reference_impl", "serve", str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        partner_file = Path(process.stdout.readline().strip().removeprefix("ready "))
        url = tomllib.loads(partner_file.read_text("utf-8"))["ixit"]["pull"]["url"]
        yield Server("node", urlsplit(url).port or 443, process.pid)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def served_file(program: str, folder: Path, body: bytes, pki: Path) -> Iterator[Server]:
    """Let nginx serve one file, in one process like the node, for the length of a with block."""
    (folder / "root").mkdir(parents=True)
    (folder / "root" / PATH.strip("/")).write_bytes(body)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = NGINX.format(
        folder=folder, port=port, certificate=pki / "server.pem", key=pki / "server.key", authority=pki / "tls-ca.pem"
    )
    (folder / "nginx.conf").write_text(settings, "utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")])
    try:
        _wait_for(port, process)
        yield Server("nginx", port, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nginx does not listen on 127.0.0.1:{port}")


def measured(server: Server, client: Client, seconds: float) -> Round:
    """One round."""
    cpu, own, started = server.cpu_seconds(), time.process_time(), time.perf_counter()
    count = client.run(seconds)
    wall, own = time.perf_counter() - started, time.process_time() - own
    return Round(count / wall, (server.cpu_seconds() - cpu) / count * 1e6, own / count * 1e6)


def compare(node: Server, other: Server, clients: tuple[Client, Client], rounds: int, seconds: float) -> Told:
    """Measure both in turn and return the ratio of the rates."""
    for server, client in zip((node, other), clients, strict=True):
        measured(server, client, 0.5)
    pairs = [(measured(node, clients[0], seconds), measured(other, clients[1], seconds)) for _ in range(rounds)]
    for server, figures in zip((node, other), zip(*pairs, strict=True), strict=True):
        rate, cpu, own = (statistics.median(getattr(f, name) for f in figures) for name in ("rate", "cpu", "client"))
        print(
            f"{server.name:6} {rate:7,.0f} answers a second; processor for one: server {cpu:.0f}, client {own:.0f} us"
        )
    ratio = statistics.median(a.undisturbed / b.undisturbed for a, b in pairs)
    return Told(
        (
            Figure("pull answers, node to nginx", ratio, "", BUDGET, most=False),
            Figure(
                "pull answers, node to nginx, by the clock", statistics.median(a.rate / b.rate for a, b in pairs), ""
            ),
            Figure(
                "pull answers, node to nginx, servers alone", statistics.median(b.cpu / a.cpu for a, b in pairs), ""
            ),
        )
    )


def main() -> int:
    """Print the figures; return 1 when the node is slower than its budget."""
    parser = argparse.ArgumentParser(description="The node's pull answer beside nginx.")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--seconds", type=float, default=0.8)
    options, _ = parser.parse_known_args()
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        return Told(skipped="nginx is not installed (Debian package nginx-light)").say()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ecert-pull-")))
        number = make_node(folder / "node")
        pki = folder / "node" / "pki"
        context = ssl.create_default_context(cafile=str(pki / "tls-ca.pem"))
        context.load_cert_chain(pki / "nz-client.pem", pki / "nz-client.key")
        envelope = ENVELOPE.format(number=number).encode()
        node = stack.enter_context(served_node(folder / "node"))
        ours = Client(node, context, envelope)
        stack.callback(ours.close)
        body = ours.one()
        other = stack.enter_context(served_file(program, folder / "nginx", body, pki))
        theirs = Client(other, context, envelope)
        stack.callback(theirs.close)
        assert theirs.one() == body, "nginx does not serve the octets the node serves"
        assert ours.suite() == theirs.suite(), f"not the same TLS: {ours.suite()} and {theirs.suite()}"
        print(f"answer of {len(body):,} octets, {CONNECTIONS} connections, {ours.suite()}")
        return compare(node, other, (ours, theirs), options.rounds, options.seconds).say()


if __name__ == "__main__":
    sys.exit(main())
