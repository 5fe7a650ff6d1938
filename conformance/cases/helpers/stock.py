"""Certificates in the states a case needs: made through the partner's hooks, or taken from `[data]`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from conformance.model.outcome import Inconclusive
from conformance.partner import Partner


@dataclass(frozen=True)
class Held:
    """A certificate the partner holds. `code` and `url` are empty when the partner did not say them.

    `successor` is the number of the certificate that replaced this one, `country` the country it is addressed to,
    where known.
    """

    number: str
    code: str = ""
    url: str = ""
    successor: str = ""
    country: str = ""


class Calls(Protocol):
    """The partner's hooks, as `conformance.ports.hooks.Hooks` offers them."""

    def has(self, name: str) -> bool:
        """Tell whether the partner declares this hook."""
        ...

    def call(self, name: str, **values: Any) -> dict[str, Any]:
        """Call one hook and return its JSON object."""
        ...


class Stock:
    """Gives certificates. Where the partner offers neither hook nor data, the case is inconclusive.

    Certificates from `[data]` are given each once in a case; a hook makes a new one every time.
    """

    def __init__(self, partner: Partner, hooks: Calls) -> None:
        self._partner = partner
        self._hooks = hooks
        self._given: dict[str, int] = {}

    def issued(self, country: str | None = None, type_code: str = "851", **more: str) -> Held:
        """Return an issued certificate addressed to `country` (the judge's own when None), of that document type.

        `more` are further inputs of the hook `issue` (profile 7.7); only the hook can make such a certificate.
        """
        to = country or self._partner.judge.country
        if self._hooks.has("issue"):
            return self._made(to, type_code, "issued", **more)
        if more:
            raise Inconclusive("A certificate made to order is needed: declare the hook 'issue' in partner.toml.")
        if country is not None and country != self._partner.judge.country:
            raise Inconclusive(
                f"A certificate addressed to {country} is needed: declare the hook 'issue' in partner.toml."
            )
        return self._from_data("issued", to)

    def replaced(self) -> Held:
        """Return a certificate that was replaced; `successor` names the new one where a hook made it."""
        if self._hooks.has("issue") and self._hooks.has("replace"):
            old = self.issued()
            new = self._hooks.call("replace", number=old.number, reason="Conformance test: consignee corrected")
            return Held(old.number, old.code, old.url, successor=_number("replace", new), country=old.country)
        return self._from_data("replaced", self._partner.judge.country)

    def withdrawn(self) -> Held:
        """Return a certificate that was withdrawn."""
        if self._hooks.has("issue") and self._hooks.has("withdraw"):
            held = self.issued()
            self._hooks.call("withdraw", number=held.number, reason="Conformance test: issued in error")
            return held
        return self._from_data("withdrawn", self._partner.judge.country)

    def withdraw(self, number: str) -> None:
        """Withdraw a certificate through the partner's hook; `Inconclusive` when there is none."""
        self._hooks.call("withdraw", number=number, reason="Conformance test: issued in error")

    def replace(self, number: str) -> Held:
        """Replace a certificate through the partner's hook and return the new one; `Inconclusive` without the hook."""
        new = self._hooks.call("replace", number=number, reason="Conformance test: consignee corrected")
        return Held(
            _number("replace", new),
            str(new.get("verification_code") or ""),
            str(new.get("verification_url") or ""),
            country=self._partner.judge.country,
        )

    def draft(self) -> Held:
        """Return a certificate that is not issued yet; only a hook can make one."""
        if not self._hooks.has("issue"):
            raise Inconclusive("A draft is needed: declare the hook 'issue' in partner.toml.")
        return self._made(self._partner.judge.country, "851", "draft")

    def addressed_to_another_country(self) -> Held:
        """Return an issued certificate that is not for the judge to see."""
        if self._hooks.has("issue"):
            return self._made(self._another_country(), "851", "issued")
        return self._from_data("foreign", "")

    def _another_country(self) -> str:
        own = self._partner.judge.country
        # The exporter never sends to itself, so its own country is no address for the certificate.
        return next(c for c in ("AU", "FJ", "CL") if c not in (own, self._partner.country))

    def _made(self, country: str, type_code: str, state: str, **more: str) -> Held:
        answer = self._hooks.call("issue", importing_country=country, type_code=type_code, state=state, **more)
        return Held(
            _number("issue", answer),
            str(answer.get("verification_code") or ""),
            str(answer.get("verification_url") or ""),
            country=country,
        )

    def _from_data(self, state: str, country: str) -> Held:
        data = self._partner.data
        numbers: Sequence[str] = getattr(data, state)
        at = self._given.get(state, 0)
        if at >= len(numbers):
            raise Inconclusive(
                f"The case needs {at + 1} '{state}' certificate(s), partner.toml offers {len(numbers)}: add numbers to "
                f"[data] {state}, or declare the hooks that make them."
            )
        self._given[state] = at + 1
        return Held(numbers[at], code=data.code(numbers[at]) or "", country=country)


def _number(hook: str, answer: Mapping[str, Any]) -> str:
    number = answer.get("number")
    if not isinstance(number, str) or not number:
        raise Inconclusive(f"The partner's hook '{hook}' did not answer with the 'number' of the certificate.")
    return number
