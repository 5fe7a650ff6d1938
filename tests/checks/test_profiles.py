"""Profiles: data that chooses among the rules, and never a false alarm where only our own profile demands something."""

import tomllib
from pathlib import Path

import pytest
from lxml import etree

from conformance.catalogue import load_catalogue
from conformance.checks.document import check_document
from conformance.checks.rules.profile import load_profile, profile_names
from conformance.checks.rules.stock import RuleError, stock
from conformance.checks.rules.tables import names, with_name
from conformance.checks.schema_sets import releases
from conformance.data import data_path
from conformance.model.words import Layer, Level, Verdict
from conformance.vectors.certificate import CERTIFICATE, ENTITY, UNQUALIFIED
from conformance.vectors.rule_twins import RULE_TWINS, WHAT, RuleTwin, base

OTHERS = ("uncefact", "ippc", "traces", "intercom")
GOOD = base("accepted")


def musts(data: bytes, profile: str) -> set[str]:
    return {f.requirement for f in check_document(data, profile=profile).findings if f.level.binding}


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("name", sorted(WHAT))
def test_good_certificates_are_good_in_every_profile(name: str, profile: str) -> None:
    assert musts(base(name), profile) == set()


@pytest.mark.parametrize("twin", RULE_TWINS, ids=lambda twin: twin.name)
def test_a_bad_twin_breaks_its_rule_at_its_level_and_no_other(twin: RuleTwin) -> None:
    found = [f for f in check_document(twin.bad, languages=twin.languages).findings if f.layer is Layer.RULES]
    assert {(f.requirement, f.level) for f in found} <= {(twin.requirement, twin.level)}
    if twin.rule != "DOC-022.description":  # the schema demands it too, and its finding stands for both
        assert found or check_document(twin.bad).findings


def ordinary(data: bytes) -> bytes:
    """Make of a certificate what national systems send and partners take: nothing a standard forbids."""
    changes = (
        (b"+00:00<", b"<"), (b">Nelson</ram:Name></ram:IssueSPSLocation>", b"/></ram:IssueSPSLocation>"),
        (b"<ram:SequenceNumeric>1<", b"<ram:SequenceNumeric>0<"), (b"CSQU3054383", b"N/A"),
        (b"NZ-2026-000001", b"NZ 2026/000001"), (b'unitCode="KGM">1310', b'unitCode="KGM">0'),
        (b"<ram:Subject>ADEDL<", b"<ram:Subject>REMARKS<"),
    )  # fmt: skip
    for old, new in changes:
        data = data.replace(old, new)
    return data.replace(b"<ram:Name/></ram:IssueSPSLocation>", b"<ram:Name></ram:Name></ram:IssueSPSLocation>")


def test_what_systems_send_and_partners_take_fails_in_our_profile_only() -> None:
    data = ordinary(GOOD)
    assert len(musts(data, "exchange")) >= 6
    for profile in ("uncefact", "ippc", "traces"):
        report = check_document(data, profile=profile)
        assert (profile, report.verdict) == (profile, Verdict.PASS), [f for f in report.findings if f.level.binding]


def test_what_no_standard_allows_fails_in_every_profile() -> None:
    for old, new, requirement in (
        ("2026-03-02T09:30:00+00:00", "2026-02-30T09:30:00+00:00", "DOC-013"),
        ("<ram:ItemQuantity>60", "<ram:ItemQuantity>-1", "DOC-024"),
        ('languageID="en"', 'languageID="english"', "DOC-030"),
    ):
        for profile in profile_names():
            assert musts(GOOD.replace(old.encode(), new.encode(), 1), profile) == {requirement}


def signed(data: bytes) -> bytes:
    note = (
        b"<ram:IncludedSPSNote>\n<ram:Subject>SPSFL</ram:Subject>\n<ram:Content>1</ram:Content></ram:IncludedSPSNote>"
    )
    first = b"<ram:IncludedSPSNote>"
    return data.replace(first, note + first, 1)


def sealed(data: bytes) -> bytes:
    root = etree.fromstring(data)
    etree.SubElement(root, "{http://www.w3.org/2000/09/xmldsig#}Signature")
    return etree.tostring(root)


def test_a_document_without_signs_fails_for_no_rule_of_ours_alone() -> None:
    data = ordinary(GOOD)
    assert musts(data, "exchange")
    told = check_document(data, profile="auto")
    assert (told.verdict, told.profile) == (Verdict.PASS, "uncefact")
    assert "DOC-013" in {f.requirement for f in told.findings}  # told as advice
    broken = data.replace(b"<ram:TypeCode>851</ram:TypeCode>", b"", 1)
    assert check_document(broken, profile="auto").verdict is Verdict.FAIL


def test_languages_asked_for_bind_in_every_profile() -> None:
    for profile in ("auto", *profile_names()):
        report = check_document(GOOD, profile=profile, languages=["en", "zh"])
        assert (profile, report.verdict) == (profile, Verdict.FAIL)


def test_a_profile_is_recognised_by_the_signs_of_a_document() -> None:
    coded = GOOD.replace(b"<ram:Subject>ADEDL</ram:Subject>\n", b"").replace(
        b"inspected and found free of regulated pests.</ram:Content>",
        b"inspected.</ram:Content><ram:SubjectCode>CHED_TYPE</ram:SubjectCode>",
    )
    for data, name in ((GOOD, "uncefact"), (signed(GOOD), "ippc"), (coded, "traces"), (sealed(GOOD), "exchange")):
        assert check_document(data, profile="auto").profile == name
    data = sealed(signed(GOOD))
    assert check_document(data, profile="auto").profile == "intercom"
    assert musts(data, "auto") == set()
    assert "DOC-048" in musts(data, "ippc")
    assert musts(data, "intercom") == set()


