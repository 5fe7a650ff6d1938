"""Defects of what the page tells people beside the result."""

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from reference_impl.defects.defect import Collection, patch
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _without_link(node: "Node", path: str) -> None:
    """Let no page of the verification link to `path`."""
    clean = node.pages.page

    def page(visit: Visit, template: str, status: int, **values: object) -> Response:
        made = clean(visit, template, status, **values)
        octets = bytes(made.body).replace(f'href="{path}'.encode(), b'href="/verify')
        return Response(octets, status, media_type="text/html; charset=utf-8")

    patch(node.pages, page=page)


@defects.add("no-guide-link", "Has a guide that no page links to.", "WEB-021")
def _no_guide_link(node: "Node") -> None:
    _without_link(node, "/guide")


@defects.add("guide-in-english-only", "Has its guide in English only.", "WEB-021")
def _guide_in_english_only(node: "Node") -> None:
    clean = node.pages.fixed

    def fixed(visit: Visit, template: str, **values: object) -> Response:
        return clean(replace(visit, language="en") if template == "guide.html" else visit, template, **values)

    patch(node.pages, fixed=fixed)


@defects.add("no-time-on-paper", "Leaves the line with the time out when a result is printed.", "WEB-022")
def _no_time_on_paper(node: "Node") -> None:
    clean = node.pages.style

    def style() -> Response:
        made = clean()
        return Response(bytes(made.body) + b"@media print { .at { display: none } }\n", media_type="text/css")

    patch(node.pages, style=style)


@defects.add("no-address-on-page", "Does not say on a result at which address it was made.", "WEB-022")
def _no_address_on_page(node: "Node") -> None:
    patch(node.pages, source=lambda: "")


@defects.add("no-notice-of-the-real-site", "Tells nobody by what to know the real site.", "WEB-023")
def _no_notice_of_the_real_site(node: "Node") -> None:
    _without_link(node, "/real")


@defects.add("nobody-watches", "Has a record of watching for false sites that was never written.", "WEB-023")
def _nobody_watches(node: "Node") -> None:
    patch(node.handing_in, monitoring=lambda _host, _now: "To be written.\n")
