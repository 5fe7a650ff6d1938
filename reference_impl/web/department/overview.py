"""What the department sees first: what waits for it, and how the node is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.responses import Response

from reference_impl.store.register import Wanted
from reference_impl.web.officials.certificates import STATE_WORDS
from reference_impl.web.routing import Access, Page
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node


class OverviewPages:
    """The room of the overview."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def pages(self) -> Iterable[Page]:
        """The pages there are."""
        return (Page("/department", self.show, access=Access.DEPARTMENT),)

    def show(self, visit: Visit) -> Response:
        """Figures, each with the way to what it counts."""
        register = self.node.register
        return self.node.renderer.page(
            visit,
            "department/overview.html",
            applications=self.node.applications.waiting(),
            posts=self.node.outbox.counts(),
            inquiries=self.node.inquiries.counts(),
            certificates={word: (code, register.count(Wanted(state=code))) for code, word in STATE_WORDS.items()},
            partners=len(self.node.partners),
        )
