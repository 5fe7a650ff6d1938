"""The importing side fetches, judges, keeps and only then acknowledges."""

import base64
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from lxml import etree
from partner_bench import Running, eventually, running
from partner_servers import MailServer, PullServer

from reference_impl.certificates.parsing import parse
from reference_impl.signing.credentials import Credentials
from reference_impl.signing.signer import DS, Signer


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("importer") / "node") as found:
        yield found


def pulled(node: Running, partner: PullServer, number: str) -> list[str]:
    """The receipts a pull gives for a number."""
    node.hook("pull_now")
    return eventually(lambda: partner.receipts(number))


def held(node: Running, number: str) -> tuple[int, bool]:
    found = node.lookup(number)
    return found["copies"], found["quarantined"]


def test_a_good_certificate_is_fetched_kept_and_acknowledged_once(node: Running) -> None:
    number, document = node.certificate()
    with PullServer(node) as partner:
        partner.listed[number] = document
        assert pulled(node, partner, number) == ["Received"]
        assert held(node, number) == (1, False)
        lists = len(partner.named("ListCertificates"))
        node.hook("pull_now")
        assert eventually(lambda: len(partner.named("ListCertificates")) > lists)
        _, headers = partner.named("ListCertificates")[0]
        assert headers["SOAPAction"] == '"urn:ecert:exchange:1/ListCertificates"'
    assert len(partner.named("GetCertificate")) == 1
    assert partner.receipts(number) == ["Received"]


def test_by_pull_and_push_there_is_one_record(node: Running) -> None:
    number, document = node.certificate()
    with PullServer(node) as partner:
        partner.listed[number] = document
        pulled(node, partner, number)
    assert node.send(node.message(document, number))[0] == 250
    assert held(node, number) == (1, False)


def test_a_fault_is_no_certificate_and_is_asked_for_again(node: Running) -> None:
    number, document = node.certificate()
    other, second = node.certificate()
    with PullServer(node) as partner:
        partner.listed = {number: document, other: second}
        partner.faults[number] = "NotFound"
        assert pulled(node, partner, other) == ["Received"]
        assert (held(node, number), partner.receipts(number)) == ((0, False), [])
        partner.faults.clear()
        assert pulled(node, partner, number) == ["Received"]


