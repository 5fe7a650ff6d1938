"""The pages an official can reach by links, a bounded number of each kind."""

from urllib.parse import urljoin, urlsplit

from conformance.checks.page import read_page
from conformance.ports.https import Page
from conformance.ports.site import Visitor

MOST_PAGES = 16
MOST_OF_A_FOLDER = 2
HTML = "text/html"


def walk(visitor: Visitor) -> list[Page]:
    """Follow links from the page after the log-in, the nearest first; what was seen, in that order.

    Of pages that lie in one folder (certificates, inquiries) two stand for all. Other sites, pictures on paper and the
    log-out are left out.
    """
    start = visitor.described.address("home")
    waiting, known, folders, seen = [start], {start}, dict[str, int](), list[Page]()
    while waiting and len(seen) < MOST_PAGES:
        page = visitor.get(waiting.pop(0))
        seen.append(page)
        if HTML not in page.header("Content-Type"):
            continue
        for link in read_page(page.body).links:
            found = urlsplit(urljoin(page.url, link))
            folder = found.path.rsplit("/", 1)[0]
            if (
                f"{found.scheme}://{found.netloc}" != visitor.base
                or found.path in known
                or found.path.endswith(".pdf")
                or found.path == visitor.described.address("log-out")
            ):
                continue
            known.add(found.path)
            folders[folder] = folders.get(folder, 0) + bool(folder)
            if folders[folder] <= MOST_OF_A_FOLDER:
                waiting.append(found.path)
    return seen
