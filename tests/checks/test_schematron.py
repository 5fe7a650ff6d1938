"""The exported Schematron says of every document what our own evaluator says, rule by rule and place by place.

The processor is the ISO skeleton of lxml, which compiles a file to XSLT and runs it with libxslt.
"""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree, isoschematron  # type: ignore[attr-defined]  # the stubs lack it

from conformance.checks.rules.engine import _compiled
from conformance.checks.rules.profile import load_profile, profile_names
from conformance.checks.schema_sets import release_of
from conformance.data import data_path
from conformance.parsing import Unreadable, parse
from conformance.vectors.certificate import CertificateData, acknowledgement, certificate
from conformance.vectors.mutations import MUTATIONS
from conformance.vectors.rule_twins import RULE_TWINS

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
BUILD = Path(__file__).resolve().parents[2] / "schemas" / "schematron" / "build.py"


@lru_cache(maxsize=8)
def schematron(profile: str) -> isoschematron.Schematron:
    file = data_path("schemas", "schematron", f"{profile}-17A.sch")
    return isoschematron.Schematron(etree.parse(str(file)), store_report=True)


@lru_cache(maxsize=1)
def corpus() -> dict[str, bytes]:
    good = certificate(CertificateData())
    documents = {path.name: path.read_bytes() for path in sorted(data_path("fixtures", "certificates").glob("*.xml"))}
    documents |= {f"mutation {m.name}": m(good) for m in MUTATIONS}
    documents |= {f"twin {t.name}": t.bad for t in RULE_TWINS}
    documents["sample of an acknowledgement"] = acknowledgement(["NZ-1"], status="41", reasons=["late"])
    return documents


def by_schematron(profile: str, root: etree._Element) -> set[tuple[str, str]]:
    judge = schematron(profile)
    judge.validate(root)
    tree = root.getroottree()
    found: set[tuple[str, str]] = set()
    for failed in judge.validation_report.iter(f"{SVRL}failed-assert"):
        places = root.xpath(str(failed.get("location")))
        assert isinstance(places, list)
        (place,) = places
        assert isinstance(place, etree._Element)
        found.add((str(failed.get("id")), tree.getpath(place)))
    return found


def by_us(profile: str, root: etree._Element) -> set[tuple[str, str]]:
    release = release_of(root)
    if release is None:
        return set()
    tree = root.getroottree()
    rules = _compiled(release, load_profile(profile)).every.expressions
    return {(rule.id, tree.getpath(element)) for rule, select in rules for element in select(root)}


@pytest.mark.parametrize("profile", profile_names())
def test_an_independent_processor_agrees_on_every_document(profile: str) -> None:
    broken: set[str] = set()
    for name, octets in corpus().items():
        if "too-many-lines" in name and profile != "exchange":
            continue  # a megabyte, which the others leave alone
        try:
            root = parse(octets)
        except Unreadable:
            continue
        release = release_of(root)
        if release is None or release.name != "17A":
            continue
        ours = by_us(profile, root)
        assert by_schematron(profile, root) == ours, name
        broken |= {rule for rule, _ in ours}
    if profile == "exchange":
        missing = {rule.id for rule in load_profile(profile).expressions} - broken
        assert not missing, "rules that no document of the corpus breaks"


def test_the_committed_files_are_what_the_builder_writes() -> None:
    done = subprocess.run([sys.executable, str(BUILD), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
