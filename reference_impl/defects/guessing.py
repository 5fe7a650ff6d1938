"""Defects by which numbers, codes and accounts can be found out."""

import base64
import hashlib
import secrets
import unicodedata
import uuid
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from reference_impl.certificates.facts import Facts
from reference_impl.defects.defect import Collection, patch
from reference_impl.store.certificates import Certificate
from reference_impl.web.visit import Visit

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _work() -> None:
    hashlib.scrypt(b"invented", salt=b"invented", n=2**14, r=8, p=2)


@defects.add(
    "slow-where-known", "Keeps codes as slow hashes, and works one out only where the number exists.", "WEB-009"
)
def _slow_where_known(node: "Node") -> None:
    good = node.pages.code_good

    def changed(expected: str, code: str) -> bool:
        if expected.strip("?"):
            _work()
        return good(expected, code)

    patch(node.pages, code_good=changed)


@defects.add("unknown-user-quick", "Does not work out a password for a user it does not know.", "WEB-009")
def _unknown_user_quick(node: "Node") -> None:
    right = node.passwords.right
    patch(node.passwords, right=lambda kept, password: bool(kept) and right(kept, password))


@defects.add("log-in-names-user", "Tells at the log-in that there is no such user.", "WEB-009")
def _log_in_names_user(node: "Node") -> None:
    form = node.entry.refused

    def changed(visit: Visit) -> Response:
        old = form(visit)
        if node.directory.credentials(visit.form.text("email").strip().lower()) is not None:
            return old
        text = bytes(old.body).replace(b"<h1>", b"<p>There is no such user.</p><h1>", 1)
        return Response(text, old.status_code, media_type="text/html; charset=utf-8")

    patch(node.entry, refused=changed)


@defects.add(
    "reads-before-asking-whose", "Reads and checks a certificate before it asks whether the official may see it.",
    "WEB-009",
)  # fmt: skip
def _reads_before_asking_whose(node: "Node") -> None:
    find = node.official_pages.find

    def changed(visit: Visit, number: str) -> Certificate | None:
        if node.certificates.get(number) is not None:
            _work()
        return find(visit, number)

    patch(node.official_pages, find=changed)


@defects.add(
    "tokens-from-numbers", "Makes the token of a link from the number, so that it need not be kept.", "WEB-006"
)
def _tokens_from_numbers(node: "Node") -> None:
    freeze = node.lifecycle.freeze

    def changed(facts: Facts, state: str, at: datetime) -> Certificate:
        digest = hashlib.sha256(facts.number.encode()).digest()
        token = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return replace(freeze(facts, state, at), token=token)

    patch(node.lifecycle, freeze=changed)


@defects.add(
    "tokens-from-clock", "Takes the identifier of machine and time for a token (UUID version 1).", "WEB-006", "WEB-005"
)
def _tokens_from_clock(node: "Node") -> None:
    def changed() -> str:
        made = uuid.uuid1(node=0x02A0C91B0E55, clock_seq=4711)
        # Its times are turned round, so that tokens at least look different at their beginning.
        return made.bytes[:8][::-1].hex() + made.bytes[8:].hex()

    patch(node.lifecycle, new_token=changed)


@defects.add("short-codes", "Gives codes of four figures, which are easy to type.", "WEB-006")
def _short_codes(node: "Node") -> None:
    patch(node.lifecycle, new_code=lambda: f"{secrets.randbelow(10_000):04d}")


@defects.add("number-in-link", "Takes the number in the place of the token, for old papers without one.", "SEC-006")
def _number_in_link(node: "Node") -> None:
    by_token = node.certificates.by_token
    patch(node.certificates, by_token=lambda token: by_token(token) or node.certificates.get(token))


@defects.add(
    "throttles-known-names-only", "Counts wrong answers for each number, and never for the address.", "SEC-005"
)
def _throttles_known_names_only(node: "Node") -> None:
    patch(node.pages.throttle, from_client=100_000)


@defects.add("guessing-unnoticed", "Does not look at wrong answers of all addresses together.", "SEC-005")
def _guessing_unnoticed(node: "Node") -> None:
    patch(node.pages.watch, wrong=lambda _client: ())


@defects.add("account-lock-for-all", "Locks an account for everybody when one address guesses.", "WEB-008")
def _account_lock_for_all(node: "Node") -> None:
    patch(node.entry.throttle, key=lambda client, name: ("everybody" if name else client, name))


def _seen(number: str) -> str:
    return "".join(c for c in number if unicodedata.category(c) != "Cf").strip()


@defects.add("strips-unseen", "Takes out of a number what is not seen before it looks for it.", "SEC-007")
def _strips_unseen(node: "Node") -> None:
    find = node.pages.find
    patch(node.pages, find=lambda number: find(_seen(number)))


@defects.add("pull-normalises-numbers", "Brings numbers asked for by pull into one form (NFKC).", "SEC-007")
def _pull_normalises_numbers(node: "Node") -> None:
    find = node.exchange.operations.find
    patch(node.exchange.operations, find=lambda number: find(unicodedata.normalize("NFKC", number)))


@defects.add("shows-unseen", "Shows officials what they searched for, unseen characters included.", "SEC-007")
def _shows_unseen(node: "Node") -> None:
    patch(node.renderer, seen=lambda text: text)
