"""The certificates addressed to an official's country: search, one certificate, export (profile part 8)."""

import csv
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from reference_impl.actor import Deed
from reference_impl.inquiries.measures import MEASURES, told
from reference_impl.inquiries.values import STATE_WORDS as INQUIRY_WORDS
from reference_impl.store.certificates import WORDS, Certificate
from reference_impl.store.register import Entry, Wanted
from reference_impl.texts import N_
from reference_impl.web.routing import Access, Page
from reference_impl.web.view import STATES
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

STATE_WORDS = {"70": N_("Issued"), "44": N_("Replaced"), "40": N_("Withdrawn")}
TYPE_WORDS = {"851": N_("Phytosanitary certificate"), "657": N_("Phytosanitary certificate for re-export")}
MOST_EXPORTED = 10_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class OfficialPages:
    """The room of officials. Its methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        one = "/official/certificates/{number:path}"
        return (
            Page("/official", self.search, access=Access.OFFICIAL),
            Page("/official/certificates.csv", self.export, access=Access.OFFICIAL),
            Page(f"{one}/certificate.xml", self.download, access=Access.OFFICIAL),
            Page(one, self.show, access=Access.OFFICIAL),
        )

    def search(self, visit: Visit) -> Response:
        """The list with its search form."""
        wanted = search_of(visit, self.country(visit), STATE_WORDS)
        found = self.node.register.search(wanted)
        more = len(found) > wanted.size
        shown = found[: wanted.size]
        return self.node.renderer.page(
            visit,
            "officials/list.html",
            wanted=wanted,
            entries=shown,
            total=self.node.register.count(wanted),
            states=STATE_WORDS,
            types=TYPE_WORDS,
            next_page=address_of("/official", wanted, shown[-1].place) if more else "",
            export=address_of("/official/certificates.csv", wanted, ""),
        )

    def export(self, visit: Visit) -> Response:
        """What was found, as a table for spreadsheets (RFC 4180, UTF-8), at most 10,000 lines."""
        wanted = replace(search_of(visit, self.country(visit), STATE_WORDS), size=MOST_EXPORTED, after="")
        written = StringIO()
        table = csv.writer(written)
        table.writerow(("number", "type", "state", "importing country", "changed", "replaced by"))
        for entry in self.node.register.search(wanted)[:MOST_EXPORTED]:
            table.writerow(_harmless(text) for text in _line(entry))
        self.node.audit.owe(Deed("list exported", detail=visit.account.country))
        headers = {"Content-Disposition": 'attachment; filename="certificates.csv"'}
        return Response("\ufeff" + written.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")

    def show(self, visit: Visit) -> Response:
        """One certificate."""
        return self.page(visit, visit.values["number"], 200, "")

    def page(self, visit: Visit, number: str, status: int, problem: str) -> Response:
        """The page of a certificate; `problem` says what is wrong with a measure that was sent."""
        certificate = self.find(visit, number)
        if certificate is None:
            return self.node.site.not_there(visit)
        self.node.audit.owe(Deed("viewed", certificate.number))
        country = self.country(visit)
        return self.node.renderer.page(
            visit,
            "officials/certificate.html",
            status,
            view=self.node.pages.view(certificate),
            number=certificate.number,
            history=self.node.certificates.history(certificate.number),
            states=STATE_WORDS,
            plain_words=WORDS,
            source=self.node.pages.address(),
            verified_at=self.node.pages.verified_at(self.node.clock.now()),
            measures=MEASURES,
            taken=[
                (one.received, one.status, *told(one.status, one.reason))
                for one in self.node.deliveries.clearances(certificate.number)
                if one.country == country
            ],
            inquiries=self.node.inquiries.all(country, number=certificate.number),
            inquiry_states=INQUIRY_WORDS,
            problem=problem,
            client_id=secrets.token_hex(16),
        )

    def download(self, visit: Visit) -> Response:
        """The document, octet for octet as by pull."""
        certificate = self.find(visit, visit.values["number"])
        return self.node.site.not_there(visit) if certificate is None else self.node.pages.download(certificate)

    def country(self, visit: Visit) -> str:
        """Whose certificates the official sees."""
        return visit.account.country

    def find(self, visit: Visit, number: str) -> Certificate | None:
        """A certificate, when it is addressed to the official's country."""
        if not self.node.register.visible(self.country(visit), number):
            return None
        return self.node.pages.find(number)


def search_of(visit: Visit, country: str, states: Mapping[str, str]) -> Wanted:
    """What the query of an address asks for; what cannot be is left out. `country`: see `Wanted`."""
    day = {name: visit.query(name) for name in ("since", "until")}
    return Wanted(
        country=country,
        number=visit.query("number").strip()[:70],
        state=visit.query("state") if visit.query("state") in states else "",
        type_code=visit.query("type") if visit.query("type") in TYPE_WORDS else "",
        since=day["since"] if _DAY.fullmatch(day["since"]) else "",
        until=day["until"] if _DAY.fullmatch(day["until"]) else "",
        after=visit.query("after")[:120],
    )


def address_of(path: str, wanted: Wanted, after: str) -> str:
    """The address of a search, from the entry `after` on."""
    named = {
        "number": wanted.number,
        "state": wanted.state,
        "type": wanted.type_code,
        "since": wanted.since,
        "until": wanted.until,
        "after": after,
    }
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{path}?{query}" if query else path


def _line(entry: Entry) -> tuple[str, ...]:
    state = STATES.get(entry.status, entry.status)
    return (entry.number, entry.type_code, state, entry.import_country, entry.changed, entry.replaced_by or "")


def _harmless(text: str) -> str:
    # Spreadsheets take these for formulas (CWE-1236).
    return f"'{text}" if text.startswith(_FORMULA) else text
