"""One node and one browser for all journeys through the site; a person has a browsing context of his own."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "node"))
sys.path.insert(0, str(Path(__file__).parent))

from node_process import RunningNode, initialized, running
from people import People
from right_to_left import write_catalogue


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node whose site has a host name, and a third language that is written from right to left."""
    folder = initialized(tmp_path_factory.mktemp("site") / "node")
    write_catalogue(folder / "catalogues")
    settings = folder / "node.toml"
    told = settings.read_text(encoding="utf-8")
    assert told.count("\n[site]\n") == 1
    settings.write_text(
        told.replace("\n[site]\n", '\n[site]\nhost = "localhost"\ncatalogues = "catalogues"\n'), encoding="utf-8"
    )
    with running(folder) as node:
        yield node


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The same engine without the windows of a whole browser takes a third of the processor's time.
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing, and CI must not skip for it: add it to .ci/run")
        pytest.skip("needs chromium-headless-shell or chromium, neither of which is installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--renderer-process-limit=1",
                "--disable-site-isolation-trials",
                "--in-process-gpu",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-extensions",
                "--no-zygote",
            ],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def everybody(browser: Browser, site: RunningNode) -> Iterator[People]:
    people = People(browser, site)
    yield people
    for one in people.known.values():
        one.context.close()


@pytest.fixture
def people(everybody: People) -> Iterator[People]:
    """Whoever visits; after the test no browser must have complained."""
    yield everybody
    told = [line for one in everybody.known.values() for line in one.complaints]
    for one in everybody.known.values():
        one.complaints.clear()
    assert told == []
