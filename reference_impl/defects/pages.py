"""What several defects of pages share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.responses import Response

from reference_impl.defects.defect import patch
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node


def rewrite_public(node: "Node", change: Callable[[bytes], bytes]) -> None:
    """Change the HTML of the verification pages."""
    page = node.pages.page

    def changed(visit: Visit, template: str, status: int, **values: object) -> Response:
        return _with(page(visit, template, status, **values), change)

    patch(node.pages, page=changed)


def rewrite(node: "Node", change: Callable[[bytes], bytes]) -> None:
    """Change the HTML of every page, those for officials too."""
    page = node.renderer.page

    def changed(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
        return _with(page(visit, template, status, **values), change)

    patch(node.renderer, page=changed)


def _with(old: Response, change: Callable[[bytes], bytes]) -> Response:
    return Response(change(bytes(old.body)), old.status_code, media_type="text/html; charset=utf-8")
