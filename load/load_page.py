"""Users of the verification page: an inspector looks up a certificate by number and code."""

from itertools import count
from random import Random

from load_plan import plan
from load_site import SiteUser
from load_user import Action, keep_to_plan
from locust import task

USERS = count()


class PageUser(SiteUser):
    """Looks up the certificates whose verification codes the partner file gives."""

    abstract = True
    concurrency = 50

    @task
    def keep_to_plan(self) -> None:
        """Send what the plan says, then end."""
        keep_to_plan(plan(), plan().access("verification"), next(USERS), self._choose)

    def _choose(self, random: Random) -> Action:
        number, code = random.choice(self.pairs)
        name = "verification look-up"
        return name, lambda: self.look_up(name, number, code)
