"""Which keys, algorithms and values the partner's importer must not take."""

from conformance.cases.helpers.adversary import Adversary
from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.forgery import accepted, keyinfo, values

NEEDS = ["signed", "judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]
WITH_CA = [*NEEDS, "judge:test-ca"]


@case("SIG-006", roles=Role.IMPORTER, needs=NEEDS, defects=["accepts-sha1"])
def test_weak_algorithm_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature with SHA-1 is not taken, even though it verifies and the signer is registered.

    Two documents with the same SHA-1 can be made to order; one is shown for signing, the other sent.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(values.SHA1, twins=[accepted.PLAIN])


@case("SIG-006.downgrade", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-sha1"])
def test_downgraded_algorithm_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Algorithms and parameters outside the agreed list are not taken, even when the value verifies.

    Whoever writes the document chooses the algorithm; a receiver that follows lets the weakest be chosen.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(values.DOWNGRADED, twins=[accepted.PLAIN, accepted.RSA, accepted.EC])


@case("SIG-005.importer", roles=Role.IMPORTER, needs=WITH_CA, defects=["pss-unknown"])
def test_agreed_algorithms_are_taken(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Every agreed algorithm is taken: RSA, RSA-PSS and ECDSA, with each curve and hash.

    A partner renews its keys without asking which of the agreed ones its receivers have tried.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).takes(accepted.ALGORITHMS, accepted.PLAIN)


@case("SIG-011.importer", roles=Role.IMPORTER, needs=WITH_CA, defects=["trusts-key-value", "accepts-any-signer"])
def test_substituted_key_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A key is not trusted because the document brings it along.

    KeyInfo is written by whoever wrote the document: names in it, keys beside a genuine certificate, prove nothing.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(keyinfo.SUBSTITUTED, twins=[accepted.PLAIN, accepted.RSA])


@case("SIG-011.key-info", roles=Role.IMPORTER, needs=WITH_CA, defects=["ignores-rest-of-key-info"])
def test_contradicting_key_info_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """KeyInfo that names somebody besides the signer is not taken.

    Another program may take the other key for the signer's: two readers, two signers.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(keyinfo.CONTRADICTING, twins=[accepted.PLAIN])


@case("SIG-022", roles=Role.IMPORTER, needs=NEEDS, defects=["hmac-with-public-key"])
def test_hmac_is_refused(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """An HMAC is not taken where a public key is expected.

    The public key is known to all: as the secret of an HMAC it lets anybody sign.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(keyinfo.HMAC, twins=[accepted.PLAIN])


@case("SIG-023.rsa", roles=Role.IMPORTER, needs=WITH_CA, defects=["reads-padding-loosely"])
def test_rsa_edge_cases_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """RSA values that nobody made with the private key, or not as the standard says, are not taken.

    A padding that is not read to its end, a value of another length, a public exponent of 1: each was a forgery once.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(values.RSA, twins=[accepted.RSA, accepted.ALGORITHMS[3]])


@case("SIG-023.ecdsa", roles=Role.IMPORTER, needs=WITH_CA, defects=["takes-der-values"])
def test_ecdsa_edge_cases_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """ECDSA values outside the range, or in another encoding, are not taken.

    Zeros as a signature of everything opened many systems at once; other encodings let one signature be two.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(values.ECDSA, twins=[accepted.EC, accepted.ALGORITHMS[11]])
