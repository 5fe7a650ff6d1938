"""The administration port: loopback, bearer token, POST /hooks/<name> with JSON (docs/architecture.md, hooks)."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reference_impl.actor import ADMINISTRATION, Deed, acting
from reference_impl.clock import instant, parse_instant
from reference_impl.config import REVOCATION
from reference_impl.inquiries.desk import IllegalStep, IncompleteAnswer
from reference_impl.inquiries.values import ACKNOWLEDGED, IN_PROGRESS, Step
from reference_impl.lifecycle import IllegalChange
from reference_impl.web.verification import GUESSING

if TYPE_CHECKING:
    from reference_impl.node import Node
    from reference_impl.store.certificates import Certificate

MAX_INPUT = 64 * 1024
MOST_AGED = 100_000
Input = Mapping[str, object]


# The profile's words for delivery states (6.3) as the hook says them.
HOOK_STATES = {
    "Pending": "pending",
    "Delivered": "delivered",
    "DeliveredWithWarnings": "delivered-with-warnings",
    "DeliveredNotReadable": "not-readable",
    "Failed": "failed",
    "Archived": "archived",
}


class BadInput(Exception):
    """The hook's input lacks something or says what cannot be."""


def admin_application(node: "Node") -> Starlette:
    """The application of the administration port."""
    hooks = Hooks(node)

    async def call(request: Request) -> Response:
        expected = f"Bearer {node.config.admin_token}"
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
            return JSONResponse({"error": "the bearer token is missing or wrong"}, 401)
        hook = hooks.named.get(request.path_params["name"])
        if hook is None:
            return JSONResponse({"error": f"no such hook; there are {', '.join(sorted(hooks.named))}"}, 404)
        try:
            data = _read(await request.body())
            client = request.client.host if request.client else "unknown"
            with acting(ADMINISTRATION, f"hook {request.path_params['name']} from {client}"):
                answer = await run_in_threadpool(hooks.call, hook, data)
        except (BadInput, ValueError, LookupError, IllegalChange, IllegalStep, IncompleteAnswer) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse(answer)

    return Starlette(routes=[Route("/hooks/{name}", call, methods=["POST"])])


def _read(body: bytes) -> Input:
    if len(body) > MAX_INPUT:
        raise BadInput(f"the input is larger than {MAX_INPUT} octets")
    try:
        data = json.loads(body or b"{}")
    except ValueError as error:
        raise BadInput("the input is not JSON") from error
    if not isinstance(data, dict):
        raise BadInput("the input must be a JSON object")
    return data


