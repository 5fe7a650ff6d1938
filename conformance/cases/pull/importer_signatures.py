"""Which signatures the partner's importer takes, and which it must not."""

from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Made
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate
from conformance.vectors.signing import Signer, strip, wrap

NEEDS = ["signed", "judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]
WITH_CA = [*NEEDS, "judge:test-ca"]


def _beside_a_twin(importing: Importing, bad: Made, why: str) -> None:
    """Offer a good certificate and the bad one in one pull; the good one must be taken, the other not."""
    good = importing.offer(importing.exporter.certificate())
    importing.offer(bad)
    importing.pull()
    importing.suppose_taken(good)
    importing.expect_refused(bad, why)


def _signed(importing: Importing, signer: Signer, hash_name: str = "sha256") -> Made:
    data = importing.exporter.data()
    return importing.exporter.seal(certificate(data), data, signer, hash_name)


@case("SIG-009", roles=Role.IMPORTER, needs=NEEDS, defects=["accepts-unsigned"])
def test_unsigned_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate without the agreed signature is not taken.

    Without a signature anybody in between could have written it.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    whole = importing.exporter.certificate()
    bad = Made(whole.number, strip(whole.document), whole.data)
    _beside_a_twin(importing, bad, "A certificate without signature")


@case("SIG-006", roles=Role.IMPORTER, needs=NEEDS, defects=["accepts-sha1"])
def test_weak_algorithm_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature with SHA-1 is not taken, even though it verifies and the signer is registered.

    Two documents with the same SHA-1 can be made to order; one is shown for signing, the other sent.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    bad = _signed(importing, importing.exporter.signer, "sha1")
    _beside_a_twin(importing, bad, "A certificate signed with SHA-1")


@case("SIG-007", roles=Role.IMPORTER, needs=[*NEEDS, "signature:enveloped"], defects=["wrapping-accepted"])
def test_wrapped_signature_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature that verifies over something else than the document is not taken for the document's.

    A genuine certificate, hidden inside a forged one, lends it its signature; a reader that checks the one and
    reads the other is deceived.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    forged, genuine = importing.exporter.data(), importing.exporter.data()
    octets = wrap(certificate(forged), certificate(genuine), importing.exporter.signer)
    _beside_a_twin(importing, Made(forged.number, octets, forged), "A certificate with a wrapped signature")


@case("PKI-001", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-any-signer"])
def test_unknown_signer_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signer whose certificate does not chain to the registered anchor is not taken, whatever it says of itself.

    Names in a certificate are worth what its issuer is worth.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    stranger = importing.exporter.minter.stranger(partner.judge.country)
    _beside_a_twin(importing, _signed(importing, stranger), "A certificate of an unknown signer")


@case("PKI-003", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-not-yet-valid", "accepts-any-signer"])
def test_signer_of_tomorrow_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signer whose certificate is not valid yet is not taken.

    Keys for next year lie in drawers; they become good on their day and not before.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    minter = importing.exporter.minter
    early = minter.signer(partner.judge.country, begins=timedelta(days=1), ends=timedelta(days=30))
    _beside_a_twin(importing, _signed(importing, early), "A certificate of a signer not valid yet")
