"""A running node for tests: starts `python -m reference_impl serve`, reads its partner.toml, ends it."""

import select
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
EXCHANGE = "urn:ecert:exchange:1"


class RunningNode:
    """Where a node serves and how to speak to it."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.partner: dict[str, Any] = tomllib.loads((folder / "partner.toml").read_text(encoding="utf-8"))
        self.url: str = self.partner["ixit"]["pull"]["url"]
        self.page: str = self.partner["ixit"]["verification"]["url"]

    def context(self, role: str | None = None) -> ssl.SSLContext:
        pull = self.partner["ixit"]["pull"]
        context = ssl.create_default_context(cafile=str(self.folder / pull["ca"]))
        if role:
            identity = pull["identities"][role]
            context.load_cert_chain(self.folder / identity["certificate"], self.folder / identity["key"])
        return context

    def post(self, body: str | bytes, role: str | None = "own", **headers: str) -> httpx.Response:
        sent = {"Content-Type": "text/xml; charset=utf-8", **{k.replace("_", "-"): v for k, v in headers.items()}}
        with httpx.Client(verify=self.context(role), timeout=10) as client:
            return client.post(self.url, content=body, headers=sent)

    def call(self, name: str, inner: str, role: str | None = "own", header: str = "") -> httpx.Response:
        return self.post(envelope(f'<{name} xmlns="{EXCHANGE}">{inner}</{name}>', header), role)

    def hook(self, name: str, **data: object) -> dict[str, Any]:
        hook = self.partner["hooks"][name]
        token = (self.folder / hook["token"]["file"]).read_text(encoding="ascii").strip()
        answer = httpx.post(hook["url"], json=data, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def get(self, path: str) -> httpx.Response:
        with httpx.Client(verify=self.context(), timeout=10) as client:
            return client.get(self.page + path)

    def look_up(self, number: str, code: str) -> httpx.Response:
        with httpx.Client(verify=self.context(), timeout=10) as client:
            return client.post(self.page + "/verify", data={"number": number, "code": code})


def envelope(body: str, header: str = "", namespace: str = SOAP11) -> str:
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return f'<s:Envelope xmlns:s="{namespace}">{head}<s:Body>{body}</s:Body></s:Envelope>'


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "reference_impl", *map(str, arguments)]


@contextmanager
def running(folder: Path, *defects: str) -> Iterator[RunningNode]:
    options = [part for name in defects for part in ("--defect", name)]
    process = subprocess.Popen(
        command("serve", folder, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        readable, _, _ = select.select([process.stdout], [], [], 20)
        line = process.stdout.readline() if readable else ""
        assert line.startswith("ready "), line + process.stderr.read()
        yield RunningNode(process, folder)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
        process.stderr.close()


def initialized(folder: Path) -> Path:
    subprocess.run(command("init", folder), check=True, capture_output=True, timeout=20)
    return folder
