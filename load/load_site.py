"""What users of the pages have in common: where they go, and how a certificate is looked up there."""

from collections.abc import Mapping
from urllib.parse import urlencode

from load_answers import check_page
from load_http import send, stay_here, tls_context
from load_plan import partner
from locust import FastHttpUser
from locust.env import Environment
from locust.exception import StopTest


class SiteUser(FastHttpUser):
    """Somebody at the pages of `[ixit.verification]`, as the partner file describes them."""

    abstract = True
    insecure = False

    def __init__(self, environment: Environment) -> None:
        given = partner().verification
        if given is None:
            raise StopTest("the partner file has no [ixit.verification]")
        self.described = given.described
        self.pairs = tuple((partner().data.codes or {}).items())
        self.host = given.url
        self.network_timeout = self.connection_timeout = given.timeout
        self.ssl_context_factory = tls_context(given.ca)
        super().__init__(environment)
        stay_here(self.client)

    def look_up(self, name: str, number: str, code: str, headers: Mapping[str, str] | None = None) -> None:
        """Look a certificate up under the name of a figure. Raises `Lost` or `Wrong`."""
        described = self.described
        form = {**described.values, described.field("number"): number, described.field("code"): code}
        status, message = send(
            self.client,
            "POST",
            f"{self.host}{described.address('verify')}",
            name,
            data=urlencode(form),
            headers={
                "Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "identity", **(headers or {}),
            },
        )  # fmt: skip
        check_page(number, status, message)
