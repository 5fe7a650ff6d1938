"""Defects of what the page tells people beside the result."""

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from reference_impl.defects.defect import Collection, patch
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _rewrite(node: "Node", old: bytes, new: bytes) -> None:
    """Write something else on every page of the verification."""
    clean = node.pages.page

    def page(visit: Visit, template: str, status: int, **values: object) -> Response:
        made = clean(visit, template, status, **values)
        return Response(bytes(made.body).replace(old, new), status, media_type="text/html; charset=utf-8")

    patch(node.pages, page=page)


@defects.add("no-guide-link", "Has a guide that no page links to.", "WEB-021")
def _no_guide_link(node: "Node") -> None:
    _rewrite(node, b'href="/guide', b'href="/verify')


@defects.add("guide-in-english-only", "Has its guide in English only.", "WEB-021")
def _guide_in_english_only(node: "Node") -> None:
    clean = node.pages.fixed

    def fixed(visit: Visit, template: str, **values: object) -> Response:
        return clean(replace(visit, language="en") if template == "guide.html" else visit, template, **values)

    patch(node.pages, fixed=fixed)


@defects.add("no-time-on-paper", "Leaves the line with the time out when a result is printed.", "WEB-022")
def _no_time_on_paper(node: "Node") -> None:
    _rewrite(node, b'class="at"', b'class="at no-print"')


@defects.add("no-address-on-page", "Does not say on a result at which address it was made.", "WEB-022")
def _no_address_on_page(node: "Node") -> None:
    patch(node.pages, source=lambda: "")


@defects.add("no-notice-of-the-real-site", "Tells nobody by what to know the real site.", "WEB-023")
def _no_notice_of_the_real_site(node: "Node") -> None:
    _rewrite(node, b'href="/real', b'href="/verify')


@defects.add("nobody-watches", "Has a record of watching for false sites that was never written.", "WEB-023")
def _nobody_watches(node: "Node") -> None:
    patch(node.handing_in, monitoring=lambda _host, _now: "To be written.\n")
