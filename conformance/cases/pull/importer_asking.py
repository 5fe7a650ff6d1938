"""What the partner's importer learns of signers from the addresses in their certificates, and whom it believes."""

from datetime import timedelta

from conformance.cases.helpers import asking
from conformance.cases.helpers.asking import Asking
from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Revocation, Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.served_revocation import RevocationService
from conformance.ports.tape import Tape
from conformance.vectors.forgery.issuing import key_of

NEEDS = ["signed", "judge:pull", "judge:signing", "judge:test-ca", "judge:revocation", "hook:pull_now", "hook:lookup"]
BY_ANSWER, BY_LIST = [*NEEDS, "asks:ocsp"], [*NEEDS, "asks:crl"]
DEMANDED, AT_HAND = Revocation.REQUIRE, Revocation.IF_AVAILABLE
AGO = -timedelta(minutes=50)


@case("PKI-019", roles=Role.IMPORTER, needs=BY_ANSWER, defects=["ignores-ocsp", "accepts-any-signer"])
def test_revoked_by_the_responder(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """A signer whom his authority's responder calls revoked is refused; one whom it calls good is taken.

    A list may be a day old. The responder knows of a lost key within the hour, but only whoever asks learns of it.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(AT_HAND):
        twin = ask.by_answer("good", asking.good, accepted=True)
        lost = ask.by_answer("revoked", asking.revoked)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.expect_refused(lost, "A document of a signer whom the responder calls revoked")
        ask.expect_asked(lost)


@case(
    "PKI-019.list",
    roles=Role.IMPORTER,
    needs=BY_LIST,
    defects=["ignores-distribution-points", "ignores-revocation", "accepts-any-signer"],
)
def test_revoked_by_the_list(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """A signer whom the list at the address in his certificate names is refused; one whom it does not name is taken.

    The newest list lies at that address. Whoever works with a copy of last week takes what was signed since.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(AT_HAND):
        twin = ask.by_list("good", accepted=True)
        lost = ask.by_list("revoked", named=True)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.expect_refused(lost, "A document of a signer whom the list at his authority's address names")
        ask.expect_asked(lost)


@case("PKI-020", roles=Role.IMPORTER, needs=BY_ANSWER, defects=["takes-stale-answers"])
def test_stale_answer(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """An answer of OCSP that is over does not show that a signer is not revoked.

    Whoever stands between can keep a good answer and show it again after the key was revoked.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(AT_HAND):
        twin = ask.by_answer("good", asking.good, accepted=True)
        over = ask.by_answer("stale", asking.stale)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.suppose_asked(over)
        ask.expect_refused(over, "A document of a signer about whom the answer is over")


@case("PKI-020.list", roles=Role.IMPORTER, needs=BY_LIST, defects=["uses-lists-for-ever"])
def test_stale_fetched_list(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """A list that is over when it is fetched does not show that a signer is not revoked.

    An authority that has stopped to publish has stopped to watch.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(AT_HAND):
        twin = ask.by_list("good", accepted=True)
        over = ask.by_list("stale", ends=AGO)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.suppose_asked(over)
        ask.expect_refused(over, "A document of a signer whose authority gives a list that is over")


@case("PKI-021", roles=Role.IMPORTER, needs=BY_ANSWER, defects=["unknown-is-good", "accepts-any-signer"])
def test_unreachable_responder(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """Where revocation must be known, a signer whose responder cannot be reached, or has no time, is not taken.

    Whoever holds a stolen key can also see to it that the question is not answered.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(DEMANDED):
        twin = ask.by_answer("good", asking.good, accepted=True)
        deaf = ask.at("unreachable", revocation_service.deaf_address)
        busy = ask.by_answer("busy", None)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.expect_refused(deaf, "A document of a signer whose responder cannot be reached")
        ask.expect_refused(busy, "A document of a signer whose responder says 'try later'")


@case(
    "PKI-022",
    roles=Role.IMPORTER,
    needs=BY_ANSWER,
    defects=["believes-any-responder", "unknown-is-good", "accepts-any-signer"],
)
def test_answer_by_the_wrong_one(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """An answer by another key, by another authority's responder, or about another signer is none.

    Answers travel in clear. What makes one believable is who signed it, and of whom it speaks.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(DEMANDED):
        twin = ask.by_answer("good", asking.good, accepted=True)
        others = [
            ask.by_answer("namesake", asking.by_namesake),
            ask.by_answer("other-authority", asking.by_other_authority),
            ask.by_answer("colleague", asking.about_another),
        ]
        ask.importing.pull()
        ask.suppose_taken(twin)
        for one in others:
            ask.expect_refused(one, f"A document of a signer about whom the wrong one has answered ({one.name})")


@case(
    "PKI-022.list",
    roles=Role.IMPORTER,
    needs=BY_LIST,
    defects=["unknown-is-good", "accepts-any-signer"],
)
def test_list_by_the_wrong_one(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """A list at the right address that another key has signed is none.

    The address is in clear as well: anybody on the way can put another file in its place.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(DEMANDED):
        twin = ask.by_list("good", accepted=True)
        forged = ask.by_list("forged", key=key_of("P-256", "somebody else"))
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.expect_refused(forged, "A document of a signer with a list by another key")


@case(
    "PKI-022.delegate",
    roles=Role.IMPORTER,
    needs=BY_ANSWER,
    defects=["any-certificate-answers", "believes-any-responder", "unknown-is-good", "accepts-any-signer"],
)
def test_delegate_without_the_purpose(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """An answer by somebody whom the authority has certified for something else than answers is none.

    Otherwise a revoked signer could answer for himself: he too holds a certificate of the authority.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(DEMANDED):
        twin = ask.by_answer("delegate", asking.by_delegate, accepted=True)
        clerk = ask.by_answer("clerk", asking.by_clerk)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.expect_refused(clerk, "A document of a signer for whom one without the purpose OCSPSigning has answered")


@case("PKI-022.good", roles=Role.IMPORTER, needs=BY_ANSWER, defects=["direct-answers-only"])
def test_delegate_is_believed(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """An answer by one whom the authority has certified for answers counts like its own.

    Most authorities keep their own key locked away and let a responder of its own certificate answer.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(DEMANDED):
        twin = ask.by_answer("good", asking.good, accepted=True)
        delegated = ask.by_answer("delegate", asking.by_delegate, accepted=True)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.importing.expect_good(delegated.made, "The document of a signer for whom a delegate has answered")


@case("PKI-023", roles=Role.IMPORTER, needs=BY_ANSWER, defects=["asks-strangers", "follows-redirects"])
def test_strangers_are_not_asked(
    pull_service: PullService,
    revocation_service: RevocationService,
    hooks: Hooks,
    judge: Judge,
    tape: Tape,
    partner: Partner,
) -> None:
    """Nothing is asked at an address of which no registered authority has said that it is hers.

    Anybody can write an address into a certificate of his own making, or answer with another address. The importer's
    system stands inside its own network, and would open whatever it is pointed at.
    """
    ask = Asking(Importing(pull_service, hooks, judge, tape, partner), revocation_service)
    with ask.demanding(AT_HAND):
        twin = ask.by_answer("good", asking.good, accepted=True)
        stranger = ask.unregistered("stranger")
        hidden = revocation_service.answer_address("elsewhere")
        moved = ask.moved("moved", hidden)
        ask.importing.pull()
        ask.suppose_taken(twin)
        ask.importing.receipt(stranger.made.number)
        ask.importing.receipt(moved.made.number)
        ask.expect_not_asked(stranger.address, "The address in the certificate of a stranger was asked.")
        ask.expect_not_asked(hidden, "A redirection was followed to another address.")