def mint(node: Running, folder: Path, begins: timedelta, *, registered: bool) -> Credentials:
    """A signer of NZ, of the registered root or of another one of the same name."""
    pki = node.folder / "pki"
    root = x509.load_pem_x509_certificate((pki / "nz-signing-root.pem").read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = load_pem_private_key((pki / "nz-signing-root.key").read_bytes(), None) if registered else key
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "NZ"), x509.NameAttribute(NameOID.COMMON_NAME, "s")])
    certificate = (
        x509.CertificateBuilder(root.subject, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + timedelta(days=90))
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Credentials(pem, certificate.public_bytes(Encoding.PEM))


def unsigned(document: bytes) -> etree._Element:
    root = parse(document)
    root.remove(root[-1])
    return root


def bad_documents(node: Running, folder: Path) -> dict[str, tuple[str, bytes]]:
    """One of each kind; the number first."""
    found: dict[str, tuple[str, bytes]] = {}

    def make(name: str) -> tuple[str, bytes]:
        number, document = node.certificate()
        found[name] = (number, document)
        return number, document

    number, document = make("accepts-unsigned")
    found["accepts-unsigned"] = (number, etree.tostring(unsigned(document)))
    number, document = make("accepts-any-signer")
    signer = Signer(mint(node, folder, timedelta(days=-1), registered=False))
    found["accepts-any-signer"] = (number, signer.sign(unsigned(document), datetime.now(UTC)))
    number, document = make("accepts-not-yet-valid")
    signer = Signer(mint(node, folder, timedelta(days=1), registered=True))
    found["accepts-not-yet-valid"] = (number, signer.sign(unsigned(document), datetime.now(UTC)))
    number, document = make("accepts-sha1")
    signer = Signer(mint(node, folder, timedelta(days=-1), registered=True))
    signer.signature_method = xmlsec.constants.TransformEcdsaSha1
    signer.digest_method = xmlsec.constants.TransformSha1
    found["accepts-sha1"] = (number, signer.sign(unsigned(document), datetime.now(UTC)))
    number, document = make("wrapping-accepted")
    found["wrapping-accepted"] = (number, wrapped(document))
    number, _ = make("accepts-invalid")
    found["accepts-invalid"] = (
        number,
        node.certificate(lambda root: root[0].remove(root[0][0]), number)[1],
    )
    number, document = make("resolves-entities")
    declared = document.replace(b"?>", b'?>\n<!DOCTYPE r [<!ENTITY x "y">]>', 1)
    found["resolves-entities"] = (number, declared)
    return found


def wrapped(document: bytes) -> bytes:
    """The signed original moved into the signature of another document."""
    original = parse(document)
    signature = original[-1]
    evil = unsigned(document)
    weight = next(evil.iter("{*}NetWeightMeasure"))
    weight.text = "999999"
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    inside = unsigned(document)
    holder.append(inside)
    evil.append(signature)
    return etree.tostring(evil)


def test_what_cannot_be_trusted_is_put_aside_and_answered_not_readable(node: Running, tmp_path: Path) -> None:
    documents = bad_documents(node, tmp_path)
    with PullServer(node) as partner:
        partner.listed = dict(documents.values())
        good, document = node.certificate()
        partner.listed[good] = document
        node.hook("pull_now")
        for name, (number, _) in documents.items():
            assert eventually(partial(partner.receipts, number)) == ["NotReadable"], name
            assert held(node, number) == (0, True), name
        assert eventually(lambda: partner.receipts(good)) == ["Received"]


@pytest.mark.alone
@pytest.mark.parametrize(
    "defect",
    ["accepts-unsigned", "accepts-any-signer", "accepts-not-yet-valid", "accepts-sha1", "wrapping-accepted",
     "accepts-invalid", "resolves-entities"],
)  # fmt: skip
def test_a_defect_lets_exactly_its_document_in(defect: str, tmp_path: Path) -> None:
    with running(tmp_path / "node", defect) as broken, PullServer(broken) as partner:
        number, document = bad_documents(broken, tmp_path)[defect]
        partner.listed[number] = document
        assert pulled(broken, partner, number) == ["Received"]
        assert held(broken, number)[0] == 1


def test_a_document_other_than_the_one_listed_is_not_taken(node: Running) -> None:
    number, document = node.certificate()
    with PullServer(node) as partner:
        partner.listed[number] = document
        partner.digests[number] = "A" * 64
        assert pulled(node, partner, number) == ["NotReadable"]
    assert held(node, number) == (0, True)


def test_a_server_that_cannot_show_who_it_is_is_not_talked_to(node: Running, tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
         "2", "-subj", "/CN=stranger", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "k.pem", "-out", "c.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    number, document = node.certificate()
    log = node.folder / "node.log"
    before = log.read_text().count("ended early")
    with PullServer(node, str(tmp_path / "c.pem"), str(tmp_path / "k.pem")) as stranger:
        stranger.listed[number] = document
        node.hook("pull_now")
        assert eventually(lambda: log.read_text().count("ended early") > before)
        assert stranger.calls == []


def test_a_decision_at_the_border_goes_back_the_way_the_certificate_came(node: Running) -> None:
    pulled_number, document = node.certificate()
    pushed_number, second = node.certificate()
    with PullServer(node) as partner, MailServer(node) as mail:
        partner.listed[pulled_number] = document
        pulled(node, partner, pulled_number)
        node.hook("clear", number=pulled_number, decision="rejected", reason="pest found")
        body = eventually(lambda: partner.named("SubmitAcknowledgement"))[0][0]
        answer = base64.b64decode(etree.fromstring(body).findtext(".//{urn:ecert:exchange:1}Document") or "")
        assert b"pest found" in answer
        assert pulled_number.encode() in answer
        node.send(node.message(second, pushed_number))
        node.hook("clear", number=pushed_number, decision="accepted", reason="")
        found = eventually(lambda: sent if len(sent := mail.of(pushed_number)) == 2 else [])
        assert sorted(str(m["Subject"])[-2:] for m in found) == ["39", "74"]
        assert len({m["In-Reply-To"] for m in found}) == 1
    assert [node.lookup(n)["clearance"] for n in (pulled_number, pushed_number)] == ["rejected", "accepted"]
    with pytest.raises(ValueError, match="is held"):
        node.hook("clear", number="NZ-unknown", decision="accepted", reason="")
