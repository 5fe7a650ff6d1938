"""What the partner lets the judge do inside its system: `[hooks]` of partner.toml (docs/architecture.md, Hooks)."""

import json
import subprocess
from typing import Any

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.outcome import Inconclusive
from conformance.partner import Hook, HookCommand, HookUrl, Partner
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.tape import Tape

MAX_OUTPUT = 1_000_000
OK = "200"


class Hooks:
    """Call the partner's hooks through the tape. A hook that fails proves nothing: `Inconclusive`."""

    def __init__(self, partner: Partner, tape: Tape) -> None:
        self._partner = partner
        self._tape = tape
        self._judge: dict[str, Any] = {
            "country": partner.judge.country,
            "pull_url": "",
            "mail_host": "",
            "mail_port": 0,
        }

    def set_judge_addresses(self, *, pull_url: str = "", mail_host: str = "", mail_port: int = 0) -> None:
        """Say where the judge serves in this run; every later input carries it. Empty values change nothing."""
        if pull_url:
            self._judge["pull_url"] = pull_url
        if mail_host:
            self._judge["mail_host"] = mail_host
        if mail_port:
            self._judge["mail_port"] = mail_port

    def has(self, name: str) -> bool:
        """Tell whether the partner declares this hook."""
        return name in self._partner.hooks

    def call(self, name: str, **values: Any) -> dict[str, Any]:
        """Call one hook and return its JSON object.

        `values` are the hook's input (docs/architecture.md), JSON-able. Raises `Inconclusive` when the hook is not
        declared, fails, takes longer than its timeout, or answers something else than one JSON object.
        """
        return _object(name, _answered(name, self._exchange(name, values)))

    def attempt(self, name: str, **values: Any) -> dict[str, Any] | None:
        """Ask for something the partner ought to refuse: its answer, or None when the hook refused.

        A refusal is an exit code other than 0, or an HTTP status other than 200. Raises `Inconclusive` as `call` does
        for everything else: a hook that cannot be called has refused nothing.
        """
        exchange = self._exchange(name, values)
        failure = exchange.answer.failure
        if failure is not None and failure.kind is FailureKind.HOOK:
            self._tape.note(f"The partner's hook '{name}' refused: {failure.text}")
            return None
        return _object(name, _answered(name, exchange))

    def _exchange(self, name: str, values: dict[str, Any]) -> Exchange:
        hook = self._partner.hooks.get(name)
        if hook is None:
            raise Inconclusive(f"The partner declares no hook '{name}'; add it to [hooks] in partner.toml.")
        body = json.dumps({**values, "judge": self._judge}, sort_keys=True).encode()
        request = Message("application/json", body)
        # Hooks are one system of the partner's: when none has ever answered, the others need not be waited for.
        places = ("hooks", f"hook {name}")
        return self._tape.exchange("hook", name, request, lambda: _perform(hook, body), at=places)


def _answered(name: str, exchange: Exchange) -> bytes:
    answer = exchange.answer
    if answer.failure is not None or answer.response is None:
        text = answer.failure.text if answer.failure else "no answer"
        raise Inconclusive(f"The partner's hook '{name}' failed: {text.removesuffix('.')}.")
    return answer.response.body


def _object(name: str, body: bytes) -> dict[str, Any]:
    try:
        result = json.loads(body or b"{}")
    except ValueError as error:
        raise Inconclusive(f"The partner's hook '{name}' did not answer with JSON: {error}.") from error
    if not isinstance(result, dict):
        raise Inconclusive(f"The partner's hook '{name}' must answer with one JSON object.")
    return result


def _perform(hook: Hook, body: bytes) -> Answer:
    return _by_url(hook, body) if isinstance(hook, HookUrl) else _by_command(hook, body)


def _failed(text: str) -> Answer:
    return Answer(failure=Failure(FailureKind.HOOK, text))


def _by_url(hook: HookUrl, body: bytes) -> Answer:
    headers = [("Content-Type", "application/json")]
    if hook.token is not None:
        headers.append(("Authorization", f"Bearer {hook.token.reveal()}"))
    endpoint = Endpoint(hook.url, hook.ca)
    try:
        answer = perform(
            endpoint, HttpRequest("POST", endpoint.target, tuple(headers), body), Limits(hook.timeout, MAX_OUTPUT)
        )
    except OSError as error:
        return _failed(f"{hook.ca} cannot be used to trust {hook.url}: {error}.")
    if answer.failure is not None or answer.response is None:
        return Answer(failure=answer.failure)
    facts = (("status", answer.fact("status") or ""),)
    if facts[0][1] != OK:
        text = answer.response.body[:300].decode("utf-8", "replace")
        return Answer(failure=Failure(FailureKind.HOOK, f"{hook.url} answered HTTP {facts[0][1]}: {text}"), facts=facts)
    return Answer(response=Message("application/json", answer.response.body), facts=facts)


def _by_command(hook: HookCommand, body: bytes) -> Answer:
    try:
        done = subprocess.run(
            [*hook.command], input=body, capture_output=True, timeout=hook.timeout, check=False, cwd=hook.folder
        )
    except subprocess.TimeoutExpired:
        return Answer(failure=Failure(FailureKind.TIMEOUT, f"its command did not end within {hook.timeout:g} s"))
    except OSError as error:
        return _failed(f"its command cannot be started: {error}.")
    if done.returncode != 0:
        text = done.stderr[-300:].decode("utf-8", "replace").strip()
        return _failed(f"its command ended with exit code {done.returncode}: {text or 'no message'}")
    if len(done.stdout) > MAX_OUTPUT:
        return _failed(f"its command wrote more than {MAX_OUTPUT} octets.")
    return Answer(response=Message("application/json", done.stdout))
