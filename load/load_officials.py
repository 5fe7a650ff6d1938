"""Users of the site with an account: officials, each in a session of his own, search, open a certificate and verify."""

import json
from itertools import count, cycle
from random import Random
from urllib.parse import quote, urlencode

from load_answers import PUT_OFF, check_page
from load_http import send, stay_here, tls_context
from load_plan import partner, plan
from load_user import Action, Lost, Wrong, keep_to_plan
from locust import FastHttpUser, task
from locust.env import Environment
from locust.exception import StopTest

from conformance.model.exchange import Message

USERS = count()
OK = 200
STEPS = SEARCH, OPEN, VERIFY = "officials search", "officials certificate", "officials verification"


class OfficialUser(FastHttpUser):
    """All officials of this process: each arrival is the next step of the next of them."""

    abstract = True
    insecure = False
    concurrency = 500

    def __init__(self, environment: Environment) -> None:
        given = partner().verification
        if given is None:
            raise StopTest("the partner file has no [ixit.verification]")
        self._number = next(USERS)
        sessions = json.loads((plan().folder / "sessions.json").read_text("utf-8"))
        mine = sessions[self._number :: max(1, plan().access("officials").users)] or sessions
        turns = [(session, STEPS[(place + turn) % 3]) for turn in range(3) for place, session in enumerate(mine)]
        self._steps = cycle(turns)
        self._described = given.described
        self._pairs = tuple((partner().data.codes or {}).items())
        self.host = given.url
        self.network_timeout = self.connection_timeout = given.timeout
        self.ssl_context_factory = tls_context(given.ca)
        super().__init__(environment)
        stay_here(self.client)

    @task
    def keep_to_plan(self) -> None:
        """Send what the plan says, then end."""
        keep_to_plan(plan(), plan().access("officials"), self._number, self._choose)

    def _choose(self, random: Random) -> Action:
        session, step = next(self._steps)
        number, code = random.choice(self._pairs)
        return step, lambda: self._do(session, step, number, code)

    def _do(self, session: str, step: str, number: str, code: str) -> None:
        headers = {"Cookie": session, "Accept-Encoding": "identity"}
        home, one = self._described.address("home"), self._described.address("certificate")
        if step == VERIFY:
            described = self._described
            filled = {**described.values, described.field("number"): number, described.field("code"): code}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            url = f"{self.host}{described.address('verify')}"
            status, message = send(self.client, "POST", url, step, data=urlencode(filled), headers=headers)
            check_page(number, status, message)
            return
        target = f"{home}?{urlencode({'number': number})}" if step == SEARCH else f"{one}{quote(number)}"
        status, message = send(self.client, "GET", f"{self.host}{target}", step, headers=headers)
        _shows(number, status, message)


def _shows(number: str, status: int, message: Message) -> None:
    if status in PUT_OFF:
        raise Lost(f"put off with HTTP {status}")
    if status != OK:
        raise Wrong(f"HTTP {status} for an official's page")
    if number.encode() not in message.body:
        raise Wrong("an official's page does not show the certificate")
