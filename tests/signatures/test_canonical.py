"""Canonical octets of a part: as the standard has them, where the library alone errs."""

from threading import Thread

import pytest
from lxml import etree

from conformance.checks.xmldsig.algorithms import EXCLUSIVE, INCLUSIVE, INCLUSIVE_11
from conformance.checks.xmldsig.canonical import canonical_part

BELOW_DEFAULT = b'<a:r xmlns:a="urn:a"><s xmlns="urn:s"><i><x><y/></x></i></s></a:r>'
BELOW_XML = (
    b'<r xml:lang="en" xml:space="preserve" xml:id="q" xml:base="http://h/a/">'
    b'<s xml:base="b/"><i xml:lang="fr"/></s></r>'
)


def part(document: bytes) -> etree._Element:
    found = etree.fromstring(document).find(".//{*}i")
    assert found is not None
    return found


def test_default_namespaces_declared_above_hold_inside() -> None:
    expected = b'<i xmlns="urn:s" xmlns:a="urn:a"><x><y></y></x></i>'
    assert canonical_part(part(BELOW_DEFAULT), INCLUSIVE) == expected
    assert canonical_part(part(BELOW_DEFAULT), EXCLUSIVE) == b'<i xmlns="urn:s"><x><y></y></x></i>'
    # The reason for going around the library; when this changes, canonical_part can be simpler.
    assert etree.tostring(part(BELOW_DEFAULT), method="c14n", with_comments=False) != expected


def test_attributes_of_xml_are_inherited_as_each_version_has_it() -> None:
    assert canonical_part(part(BELOW_XML), INCLUSIVE) == (
        b'<i xml:base="b/" xml:id="q" xml:lang="fr" xml:space="preserve"></i>'
    )
    assert canonical_part(part(BELOW_XML), INCLUSIVE_11) == (
        b'<i xml:base="http://h/a/b/" xml:lang="fr" xml:space="preserve"></i>'
    )
    assert canonical_part(part(BELOW_XML), EXCLUSIVE) == b'<i xml:lang="fr"></i>'


def test_default_in_a_prefix_list_is_obeyed() -> None:
    inside = part(b'<r xmlns="urn:d"><a:i xmlns:a="urn:a"><b/></a:i></r>')
    with_default = b'<a:i xmlns="urn:d" xmlns:a="urn:a"><b></b></a:i>'
    found: list[bytes] = []

    def canonicalise() -> None:
        # The library alone forgets it, in each thread anew; when this changes, canonical.py can be simpler.
        found.append(etree.tostring(inside, method="c14n", exclusive=True, inclusive_ns_prefixes=["#default"]))
        found.append(canonical_part(inside, EXCLUSIVE, ("#default",)))

    thread = Thread(target=canonicalise)
    thread.start()
    thread.join()
    assert found == [canonical_part(inside, EXCLUSIVE), with_default]


def test_a_relative_namespace_name_has_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        canonical_part(etree.fromstring(b'<r xmlns="relative"/>'), INCLUSIVE)
