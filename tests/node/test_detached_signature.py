"""A node that signs beside its documents: by pull, by mail, and as importer."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from node_process import EXCHANGE, RunningNode, command, running

from reference_impl.certificates.parsing import parse
from reference_impl.config import ConfigError, load_config
from reference_impl.mail.message import parse as parse_mail
from reference_impl.signing.credentials import load_certificates, load_credentials
from reference_impl.signing.signer import DETACHED, DS, Signer
from reference_impl.signing.verifier import Anchor, BadSignature, Verifier

DOCUMENT = b"<document>octets</document>"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("detached") / "node"
    subprocess.run(command("init", made, "--signature", "detached"), check=True, capture_output=True, timeout=20)
    return made


@pytest.fixture(scope="module")
def node(folder: Path) -> Iterator[RunningNode]:
    with running(folder) as found:
        yield found


@pytest.fixture(scope="module")
def signer(folder: Path) -> Signer:
    return Signer(load_credentials(folder / "pki/signing.key", folder / "pki/signing.pem"), DETACHED)


@pytest.fixture(scope="module")
def verifier(folder: Path) -> Verifier:
    return Verifier({"CN": Anchor(load_certificates(folder / "pki/signing-root.pem"))})


def test_pull_gives_the_document_and_its_signature_beside_it(
    node: RunningNode, folder: Path, verifier: Verifier, tmp_path: Path
) -> None:
    assert node.partner["ics"]["signature"] == "detached"
    number = node.partner["data"]["issued"][0]
    answer = etree.fromstring(node.call("GetCertificate", f"<Number>{number}</Number>").content)
    document, signature = (
        base64.b64decode(answer.findtext(f".//{{{EXCHANGE}}}{name}") or "")
        for name in ("Document", "DetachedSignature")
    )
    root = parse(document)
    assert next(root.iter(f"{{{DS}}}Signature"), None) is None
    verifier.verify_detached(root, document, parse(signature), "CN", NOW)
    if shutil.which("xmlsec1"):
        (tmp_path / "certificate.xml").write_bytes(document)
        (tmp_path / "signature.xml").write_bytes(signature)
        subprocess.run(
            ["xmlsec1", "--verify", "--enabled-reference-uris", "same-doc,remote", "--trusted-pem",
             str(folder / "pki/signing-root.pem"), "signature.xml"],
            cwd=tmp_path, check=True, capture_output=True,
        )  # fmt: skip


def test_a_draft_that_is_approved_is_signed_anew_beside_its_octets(folder: Path, verifier: Verifier) -> None:
    from reference_impl.node import Node  # noqa: PLC0415 - loads the whole node

    made = Node(load_config(folder))
    try:
        number = made.registrar.issue("NZ", "851", "pending").number
        made.lifecycle.approve(number)
        kept = made.certificates.get(number)
    finally:
        made.close()
    assert kept is not None
    assert kept.signature is not None
    verifier.verify_detached(parse(kept.document), kept.document, parse(kept.signature), "CN", NOW)


def test_a_signature_is_refused_with_other_octets_and_with_none(signer: Signer, verifier: Verifier) -> None:
    signature = parse(signer.detached(DOCUMENT, NOW))
    assert verifier.verify_detached(parse(DOCUMENT), DOCUMENT, signature, "CN", NOW)
    other = DOCUMENT.replace(b"octets", b"Octets")
    with pytest.raises(BadSignature, match="other octets"):
        verifier.verify_detached(parse(other), other, signature, "CN", NOW)
    with pytest.raises(BadSignature, match="not signed"):
        verifier.verify_detached(parse(DOCUMENT), DOCUMENT, None, "CN", NOW)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'URI="certificate.xml"', b'URI=""', "one reference"),
        (b"xmlenc#sha256", b"xmlenc#sha1", "not allowed"),
        (b"ecdsa-sha256", b"ecdsa-sha512", "does not verify"),
        (b"<ds:SignedInfo>", b'<ds:SignedInfo Id="x">', "does not verify"),
        (b"<ds:SignedInfo>", b'<ds:SignedInfo xml:lang="en">', "xml namespace"),
    ],
)
def test_a_signature_of_another_form_is_refused(
    signer: Signer, verifier: Verifier, old: bytes, new: bytes, why: str
) -> None:
    octets = signer.detached(DOCUMENT, NOW)
    assert old in octets
    with pytest.raises(BadSignature, match=why):
        verifier.verify_detached(parse(DOCUMENT), DOCUMENT, parse(octets.replace(old, new)), "CN", NOW)


def test_a_pushed_message_has_the_signature_in_a_part_of_its_own(folder: Path, verifier: Verifier) -> None:
    from reference_impl import mail  # noqa: PLC0415 - loads the whole node
    from reference_impl.node import Node  # noqa: PLC0415
    from reference_impl.store.tables import outbox  # noqa: PLC0415

    made = Node(load_config(folder))
    try:
        mail.install(made)
        number = made.registrar.issue("NZ", "851", "issued").number
        made.outbox.enqueue_certificate(number, "NZ")
        with made.database.read() as connection:
            message = connection.execute(outbox.select().where(outbox.c.number == number)).one().message
    finally:
        made.close()
    read = parse_mail(message)
    assert read.signature is not None
    verifier.verify_detached(parse(read.document), read.document, parse(read.signature), "CN", NOW)


def test_a_place_nobody_knows_is_refused_with_a_clear_message(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*.sqlite*"))
    path = copy / "node.toml"
    path.write_text(path.read_text().replace('placement = "detached"', 'placement = "enveloping"'))
    with pytest.raises(ConfigError, match="placement must be enveloped or detached"):
        load_config(copy)
