"""A certificate of 2009 comes back from 17A as it went, but for what the list of losses names."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from samples_of_2009 import certificates

from conformance.checks.document import check_document
from conformance.data import data_path
from conformance.legacy.from_sps import from_sps
from conformance.legacy.names import ENTITY
from conformance.legacy.reading import read_certificates
from conformance.legacy.to_sps import to_sps
from conformance.legacy.values import CannotMap, Certificate, Text
from conformance.legacy.writing import write_certificates
from conformance.model.words import Layer, Verdict
from conformance.parsing import parse

SCHEMA = frozenset({Layer.SCHEMA})
RELEASE_17A = [
    path
    for path in sorted(data_path("fixtures", "certificates").glob("accepted*.xml"))
    if path.stem != "accepted-acknowledgement"
]


def capitals(certificate: Certificate) -> Certificate:
    """What is left of a certificate when the case of its language tags is not kept."""

    def large(texts: tuple[Text, ...]) -> tuple[Text, ...]:
        return tuple(Text(text.language.upper(), text.content) for text in texts)

    return replace(
        certificate,
        titles=large(certificate.titles),
        declarations=tuple(large(one) for one in certificate.declarations),
        products=tuple(replace(one, descriptions=large(one.descriptions)) for one in certificate.products),
    )


def example() -> Certificate:
    return read_certificates(parse(data_path("fixtures", "legacy", "accepted.xml").read_bytes()))[0]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(certificate=certificates)
def test_what_is_written_is_valid_and_reads_as_it_was(certificate: Certificate) -> None:
    written = write_certificates([certificate, certificate])
    assert read_certificates(parse(written)) == (certificate, certificate)
    assert check_document(written, layers=SCHEMA).findings == ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(certificate=certificates)
def test_there_and_back_is_without_loss_but_for_what_is_named(certificate: Certificate) -> None:
    there = to_sps(certificate)
    assert check_document(there.document, layers=SCHEMA).findings == ()
    back = from_sps(parse(there.document))
    assert back.losses == ()
    assert back.certificate == capitals(certificate)
    small = [one for one in _languages(certificate) if one != one.upper()]
    assert sorted(loss.value for loss in there.losses) == sorted(small)


def _languages(certificate: Certificate) -> list[str]:
    every = [certificate.titles, *certificate.declarations, *(one.descriptions for one in certificate.products)]
    return [text.language for texts in every for text in texts]


@pytest.mark.parametrize("path", RELEASE_17A, ids=lambda path: path.stem)
def test_no_text_of_a_17a_certificate_is_dropped_silently(path: Path) -> None:
    """Every text and attribute of the document is in the certificate, or named with its value and place."""
    root = parse(path.read_bytes())
    mapped = from_sps(root)
    written = write_certificates([mapped.certificate])
    again = to_sps(mapped.certificate)
    carried = _leaves(parse(again.document))
    lost = {(loss.path, loss.value) for loss in mapped.losses}
    for place, value in _leaves(root).items():
        assert carried.get(place) == value or (place, value) in lost, (place, value)
    assert check_document(written, layers=SCHEMA).verdict is Verdict.PASS


def _leaves(root: etree._Element) -> dict[str, str]:
    found = {}
    for element in root.iter(etree.Element):
        steps = [element, *element.iterancestors()]
        path = "/" + "/".join(
            str(one.tag).rpartition("}")[2]
            + (f"[{1 + sum(1 for _ in one.itersiblings(one.tag, preceding=True))}]" if one is not root else "")
            for one in reversed(steps)
        )
        if not len(element) and element.text:
            found[path] = element.text
        found |= {f"{path}/@{str(name).rpartition('}')[2]}": str(value) for name, value in element.attrib.items()}
    return found


def test_what_17a_demands_and_nobody_said_is_told_and_left_empty() -> None:
    bare = read_certificates(parse(data_path("fixtures", "legacy", "accepted-least.xml").read_bytes()))[0]
    mapped = to_sps(bare)
    empty = {one.path.rpartition("SPSConsignment/")[2] for one in mapped.additions if not one.value}
    assert {"ConsignorSPSParty/Name", "ConsigneeSPSParty/Name"} <= empty
    assert check_document(mapped.document, layers=SCHEMA).verdict is Verdict.PASS


def test_a_time_of_issue_is_named_as_lost_and_its_day_carried() -> None:
    document = to_sps(example()).document.replace(b"2009-03-17T00:00:00+00:00", b"2009-03-17T23:30:00-05:00")
    mapped = from_sps(parse(document))
    assert mapped.certificate.issued == (2009, 3, 17)
    first = mapped.losses[0]
    assert (first.value, "the day is carried" in first.why) == ("2009-03-17T23:30:00-05:00", True)


def test_a_text_without_a_language_is_not_given_one_silently() -> None:
    root = parse(to_sps(example()).document)
    del next(root.iter(f"{{{ENTITY}}}Name")).attrib["languageID"]
    mapped = from_sps(root)
    assert [(one.value, one.path) for one in mapped.additions] == [
        ("EN", "/SPSCertificate/SPSExchangedDocument[1]/Name[1]")
    ]


@pytest.mark.parametrize("code", ["41", "1"])
def test_a_state_without_a_word_is_not_mapped(code: str) -> None:
    root = parse(to_sps(example()).document)
    status = next(root.iter(f"{{{ENTITY}}}StatusCode"))
    status.text = code
    with pytest.raises(CannotMap, match=f"status {code}"):
        from_sps(root)


def test_a_word_without_a_code_is_not_mapped() -> None:
    with pytest.raises(CannotMap, match="'Stamped'"):
        to_sps(replace(example(), status="Stamped"))
