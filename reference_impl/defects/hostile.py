"""Defects that let hostile requests have their way."""

import contextlib
import logging
import urllib.request
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING

import tomli_w
from lxml import etree
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reference_impl.certificates.parsing import parse
from reference_impl.defects.defect import Collection, patch
from reference_impl.importer import ImportOffice
from reference_impl.importer.examiner import Examiner
from reference_impl.node import Evidence
from reference_impl.soap.faults import SoapFault
from reference_impl.store.certificates import Certificate
from reference_impl.uploads import Document, RefusedUpload
from reference_impl.web.forms import Form
from reference_impl.web.routing import Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_CONSOLE = "Administration: log in with your name and password."
_SECONDS = 3


def _examiner(node: "Node") -> Examiner:
    if not isinstance(node.importer, ImportOffice):
        raise TypeError("the node's importer is none that reads documents")
    return node.importer.examiner


def _visit(address: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        urllib.request.urlopen(address, timeout=_SECONDS).close()  # noqa: S310 - the defect itself


@defects.add("no-bounds-of-structure", "Reads XML of any number of levels and attributes.", "SEC-004")
def _no_bounds_of_structure(node: "Node") -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    clean = node.exchange.reader.parse

    def parse(body: bytes) -> etree._Element:
        try:
            return clean(body)
        except SoapFault:
            if b"<!DOCTYPE" in body or b"<?do" in body:
                raise
            try:
                return etree.fromstring(body, parser)
            except etree.XMLSyntaxError as error:
                raise SoapFault("InvalidRequest", "not well-formed", status=400) from error

    patch(node.exchange.reader, parse=parse)


@defects.add("numbers-are-patterns", "Finds certificates by patterns: a star stands for anything.", "SEC-008")
def _numbers_are_patterns(node: "Node") -> None:
    clean = node.certificates.get

    def get(number: str) -> Certificate | None:
        found = clean(number)
        if found is not None or "*" not in number:
            return found
        with node.database.read() as connection:
            alike = text("SELECT number FROM certificates WHERE number GLOB :number ORDER BY number")
            first = connection.execute(alike, {"number": number}).scalar()
        return clean(str(first)) if first else None

    patch(node.certificates, get=get)


@defects.add("numbers-in-sql", "Pastes the number of the form into its query.", "SEC-008")
def _numbers_in_sql(node: "Node") -> None:
    clean = node.pages.find

    def find(number: str) -> Certificate | None:
        query = f"SELECT number FROM certificates WHERE number = '{number}'"  # noqa: S608 - the defect itself
        try:
            with node.database.read() as connection:
                first = connection.exec_driver_sql(query).scalar()
        except Exception:  # noqa: BLE001 - a query that does not parse finds nothing
            first = None
        return clean(str(first) if first else number)

    patch(node.pages, find=find)


@defects.add("visits-addresses", "Looks whether the address of an applicant's office is there.", "SEC-009")
def _visits_addresses(node: "Node") -> None:
    clean = node.joining.wrong

    def wrong(form: Form) -> dict[str, str]:
        if form.text("authority").startswith("http"):
            _visit(form.text("authority"))
        return clean(form)

    patch(node.joining, wrong=wrong)


@defects.add("settings-with-passwords", "Hands its settings in as they are, with a password.", "SEC-011")
def _settings_with_passwords(node: "Node") -> None:
    clean = node.handing_in.settings

    def settings() -> str:
        return clean() + tomli_w.dumps({"mail": {"password": node.config.partners[0].mail_password}})

    patch(node.handing_in, settings=settings)


@defects.add("admin-on-the-site", "Has the console of its server on the public site.", "SEC-013")
def _admin_on_the_site(node: "Node") -> None:
    clean = node.site.not_there

    def not_there(visit: Visit) -> Response:
        if visit.path == "/manager/html":
            return Response(_CONSOLE, 401, {"WWW-Authenticate": 'Basic realm="manager"'}, "text/plain")
        return clean(visit)

    patch(node.site, not_there=not_there)


@defects.add("logs-forms", "Writes what people enter into its log, to help them better.", "SEC-014")
def _logs_forms(node: "Node") -> None:
    clean, log = node.site.answered, logging.getLogger("reference_impl.web")

    async def answered(page: Page, visit: Visit) -> Response:
        if visit.form.texts:
            log.info("form for %s: %s", visit.path, visit.form.texts)
        return await clean(page, visit)

    patch(node.site, answered=answered)


@defects.add("keeps-file-names", "Gives files out again with the names they were sent with.", "SEC-017")
def _keeps_file_names(node: "Node") -> None:
    clean = node.joining.letter

    def letter(form: Form) -> Document:
        taken = clean(form)
        return Document(form.files["letter"][0].name, taken.media_type, taken.octets)

    patch(node.joining, letter=letter)


@defects.add("takes-files-by-name", "Believes what a file is called.", "SEC-017")
def _takes_files_by_name(node: "Node") -> None:
    clean = node.joining.letter

    def letter(form: Form) -> Document:
        try:
            return clean(form)
        except RefusedUpload:
            sent = form.files.get("letter", ())
            if sent and sent[0].name.endswith(".pdf"):
                return Document("letter.pdf", "application/pdf", sent[0].octets)
            raise

    patch(node.joining, letter=letter)


@defects.add("redirects-anywhere", "Sends people on to wherever the address of the log-in says.", "SEC-018")
def _redirects_anywhere(node: "Node") -> None:
    clean = node.site.respond

    async def respond(request: Request) -> Response:
        onward = request.query_params.get("next", "")
        if request.url.path == "/log-in" and onward:
            return RedirectResponse(onward, 303)
        return await clean(request)

    patch(node.site, respond=respond)


@defects.add("headers-as-they-come", "Puts the language of the address into a header as it came.", "SEC-018")
def _headers_as_they_come(node: "Node") -> None:
    clean = node.site.respond

    async def respond(request: Request) -> Response:
        response = await clean(request)
        named = request.query_params.get("lang", "")
        # The server of this node refuses line ends in headers; one that does not sends what follows as headers.
        for line in named.splitlines()[1:]:
            name, _, value = line.partition(":")
            response.headers.append(name.strip(), value.strip())
        return response

    patch(node.site, respond=respond)


@defects.add("links-by-host-header", "Makes its links with the host that the request names.", "SEC-019")
def _links_by_host_header(node: "Node") -> None:
    clean, address = node.site.respond, node.pages.address
    named: ContextVar[str] = ContextVar("named", default="")

    async def respond(request: Request) -> Response:
        token = named.set(request.headers.get("host", ""))
        try:
            return await clean(request)
        finally:
            named.reset(token)

    patch(node.site, respond=respond)
    patch(node.pages, address=lambda: f"https://{named.get()}" if named.get() else address())


@defects.add("admin-beside-pull", "Has the metrics of its server at the address of the pull service.", "SEC-013")
def _admin_beside_pull(node: "Node") -> None:
    clean = node.exchange.respond

    async def respond(http: Request) -> Response:
        if http.url.path == "/metrics":
            return Response("requests_total 47\n", media_type="text/plain")
        return await clean(http)

    patch(node.exchange, respond=respond)


@defects.add("follows-schema-location", "Fetches the schema a document names.", "SEC-003")
def _follows_schema_location(node: "Node") -> None:
    examiner = _examiner(node)
    clean = examiner.read

    def read(document: bytes) -> etree._Element:
        root = clean(document)
        for address in root.get(f"{{{_INSTANCE}}}schemaLocation", "").split()[1::2]:
            _visit(address)
        return root

    patch(examiner, read=read)


@defects.add("visits-notes", "Opens what looks like an address in the texts of a document, to show it.", "SEC-009")
def _visits_notes(node: "Node") -> None:
    examiner = _examiner(node)
    clean = examiner.read

    def read(document: bytes) -> etree._Element:
        root = clean(document)
        for one in root.iter("{*}Description"):
            for word in (one.text or "").split():
                if word.startswith("http"):
                    _visit(word)
        return root

    patch(examiner, read=read)


@defects.add("keeps-fields-only", "Keeps what it read from a document, and writes it anew when asked.", "SEC-012")
def _keeps_fields_only(node: "Node") -> None:
    clean = node.importer.evidence

    def evidence(number: str) -> Evidence | None:
        kept = clean(number)
        if kept is None:
            return None
        root = parse(kept.document)
        for one in root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature"):
            one.clear()
        return replace(kept, document=etree.tostring(root), signature=None)

    patch(node.importer, evidence=evidence)


@defects.add(
    "reads-both-lengths", "Reads chunks where a length is given too, and goes on with what follows.", "SEC-020"
)
def _reads_both_lengths(node: "Node") -> None:
    patch(node, leniencies={"lenient_chunked_length": True})
