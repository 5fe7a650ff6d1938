"""Users of the site with an account: officials, each in a session of his own, search, open a certificate and verify."""

import json
from itertools import count, cycle
from random import Random
from urllib.parse import quote, urlencode

from load_answers import PUT_OFF
from load_http import send
from load_plan import plan
from load_site import SiteUser
from load_user import Action, Lost, Wrong, keep_to_plan
from locust import task
from locust.env import Environment

from conformance.model.exchange import Message

USERS = count()
OK = 200
STEPS = SEARCH, OPEN, VERIFY = "officials search", "officials certificate", "officials verification"


class OfficialUser(SiteUser):
    """All officials of this process: each arrival is the next step of the next of them."""

    abstract = True
    concurrency = 500

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._number = next(USERS)
        sessions = json.loads((plan().folder / "sessions.json").read_text("utf-8"))
        mine = sessions[self._number :: max(1, plan().access("officials").users)] or sessions
        turns = [(session, STEPS[(place + turn) % 3]) for turn in range(3) for place, session in enumerate(mine)]
        self._steps = cycle(turns)

    @task
    def keep_to_plan(self) -> None:
        """Send what the plan says, then end."""
        keep_to_plan(plan(), plan().access("officials"), self._number, self._choose)

    def _choose(self, random: Random) -> Action:
        session, step = next(self._steps)
        number, code = random.choice(self.pairs)
        return step, lambda: self._do({"Cookie": session}, step, number, code)

    def _do(self, session: dict[str, str], step: str, number: str, code: str) -> None:
        if step == VERIFY:
            self.look_up(step, number, code, session)
            return
        home, one = self.described.address("home"), self.described.address("certificate")
        target = f"{home}?{urlencode({'number': number})}" if step == SEARCH else f"{one}{quote(number)}"
        headers = {"Accept-Encoding": "identity", **session}
        status, message = send(self.client, "GET", f"{self.host}{target}", step, headers=headers)
        _shows(number, status, message)


def _shows(number: str, status: int, message: Message) -> None:
    if status in PUT_OFF:
        raise Lost(f"put off with HTTP {status}")
    if status != OK:
        raise Wrong(f"HTTP {status} for an official's page")
    if number.encode() not in message.body:
        raise Wrong("an official's page does not show the certificate")
