"""The judge at the partner's pages of inquiries: the form of a new one, threads, measures (profile 9.13)."""

from collections.abc import Mapping
from dataclasses import replace

from conformance.checks.forms import PageForm
from conformance.checks.inquiry_page import InquiryMarks, read_marks
from conformance.ports.https import Page
from conformance.ports.site import File, Visitor

OK = 200
REFUSED = range(400, 500)


def new_form(visitor: Visitor) -> PageForm:
    """The form of a new inquiry. Raises `Inconclusive` when the page has none."""
    address = visitor.described.address("new-inquiry")
    return visitor.form(visitor.arrive(visitor.get(address)), address)


def ask(
    visitor: Visitor, form: PageForm, filled: Mapping[str, str], file: File | None = None, leave_out: str = ""
) -> Page:
    """Send the form of a new inquiry and return the page one arrives at.

    `filled` has values by the profile's names without `inquiry-`; `leave_out` is a field that is not sent at all.
    """
    values = {visitor.described.field(f"inquiry-{name}"): value for name, value in filled.items()}
    if leave_out:
        gone = visitor.described.field(f"inquiry-{leave_out}")
        values.pop(gone, None)
        form = replace(form, values=tuple((name, value) for name, value in form.values if name != gone))
    files = {visitor.described.field("inquiry-file"): file} if file is not None else None
    return visitor.arrive(visitor.send(form, values, files))


def marks(page: Page) -> InquiryMarks:
    """What a page says of an inquiry or a measure."""
    return read_marks(page.body)


def thread(visitor: Visitor, inquiry: str) -> Page:
    """The page of a thread."""
    return visitor.arrive(visitor.get(f"{visitor.described.address('inquiry')}{inquiry}"))


def opened(page: Page) -> bool:
    """Whether a page is that of an inquiry."""
    return page.status == OK and bool(marks(page).inquiry)


def told(page: Page) -> str:
    """A page in a few words, for findings."""
    found = marks(page)
    return f"status {page.status}, " + (f"inquiry {found.inquiry}, {found.state}" if found.inquiry else "no inquiry")
