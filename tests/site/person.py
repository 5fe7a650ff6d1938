"""A person at the site in Chromium, who reads its words from the catalogue of his language and nowhere else."""

from pathlib import Path
from typing import Any

from node_process import RunningNode
from playwright.sync_api import Browser, Locator, Page, Response, expect
from right_to_left import LANGUAGE, written
from site_visitor import next_code, ready

from reference_impl.web.languages import translations

SECONDS = 10
LETTER = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
expect.set_options(timeout=SECONDS * 1000)


class Person:
    """`_` gives a text of the site in the person's language; `complaints` are what the browser's console said."""

    def __init__(self, browser: Browser, site: RunningNode, language: str, *, scripts: bool) -> None:
        self.site = site
        self.language = language
        self._ = written if language == LANGUAGE else translations(language).gettext
        self.context = browser.new_context(
            base_url=site.page,
            ignore_https_errors=True,
            java_script_enabled=scripts,
            locale={"en": "en-GB", "zh-Hans": "zh-CN"}.get(language, language),
            accept_downloads=True,
        )
        self.context.set_default_timeout(SECONDS * 1000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Response:
        """Open a page of the site, or a whole address of it."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    def field(self, label: str) -> Locator:
        """A field of the form, by its label."""
        return self.page.get_by_label(self._(label), exact=True)

    def fill(self, **fields: str) -> None:
        """Fill in fields by their names."""
        for name, text in fields.items():
            self.page.locator(f"main [name='{name}']:not([type='hidden'])").fill(text)

    def press(self, button: str) -> None:
        """Press the button of that text and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self._(button), exact=True).click()

    def send_as_it_is(self) -> None:
        """Send the first form of the page, whatever the browser thinks of it."""
        self.page.locator("main form").first.evaluate("form => { form.noValidate = true; }")
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()

    def follow(self, link: str) -> None:
        """Follow the first link of that text."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=self._(link), exact=True).first.click()

    def get(self, link: Locator) -> bytes:
        """Download what a link gives."""
        with self.page.expect_download() as waited:
            link.click()
        return Path(waited.value.path()).read_bytes()

    def sees(self, *texts: str) -> None:
        """Each text of the site is on the page, in the person's language."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(self._(text))

    def reads(self, *texts: str) -> None:
        """Each text is on the page as it is."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def mark(self, name: str) -> str:
        """What the page marks with `data-ecert-field`."""
        return self.page.locator(f"[data-ecert-field='{name}']").first.inner_text()

    def state(self) -> str | None:
        """The state of the certificate that the page shows."""
        return self.page.locator("[data-ecert-state]").get_attribute("data-ecert-state")

    def told_wrong(self, text: str) -> None:
        """The form was not taken: the summary says why, has the focus, and the title says it, too."""
        summary = self.page.locator(".summary")
        expect(summary).to_contain_text(self._(text))
        expect(summary).to_be_focused()
        assert self.page.title().startswith(self._("Error:"))

    def log_in(self, email: str, password: str, code: Any) -> None:
        """Log in by the form; `code()` gives the one of the second factor when it is asked for."""
        self.go("/log-in")
        self.fill(email=email, password=password)
        self.press("Go on")
        self.fill(code=code())
        self.press("Log in")

    def log_in_as(self, name: str) -> None:
        """Log in with an account of the demonstration node."""
        known = ready(self.site)[name]
        self.log_in(known["email"], known["password"], lambda: next_code(known))

    def _hear(self, kind: str, text: str) -> None:
        # Chromium writes a line for each answer that is not 200; those are wanted here.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.complaints.append(text)
