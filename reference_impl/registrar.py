"""Makes up certificates for demonstration and test: invented goods of invented people."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

import pycountry

from reference_impl.certificates.facts import Attachment, Facts, Line, Party, Translation
from reference_impl.certificates.reexport import Origin, left, read_origin, suffices
from reference_impl.clock import Clock
from reference_impl.config import NodeConfig
from reference_impl.lifecycle import DRAFT, ISSUED, PENDING, Lifecycle
from reference_impl.store.certificates import Certificate

STATES = {"issued": ISSUED, "draft": DRAFT, "pending": PENDING}
RE_EXPORT = "657"
_CLAUSE_ZH = "兹证明上述植物和植物产品已按照规定程序检验，未发现进口国规定的检疫性有害生物。"
_GOODS_ZH = ("枸杞干", "鲜梨", "干蒜头")
TRANSLATIONS = {
    ("zh", "851"): Translation("zh", "植物检疫证书", _CLAUSE_ZH, _GOODS_ZH),
    ("zh", "657"): Translation("zh", "植物转口检疫证书", _CLAUSE_ZH, _GOODS_ZH),
}
OLD_STYLE = "EX2000/"  # how numbers of the system before this one begin
BESIDE = "EX2010-"  # and those of one that issues beside it
_GOODS_AGAIN = {"zh": "转口货物"}
_NAMES = {"851": "Phytosanitary certificate", RE_EXPORT: "Phytosanitary certificate for re-export"}
_ORIGIN = "PE"  # where invented goods for re-export were grown
_GOODS = (
    ("Dried goji berries", "Lycium barbarum", "1250.5", "50"),
    ("Fresh pears", "Pyrus pyrifolia", "8400", "560"),
    ("Garlic bulbs, cured", "Allium sativum", "3000", "300"),
)
_NOTE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
_CLAUSE = (
    "The plants and plant products described here were inspected according to official procedures and are considered "
    "free from the quarantine pests specified by the importing country."
)


class Registrar:
    """The registry office: gives numbers, fills in forms, hands them to the lifecycle."""

    def __init__(self, config: NodeConfig, lifecycle: Lifecycle, clock: Clock) -> None:
        self.config = config
        self.lifecycle = lifecycle
        self.clock = clock
        self.re_exporting = Lock()

    def issue(
        self, importing_country: str, type_code: str, state: str, *, consignee_id: str = "", finding: str = "",
        origin: bytes = b"",
    ) -> Certificate:  # fmt: skip
        """Issue an invented certificate.

        `consignee_id` is the consignee's in the importing country's register; `finding` (warning, severe) makes what
        is entered worth such a finding; `origin` is a certificate of origin, all of whose goods are re-exported.
        `ValueError` for an unknown country, type, state or finding, and when less is left than is to be re-exported.
        """
        if state not in STATES:
            raise ValueError(f"state {state!r} is none of {', '.join(STATES)}")
        facts = self.facts(importing_country, type_code)
        facts = self.entered(replace(facts, consignee=replace(facts.consignee, id=consignee_id)), finding)
        if not origin:
            return self.lifecycle.issue(replace(facts, status=STATES[state]), STATES[state])
        with self.re_exporting:  # what is left is counted and taken by one after another
            facts = self.again(facts, origin)
            return self.lifecycle.issue(replace(facts, status=STATES[state]), STATES[state])

    def again(self, facts: Facts, document: bytes) -> Facts:
        """Facts of a certificate for re-export of all the goods of a certificate of origin."""
        if facts.type_code != RE_EXPORT:
            raise ValueError(f"goods are re-exported with a certificate of type {RE_EXPORT}")
        origin = read_origin(document)
        if not self.enough(origin):
            raise ValueError(f"more would be re-exported under {origin.number} than it certifies")
        goods = tuple(_GOODS_AGAIN.get(one.language, "") for one in facts.translations)
        translations = tuple(
            replace(one, descriptions=(words,) * len(origin.lines))
            for one, words in zip(facts.translations, goods, strict=True)
        )
        return replace(facts, lines=origin.lines, original=origin.number, translations=translations)

    def enough(self, origin: Origin) -> bool:
        """Whether all goods of a certificate of origin are still there."""
        return suffices(left(origin, self.lifecycle.store.in_state(RE_EXPORT, ISSUED)), origin.lines)

    def late(self, number: str) -> Certificate:
        """Issue what was handed out on paper, under the number printed on it: a draft of that number. `ValueError`."""
        draft = self.lifecycle.store.get(number)
        if draft is None or draft.status != DRAFT:
            raise ValueError(f"{number} is not the number of a paper certificate that waits to be entered")
        self.lifecycle.approve(number)
        self.lifecycle.approve(number)
        entered = self.lifecycle.store.get(number)
        return draft if entered is None else entered

    def replace(self, number: str, reason: str) -> Certificate:
        """Replace an issued certificate by a new one for the same country."""
        old = self.lifecycle.store.get(number)
        if old is None:
            raise ValueError(f"there is no certificate {number}")
        issued = self.lifecycle.store.history(number)[0].at
        facts = self.facts(old.import_country, old.type_code)
        return self.lifecycle.replace(number, replace(facts, replaced_issue=moment(issued)), reason or "corrected")

    def entered(self, facts: Facts, finding: str) -> Facts:
        """Facts as a clerk enters them who makes a mistake of that level; none for an empty text."""
        if finding == "":
            return facts
        if finding == "warning":
            return replace(facts, container="HOLD 2")
        if finding == "severe":
            return replace(facts, lines=(replace(facts.lines[0], description=""), *facts.lines[1:]))
        raise ValueError(f"finding {finding!r} is neither warning nor severe")

    def number(self) -> str:
        """A new number: country, year, eight random figures (so that numbers tell nothing of the volume)."""
        return f"{self.config.country}-{self.clock.now():%Y}-{secrets.randbelow(10**8):08d}"

    def facts(self, importing_country: str, type_code: str) -> Facts:
        """An invented certificate, ready to be issued."""
        if type_code not in _NAMES:
            raise ValueError(f"type {type_code!r} is none of {', '.join(_NAMES)}")
        home, away = _country(self.config.country), _country(importing_country)
        again = type_code == RE_EXPORT
        grown = _country(_ORIGIN) if again else home
        return Facts(
            number=self.number(),
            name=_NAMES[type_code],
            type_code=type_code,
            status=ISSUED,
            issued=moment(self.clock.now()),
            authority=self.config.authority,
            place="Harbour Inspection Office",
            officer="Lin Example",
            consignor=Party("Northern Orchard Cooperative", "18 Orchard Road", "Harbour City", home[0]),
            consignee=Party("Southern Foods Limited", "4 Wharf Street", "Port Town", away[0]),
            export_country=home,
            import_country=away,
            transit=(),
            transport=("1", "MV Calm Horizon"),
            container="EXMU1234569",
            seal="EX448210",
            lines=tuple(
                Line(str(i), goods, latin, weight, "KGM", packages, "CT", *grown)
                for i, (goods, latin, weight, packages) in enumerate(_GOODS, start=1)
            ),
            clause=_CLAUSE,
            attachment=Attachment("packing-list.pdf", "application/pdf", _NOTE),
            translations=self.translations(importing_country, type_code),
            original=f"{_ORIGIN}-{self.clock.now():%Y}-{secrets.randbelow(10**8):08d}" if again else None,
        )

    def translations(self, importing_country: str, type_code: str) -> tuple[Translation, ...]:
        """The texts in the languages the importing country requires."""
        partner = self.config.partner(importing_country)
        return tuple(TRANSLATIONS[language, type_code] for language in (partner.languages if partner else ()))


def _country(code: str) -> tuple[str, str]:
    found = pycountry.countries.get(alpha_2=code)
    if found is None:
        raise ValueError(f"{code!r} is not an ISO 3166 country code")
    return found.alpha_2, getattr(found, "common_name", found.name)


def moment(at: datetime) -> str:
    """A moment as documents write it: whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
