"""Defects of the verification pages."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from reference_impl.certificates.parsing import parse
from reference_impl.defects.defect import Collection, patch
from reference_impl.defects.pages import rewrite_public
from reference_impl.store.certificates import Certificate
from reference_impl.web.paper import Sheet
from reference_impl.web.view import Field, View
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


@defects.add("page-empty", "Answers every page with an empty one, as a template that failed silently does.", "WEB-000")
def _page_empty(node: "Node") -> None:
    rewrite_public(node, lambda _: b"<!DOCTYPE html><html lang='en'><title>-</title></html>")


@defects.add(
    "number-suffices", "Shows the certificate to whoever knows its number, with any code.", "WEB-001", "SEC-006"
)
def _number_suffices(node: "Node") -> None:
    patch(node.pages, code_good=lambda _expected, _code: True)


@defects.add("hides-quantity", "Shows everything but how much was certified.", "WEB-002")
def _hides_quantity(node: "Node") -> None:
    fields = node.pages.maker.fields

    def changed(certificate: Certificate) -> tuple[Field, ...]:
        return tuple(field for field in fields(certificate) if field.name != "quantity")

    patch(node.pages.maker, fields=changed)


@defects.add(
    "withdrawn-shown-issued", "Shows withdrawn and replaced certificates as issued.", "WEB-003", "WEB-004", "LIFE-017"
)
def _withdrawn_shown_issued(node: "Node") -> None:
    patch(node.pages.maker, state=lambda _certificate: "issued")


@defects.add("page-lags", "Serves pages from a copy that is refreshed at night.", "WEB-004", "WEB-003")
def _page_lags(node: "Node") -> None:
    view, respond = node.pages.view, node.site.respond
    copied: list[datetime] = []

    async def copying(request: Request) -> Response:
        copied.append(node.clock.now())
        del copied[1:]
        return await respond(request)

    def changed(certificate: Certificate) -> View:
        if certificate.status != "70" and copied and certificate.changed > copied[0]:
            return view(replace(certificate, status="70", replaced_by=None))
        return view(certificate)

    patch(node.pages, view=changed)
    patch(node.site, respond=copying)


@defects.add(
    "successor-lags",
    "Shows a replaced certificate as such, and its successor only the day after.",
    "WEB-004",
    "WEB-003",
)
def _successor_lags(node: "Node") -> None:
    view = node.pages.view
    patch(node.pages, view=lambda certificate: replace(view(certificate), replaced_by=""))


@defects.add("sequential-token", "Numbers verification links one after another.", "WEB-005")
def _sequential_token(node: "Node") -> None:
    numbers = count(1)
    patch(node.lifecycle, new_token=lambda: f"{next(numbers):08d}")


@defects.add("no-throttle", "Lets anybody guess codes as fast as the line allows.", "WEB-007", "SEC-005")
def _no_throttle(node: "Node") -> None:
    patch(node.pages.throttle, wait=lambda _client, _number: 0)


@defects.add("global-lock", "Locks a number for everybody when one client guesses.", "WEB-008")
def _global_lock(node: "Node") -> None:
    patch(node.pages.throttle, key=lambda client, number: ("everybody" if number else client, number))


@defects.add("unknown-differs", "Says which was wrong, the number or the code.", "WEB-009")
def _unknown_differs(node: "Node") -> None:
    unknown = node.pages.unknown

    def changed(visit: Visit, number: str, certificate: Certificate | None) -> Response:
        old = unknown(visit, number, certificate)
        if certificate is None:
            return old
        text = bytes(old.body).replace(b"There is no certificate with this number and code", b"The code is wrong")
        return Response(text, old.status_code, media_type="text/html; charset=utf-8")

    patch(node.pages, unknown=changed)


@defects.add("cacheable-results", "Lets browsers and proxies keep results for an hour.", "WEB-010")
def _cacheable_results(node: "Node") -> None:
    node.site.headers["Cache-Control"] = "public, max-age=3600"


@defects.add("no-referrer-policy", "Lets the browser tell other sites the secret link.", "WEB-011")
def _no_referrer_policy(node: "Node") -> None:
    del node.site.headers["Referrer-Policy"]


@defects.add("method-500", "Fails inside when asked with a method it does not expect.", "WEB-012")
def _method_500(node: "Node") -> None:
    patch(node.site, wrong_method=lambda _methods: Response("Internal Server Error", 500))


@defects.add("echoes-input", "Writes the number that was entered into the page as it is.", "WEB-013")
def _echoes_input(node: "Node") -> None:
    unknown = node.pages.unknown

    def changed(visit: Visit, number: str, certificate: Certificate | None) -> Response:
        old = unknown(visit, number, certificate)
        text = bytes(old.body).replace(b"</h1>", f"</h1><p>You entered {number}</p>".encode())
        return Response(text, old.status_code, media_type="text/html; charset=utf-8")

    patch(node.pages, unknown=changed)


@defects.add("download-reformatted", "Offers the document nicely indented, which breaks its signature.", "WEB-024")
def _download_reformatted(node: "Node") -> None:
    download = node.pages.download

    def changed(certificate: Certificate) -> Response:
        root = parse(certificate.document)
        etree.indent(root)
        return download(replace(certificate, document=etree.tostring(root, xml_declaration=True, encoding="UTF-8")))

    patch(node.pages, download=changed)


@defects.add("no-nosniff", "Lets browsers guess the type of what it sends.", "SEC-016", "INQ-010")
def _no_nosniff(node: "Node") -> None:
    del node.site.headers["X-Content-Type-Options"]


@defects.add("no-hsts", "Does not tell browsers to come by HTTPS only.", "TLS-009")
def _no_hsts(node: "Node") -> None:
    del node.site.headers["Strict-Transport-Security"]


@defects.add("hsts-over-http", "Sends Strict-Transport-Security in clear, where it may not be believed.", "TLS-009")
def _hsts_over_http(node: "Node") -> None:
    node.in_clear.headers["Strict-Transport-Security"] = "max-age=31536000"


@defects.add("pages-in-clear", "Serves its pages in clear as well, for old machines at the border.", "TLS-010")
def _pages_in_clear(node: "Node") -> None:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async def without_hsts(message: Message) -> None:
            kept = [one for one in message.get("headers", ()) if one[0] != b"strict-transport-security"]
            await send({**message, "headers": kept} if "headers" in message else message)

        await node.site(scope, receive, without_hsts)

    patch(node, in_clear=call)


@defects.add("redirects-by-host-header", "Sends whoever comes in clear to the host the request names.", "TLS-010")
def _redirects_by_host_header(node: "Node") -> None:
    clean = node.in_clear.respond

    async def respond(scope: Scope, receive: Receive) -> Response:
        response = await clean(scope, receive)
        named = dict(scope["headers"]).get(b"host", b"").decode("ascii", "replace").partition(":")[0]
        if "Location" in response.headers:
            own = node.in_clear.base()
            response.headers["Location"] = response.headers["Location"].replace(own, f"https://{named}", 1)
        return response

    patch(node.in_clear, respond=respond)


@defects.add(
    "no-lang",
    "Does not say in which language its pages are, nor what the fields are for.",
    "A11Y-005",
    "A11Y-004",
    "WEB-021",
)
def _no_lang(node: "Node") -> None:
    rewrite_public(
        node, lambda text: text.replace(b'<html lang="en">', b"<html>").replace(b"<label for=", b"<span title=")
    )


@defects.add(
    "normalises-numbers", "Finds numbers by what they look like: case, width, spaces, other scripts.", "SEC-007"
)
def _normalises_numbers(node: "Node") -> None:
    alike = str.maketrans("АВСЕНІКМОРТХО", "ABCEHIKMOPTX0")
    skeleton = {"O": "0", "I": "1", "L": "1"}

    def plain(number: str) -> str:
        text = unicodedata.normalize("NFKC", number).upper().translate(alike)
        visible = "".join(c for c in text if c.isprintable() and not c.isspace())
        dashed = "".join("-" if unicodedata.category(c) == "Pd" else c for c in visible)
        return "".join(skeleton.get(c, c) for c in dashed)

    find = node.pages.find

    def changed(number: str) -> Certificate | None:
        known = (n for n, _, _ in node.certificates.numbers(("70", "44", "40")))
        return find(number) or find(next((n for n in known if plain(n) == plain(number)), number))

    patch(node.pages, find=changed)


@defects.add(
    "form-prints-another-weight",
    "Prints on the form a weight that somebody typed, not the document's.",
    "DOC-049",
)
def _form_prints_another_weight(node: "Node") -> None:
    sheet = node.pages.sheet

    def typed(fields: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(
            replace(
                one,
                values=tuple(
                    re.sub(r"\d+(\.\d+)?", "98765.4", value)
                    if one.name == "quantity" or value.startswith("Net weight")
                    else value
                    for value in one.values
                ),
            )
            for one in fields
        )

    def changed(certificate: Certificate, language: str) -> Sheet:
        right = sheet(certificate, language)
        return replace(
            right, view=replace(right.view, fields=typed(right.view.fields)), particulars=typed(right.particulars)
        )

    patch(node.pages, sheet=changed)
