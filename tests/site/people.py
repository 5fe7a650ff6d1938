"""Who visits the site in the tests of one session."""

from node_process import RunningNode
from person import Person
from playwright.sync_api import Browser


class People:
    """Everybody who visits: one browsing context for each kind of visitor, which costs more than a page does."""

    def __init__(self, browser: Browser, site: RunningNode) -> None:
        self.browser = browser
        self.site = site
        self.known: dict[tuple[str, str, bool], Person] = {}

    def visitor(self, language: str = "en", *, scripts: bool = True, name: str = "") -> Person:
        """Somebody without a session; with the `name` of an account of the demonstration node, logged in with it."""
        person = self.known.get((name, language, scripts))
        if person is None:
            person = self.known[name, language, scripts] = Person(self.browser, self.site, language, scripts=scripts)
            same = next(
                (one for (other, *_), one in self.known.items() if name and other == name and one != person), None
            )
            if same is not None:
                person.context.add_cookies(same.context.cookies())  # type: ignore[arg-type]
            elif name:
                person.log_in_as(name)
        elif not name:
            person.context.clear_cookies()
        person.asked.clear()
        return person