def test_a_certificate_inside_an_answer_of_traces_is_found() -> None:
    inner = GOOD.split(b"?>\n", 1)[1]
    answer = (
        b'<a:GetChedCertificateResponse xmlns:a="http://ec.europa.eu/tracesnt/certificate/ched/v01">'
        + inner
        + b"</a:GetChedCertificateResponse>"
    )
    assert check_document(answer, profile="traces").verdict is Verdict.PASS
    assert check_document(answer, profile="exchange").verdict is Verdict.FAIL


def test_languages_agreed_are_asked_for() -> None:
    bilingual = base("accepted-bilingual")
    assert check_document(bilingual, languages=["en", "zh"]).findings == ()
    assert {f.requirement for f in check_document(GOOD, languages=["en", "zh"]).findings} == {"DOC-031"}


def written(folder: Path, text: str) -> str:
    file = folder / "country.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_profile_of_ones_own_extends_another(tmp_path: Path) -> None:
    own = written(tmp_path, '''
extends = "uncefact"
[levels]
"DOC-036" = "MUST"
"DOC-032" = "off"
[lists]
relations = ["AAA"]
[[rule]]
id = "DOC-035.ours"
level = "MUST"
basis = "standard"
context = ["{line}/ram:OriginSPSCountry/ram:ID"]
test = "listed($ours, .)"
message = "only our own goods"
expected = "one of $ours"
'''.replace("[lists]", "[lists]\nours = ['AU']"))  # fmt: skip
    profile = load_profile(own)
    assert musts(GOOD, own) == {"DOC-035"}
    assert profile.levels["DOC-032.normal-form"] is None
    assert {rule.level for rule in profile.expressions if rule.requirement == "DOC-036"} == {Level.MUST}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("own = 'MAYBE'", "own"),
        ("colour = 1", "colour"),
        ("[levels]\n'DOC-999' = 'MUST'", "DOC-999"),
        ("[levels]\n'DOC-012' = 'PERHAPS'", "PERHAPS"),
        ("[[rule]]\nid = 'DOC-001.x'", "missing"),
        ("extends = 'nowhere'", "nowhere"),
        ("not toml", "TOML"),
    ],
)
def test_a_profile_that_is_not_right_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        load_profile(written(tmp_path, text))


def test_every_rule_is_about_a_requirement_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    for rule in (*(row.id for row in stock().rows), *stock().functions):
        assert rule.partition(".")[0] in catalogue, rule


def test_codes_are_told_with_their_names() -> None:
    assert with_name("70", "status-codes") == "70 Issued"
    assert with_name("851", "document-names") == "851 Phytosanitary certificate"
    assert with_name("KGM", "units") == "KGM kilogram"
    assert with_name("E01", "units") == "E01 newton per square centimetre"
    assert {"BX", "O1", "43"} <= set(names("packages"))
    finding = next(f for f in check_document(GOOD.replace(b">851<", b">380<")).findings if f.requirement == "DOC-006")
    assert finding.actual == "'380' Commercial invoice"
    assert "851 Phytosanitary certificate" in finding.expected


@pytest.mark.parametrize("table", ["countries", "units", "packages", "modes", "status-codes", "document-names", "tags"])
def test_every_code_has_a_name_on_one_line(table: str) -> None:
    assert [code for code, name in names(table).items() if not name or name != " ".join(name.split())] == []


@pytest.mark.parametrize("unit", ["KGM", "TNE", "HUR", "CEL", "C62", "ASU", "H18", "HAR", "NMP"])
def test_units_that_certificates_use_are_known(unit: str) -> None:
    assert unit in names("units")


@pytest.mark.parametrize("unit", ["KILO", "kgm", "XBX", "ASV", ""])
def test_other_units_are_not(unit: str) -> None:
    assert unit not in names("units")


@pytest.mark.parametrize(
    ("tag", "good"),
    [
        ("de-1996", True), ("sl-rozaj-biske", True), ("zh-cmn-Hans-CN", True), ("es-419", True), ("en-x-port", True),
        ("x-own", True), ("en-u-ca-gregory", True), ("yue", True), ("EN", True), ("zh-hant-tw", True),
        ("en-", False), ("en_GB", False), ("english", False), ("qqq", False), ("en-x", False), ("de-19", False),
        ("", False),
    ],
)  # fmt: skip
def test_language_tags_are_those_of_bcp_47(tag: str, good: bool) -> None:
    data = GOOD.replace(b'languageID="en"', f'languageID="{tag}"'.encode(), 1)
    assert (musts(data, "uncefact") == set()) is good


def of_release(data: bytes, facts: dict[str, str]) -> bytes:
    for key, uri in (("certificate", CERTIFICATE), ("entity", ENTITY), ("unqualified_data_type", UNQUALIFIED)):
        data = data.replace(uri.encode(), facts[key].encode())
    return data


@pytest.mark.parametrize(
    "release", sorted({r.name for r in releases().values() if r.standing != "imported" and r.file})
)
def test_the_rules_hold_in_every_release(release: str) -> None:
    known = tomllib.loads(data_path("schemas", "uncefact", "releases.toml").read_text(encoding="utf-8"))
    facts = known[release]
    for name in WHAT:
        assert check_document(of_release(base(name), facts)).findings == (), name
    for twin in RULE_TWINS:
        report = check_document(of_release(twin.bad, facts), languages=twin.languages)
        assert report.release == release
        assert twin.requirement in {f.requirement for f in report.findings}, twin.name