class Hooks:
    """What the judge may have the node do."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.named: dict[str, Callable[[Input], dict[str, object]]] = {
            "issue": self.issue,
            "replace": self.replace,
            "withdraw": self.withdraw,
            "pull_now": self.pull_now,
            "push_now": self.push_now,
            "lookup": self.lookup,
            "evidence": self.evidence,
            "delivery": self.delivery,
            "clear": self.clear,
            "audit": self.audit,
            "revocation": self.revocation,
            "discard": self.discard,
            "answer": self.answer,
            "inquiry": self.inquiry,
            "alarms": self.alarms,
            "age_sessions": self.age_sessions,
        }

    def call(self, hook: Callable[[Input], dict[str, object]], data: Input) -> dict[str, object]:
        """Note where the judge serves, then do what the hook is for."""
        judge = data.get("judge")
        if isinstance(judge, dict):
            port = judge.get("mail_port") or 0
            if not isinstance(port, int):
                raise BadInput("judge.mail_port must be a number")
            country = _text(judge, "country")
            if self.node.partner_moved(country, _text(judge, "pull_url", ""), _text(judge, "mail_host", ""), port):
                self.node.audit.record(Deed("partner address changed", detail=country))
        return hook(data)

    def issue(self, data: Input) -> dict[str, object]:
        """A new certificate."""
        country, type_code = _text(data, "importing_country", "NZ"), _text(data, "type_code", "851")
        if on_paper := _text(data, "on_paper", ""):
            return self._named(self.node.registrar.late(on_paper))
        return self._named(
            self.node.registrar.issue(
                country,
                type_code,
                _text(data, "state", "issued"),
                consignee_id=_text(data, "consignee_id", ""),
                finding=_text(data, "finding", ""),
                origin=_octets(data, "origin"),
            )
        )

    def discard(self, data: Input) -> dict[str, object]:
        """Give a draft up."""
        self.node.lifecycle.discard(_text(data, "number"))
        return {}

    def replace(self, data: Input) -> dict[str, object]:
        """A new certificate in the place of another."""
        return self._named(self.node.registrar.replace(_text(data, "number"), _text(data, "reason", "corrected")))

    def withdraw(self, data: Input) -> dict[str, object]:
        """Withdraw a certificate."""
        self.node.lifecycle.withdraw(_text(data, "number"), _text(data, "reason", "withdrawn"))
        return {}

    def pull_now(self, data: Input) -> dict[str, object]:
        """Let the importer fetch from the judge."""
        self.node.importer.pull_now(_country(data))
        self.node.audit.record(Deed("pull ordered", detail=_country(data)))
        return {}

    def push_now(self, data: Input) -> dict[str, object]:
        """Put a certificate in the outbox."""
        number = _text(data, "number")
        self.node.outbox.enqueue_certificate(number, _country(data), _text(data, "smime", ""))
        self.node.audit.record(Deed("push ordered", number, _country(data)))
        return {}

    def lookup(self, data: Input) -> dict[str, object]:
        """What the importer holds."""
        return asdict(self.node.importer.lookup(_text(data, "number")))

    def evidence(self, data: Input) -> dict[str, object]:
        """What is kept of a document that was taken, so that its origin can be proved."""
        number = _text(data, "number")
        kept = self.node.importer.evidence(number)
        if kept is None:
            raise BadInput(f"nothing is held under {number}")
        return {
            "document": base64.b64encode(kept.document).decode("ascii"),
            "signature": base64.b64encode(kept.signature or b"").decode("ascii"),
            "received_at": kept.received,
            "from": kept.country,
        }

    def delivery(self, data: Input) -> dict[str, object]:
        """How far a pushed certificate got."""
        known = asdict(self.node.outbox.delivery(_text(data, "number"), _country(data)))
        return {**known, "state": HOOK_STATES[known["state"]]}

    def audit(self, data: Input) -> dict[str, object]:
        """What the audit trail says of a certificate."""
        lines = self.node.audit.lines(_text(data, "number"))
        return {"entries": [{"at": e.at, "what": e.what, "who": e.who, "from": e.origin} for e in lines]}

    def alarms(self, _: Input) -> dict[str, object]:
        """When it was noticed that somebody tries numbers out."""
        return {"alarms": [{"at": e.at, "what": e.what, "from": e.detail} for e in self.node.audit.told(GUESSING)]}

    def age_sessions(self, data: Input) -> dict[str, object]:
        """Have the sessions of one person been without use for so many seconds more."""
        seconds = data.get("seconds")
        if not isinstance(seconds, int) or not 0 <= seconds <= MOST_AGED:
            raise BadInput(f"seconds must be a number from 0 to {MOST_AGED}")
        known = self.node.directory.credentials(_text(data, "user").strip().lower())
        if known is None:
            raise BadInput("there is no such account")
        self.node.sessions.age(known.account.id, timedelta(seconds=seconds))
        self.node.audit.record(Deed("sessions aged", detail=f"{known.account.email} {seconds}"))
        return {}

    def clear(self, data: Input) -> dict[str, object]:
        """Decide on an imported certificate."""
        decision = _text(data, "decision")
        if decision not in ("accepted", "rejected"):
            raise BadInput("decision must be accepted or rejected")
        self.node.importer.clear(_text(data, "number"), decision, _text(data, "reason", ""))
        return {}

    def revocation(self, data: Input) -> dict[str, object]:
        """Use these revocation lists of the judge's authority, and demand that much to be known (profile 7.6)."""
        lists, demand = data.get("lists", []), _text(data, "demand", REVOCATION[0])
        if demand not in REVOCATION or not isinstance(lists, list) or not all(isinstance(one, str) for one in lists):
            raise BadInput(f"lists must be texts in PEM, and demand {' or '.join(REVOCATION)}")
        try:
            crls = [x509.load_pem_x509_crl(one.encode()) for one in lists]
            self.node.anchors.agree(_country(data), crls, demand)
        except ValueError as error:
            raise BadInput("a list cannot be read") from error
        except KeyError as error:
            raise BadInput("no signing root is registered for the judge's country") from error
        self.node.audit.record(Deed("revocation lists changed", detail=f"{_country(data)} {len(crls)} {demand}"))
        return {}

    def answer(self, data: Input) -> dict[str, object]:
        """Carry an inquiry on as the department does: a state, or an answer (profile 9.14)."""
        step = Step(
            by="duty officer",
            channel="hook",
            text=_text(data, "text", ""),
            state=_text(data, "state", ""),
            answer=_text(data, "answer", ""),
            replaced_by=_text(data, "replaced_by", ""),
            until=_moment(data, "until"),
        )
        if bool(step.state) is bool(step.answer) or step.state not in ("", ACKNOWLEDGED, IN_PROGRESS):
            raise BadInput(f"give either an answer or a state, {ACKNOWLEDGED} or {IN_PROGRESS}")
        act = self.node.inquiries.answer if step.answer else self.node.inquiries.add
        act(_text(data, "inquiry"), step)
        return {}

    def inquiry(self, data: Input) -> dict[str, object]:
        """What the department sees of an inquiry, and how many there are of its number (profile 9.14)."""
        wanted = _text(data, "inquiry")
        found = self.node.inquiries.find(wanted)
        if found is None:
            raise BadInput(f"there is no inquiry {wanted}")
        return {
            "state": found.state,
            "alert": bool(found.alert),
            "overdue": bool(found.escalated),
            "threads": len(self.node.inquiries.all(number=found.number)),
            "overdue_counted": self.node.statistics.figures(self.node.clock.now()).overdue,
        }

    def _named(self, certificate: "Certificate") -> dict[str, object]:
        return {
            "number": certificate.number,
            "verification_code": certificate.code,
            "verification_url": self.node.pages.link(certificate),
        }


def _country(data: Input) -> str:
    judge = data.get("judge")
    return _text(judge, "country", "NZ") if isinstance(judge, dict) else "NZ"


def _text(data: Input, key: str, default: str | None = None) -> str:
    value = data.get(key, default)
    if not isinstance(value, str):
        raise BadInput(f"{key} must be given as text")
    return value


def _octets(data: Input, key: str) -> bytes:
    try:
        return base64.b64decode(_text(data, key, ""), validate=True)
    except ValueError:
        raise BadInput(f"{key} must be base64") from None


def _moment(data: Input, key: str) -> str:
    """A moment as it is kept, "" when it was not given. Raises `ValueError`."""
    given = _text(data, key, "")
    return instant(parse_instant(given)) if given else ""
