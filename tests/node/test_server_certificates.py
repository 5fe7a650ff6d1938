"""The node's server certificates live for a week and are renewed in time; its TLS settings refuse what they must."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from reference_impl.config import TlsFiles, load_config
from reference_impl.defects.relay import agree_to_compression, forget_fallback
from reference_impl.setup.initial import initialize
from reference_impl.setup.renewal import renew
from reference_impl.tls import TlsContexts


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    folder = tmp_path_factory.mktemp("renewal") / "node"
    initialize(folder)
    return load_config(folder).tls


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_certificates_are_renewed_when_less_than_three_days_are_left(files: TlsFiles) -> None:
    now = datetime.now(UTC)
    before = read(files.certificate), read(files.rsa_certificate)
    assert not renew(files, "CN", "Example", now)
    assert (read(files.certificate), read(files.rsa_certificate)) == before
    assert renew(files, "CN", "Example", now + timedelta(days=4))
    assert read(files.certificate).serial_number != before[0].serial_number
    for path, key in ((files.certificate, files.key), (files.rsa_certificate, files.rsa_key)):
        made = read(path)
        assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=7)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path, key)


def test_a_context_in_use_takes_the_renewed_certificate(files: TlsFiles) -> None:
    contexts = TlsContexts(files)
    served, client = contexts.page(), contexts.client()
    assert renew(files, "CN", "Example", datetime.now(UTC) + timedelta(days=4))
    contexts.reload()
    assert shaken(served, client) == read(files.certificate).serial_number


def shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> int:
    """Shake hands in memory and return the serial number the client sees."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(down, up, server_hostname="localhost")
    theirs = server.wrap_bio(up, down, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return x509.load_der_x509_certificate(ours.getpeercert(binary_form=True) or b"").serial_number


def test_the_relay_touches_only_what_no_ordinary_client_offers() -> None:
    head = b"\x16\x03\x01\x00\x30\x01\x00\x00\x2c\x03\x03" + bytes(32) + b"\x00"
    plain = head + b"\x00\x04\xc0\x2b\x00\xff" + b"\x01\x00"
    odd = head + b"\x00\x04\xc0\x2b\x56\x00" + b"\x02\x01\x00"
    answer = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + bytes(32) + b"\x00\xc0\x2b\x00"
    assert forget_fallback(plain) == plain
    assert forget_fallback(odd) == head + b"\x00\x04\xc0\x2b\x0a\x0a" + b"\x02\x01\x00"
    assert agree_to_compression(plain, answer) == answer
    assert agree_to_compression(odd, answer) == answer[:-1] + b"\x01"
    assert agree_to_compression(odd, b"\x15\x03\x03\x00\x02\x02\x28") == b"\x15\x03\x03\x00\x02\x02\x28"
