"""Users of the verification page: an inspector looks up a certificate by number and code."""

from itertools import count
from random import Random
from urllib.parse import urlencode

from load_answers import check_page
from load_http import send, stay_here, tls_context
from load_plan import partner, plan
from load_user import Action, keep_to_plan
from locust import FastHttpUser, task
from locust.env import Environment
from locust.exception import StopTest

USERS = count()


class PageUser(FastHttpUser):
    """Looks up the certificates whose verification codes the partner file gives."""

    abstract = True
    insecure = False
    concurrency = 50

    def __init__(self, environment: Environment) -> None:
        given = partner().verification
        if given is None:
            raise StopTest("the partner file has no [ixit.verification]")
        self._url = f"{given.url}/verify"
        self._pairs = tuple((partner().data.codes or {}).items())
        self.host = given.url
        self.network_timeout = self.connection_timeout = given.timeout
        self.ssl_context_factory = tls_context(given.ca)
        super().__init__(environment)
        stay_here(self.client)

    @task
    def keep_to_plan(self) -> None:
        """Send what the plan says, then end."""
        keep_to_plan(plan(), plan().access("verification"), next(USERS), self._choose)

    def _choose(self, random: Random) -> Action:
        number, code = random.choice(self._pairs)
        return "verification look-up", lambda: self._look_up(number, code)

    def _look_up(self, number: str, code: str) -> None:
        status, message = send(
            self.client,
            "POST",
            self._url,
            "verification look-up",
            data=urlencode({"number": number, "code": code}),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "identity"},
        )
        check_page(number, status, message)
