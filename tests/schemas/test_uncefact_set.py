"""The 17A schema set: what the tables say is what lies on disk, and it accepts and refuses as published."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from conformance.checks.schema_sets import compiled, described, releases
from conformance.data import data_path
from conformance.vectors.certificate import (
    ACKNOWLEDGEMENT,
    CERTIFICATE,
    CertificateData,
    Line,
    Reference,
    acknowledgement,
    certificate,
    replacement,
)


def schema(namespace: str = CERTIFICATE) -> etree.XMLSchema:
    file = releases()[namespace].file
    assert file is not None
    return compiled(file)


def valid(data: bytes) -> bool:
    root = etree.fromstring(data)
    return schema(root.nsmap["rsm"]).validate(root)


def test_the_committed_set_is_what_the_tables_say() -> None:
    builder = data_path("schemas", "uncefact", "build.py")
    done = subprocess.run([sys.executable, str(builder), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_wrong_usage_of_the_builder_exits_2() -> None:
    builder = data_path("schemas", "uncefact", "build.py")
    done = subprocess.run([sys.executable, str(builder), "--chek"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr


@pytest.mark.parametrize("namespace", [CERTIFICATE, ACKNOWLEDGEMENT])
def test_both_libraries_load_each_message_with_one_root(namespace: str) -> None:
    file = releases()[namespace].file
    assert isinstance(file, Path)
    assert compiled(file) is compiled(file)
    loaded = described(file)
    assert isinstance(loaded, xmlschema.XMLSchema10)
    assert len(loaded.elements) == 1


def test_the_capital_s_of_the_qualified_data_types_is_kept() -> None:
    text = data_path("schemas", "uncefact", "17A", "QualifiedDataType_21p0.xsd").read_text(encoding="utf-8")
    assert 'targetNamespace="urn:un:unece:uncefact:data:Standard:QualifiedDataType:21"' in text


GOOD = CertificateData(references=(Reference("R-1"),), lines=(Line(), Line()))


def test_built_documents_are_valid() -> None:
    assert valid(certificate(GOOD))
    assert valid(certificate(replacement(GOOD, CertificateData(number="NZ-0"))))
    assert valid(acknowledgement(["NZ-1", "NZ-2"], status="41", reasons=["unreadable"]))


def swap(old: str, new: str) -> Callable[[], bytes]:
    def change() -> bytes:
        text = certificate(GOOD).decode()
        assert old in text
        return text.replace(old, new, 1).encode()

    return change


ACCEPTED = {
    "spaces around a code": swap("<ram:StatusCode>70", "<ram:StatusCode> 70\n "),
    "the fixed agency": swap(
        "<ram:StatusCode>", '<ram:StatusCode listAgencyID="6" listID="4405" listVersionID="D16B">'
    ),
    "a fixed list with spaces": swap("<ram:StatusCode>", '<ram:StatusCode listID=" 4405 ">'),
    "any unit": swap('unitCode="KGM"', 'unitCode="furlong"'),
    "empty text": swap(">Fresh apples<", "><"),
    "any text as date": swap("2026-03-02T09:30:00+00:00", "yesterday"),
    "a date of another document": swap("<ram:IssueDateTime>2026-02-20<", "<ram:IssueDateTime>2026-02-20T10:00:00Z<"),
    "the DateTime alternative": swap(
        "<udt:DateTimeString>2026-03-02T09:30:00+00:00</udt:DateTimeString>",
        "<udt:DateTime>2026-03-02T09:30:00</udt:DateTime>",
    ),
    "format of a date text": swap("<udt:DateTimeString>", '<udt:DateTimeString format="205">'),
    "an explicit type": swap(
        "<ram:StatusCode>",
        '<ram:StatusCode xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:q="urn:un:unece:uncefact:data:Standard:QualifiedDataType:21" x:type="q:StatusCodeType">',
    ),
}
REFUSED = {
    "another agency": swap("<ram:StatusCode>", '<ram:StatusCode listAgencyID="7">'),
    "another list": swap("<ram:StatusCode>", '<ram:StatusCode listID="1373">'),
    "an undeclared attribute": swap("<ram:StatusCode>", '<ram:StatusCode note="x">'),
    "an attribute of an entity": swap("<ram:IssuerSPSParty>", '<ram:IssuerSPSParty name="x">'),
    "an unknown code": swap("<ram:StatusCode>70", "<ram:StatusCode>7O"),
    "an empty code": swap("<ram:StatusCode>70", "<ram:StatusCode>"),
    "a word as weight": swap(">1200.5<", ">much<"),
    "a text as date of another document": swap("<ram:IssueDateTime>2026-02-20<", "<ram:IssueDateTime>spring<"),
    "both alternatives of a date": swap(
        "</udt:DateTimeString>", "</udt:DateTimeString><udt:DateTime>2026-03-02T09:30:00Z</udt:DateTime>"
    ),
    "a date text of the wrong namespace": swap("<udt:DateTimeString>", "<ram:DateTimeString>"),
    "two numbers": swap("<ram:ID>NZ-2026-000001</ram:ID>", "<ram:ID>a</ram:ID><ram:ID>b</ram:ID>"),
    "text between elements": swap("<rsm:SPSConsignment>", "<rsm:SPSConsignment>text"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_set_is_as_lax_as_published(name: str) -> None:
    document = ACCEPTED[name]()
    assert valid(document)
    assert described(releases()[CERTIFICATE].file or Path()).is_valid(etree.fromstring(document))


@pytest.mark.parametrize("name", REFUSED)
def test_the_set_is_as_strict_as_published(name: str) -> None:
    text = REFUSED[name]()
    if b"<ram:DateTimeString>" in text:
        text = text.replace(b"</udt:DateTimeString>", b"</ram:DateTimeString>", 1)
    assert not valid(text)
    assert not described(releases()[CERTIFICATE].file or Path()).is_valid(etree.fromstring(text))
