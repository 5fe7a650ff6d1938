"""Whose certificate the partner's importer takes for a signer's, and whose not."""

from conformance.cases.helpers.adversary import Adversary
from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.forgery import accepted, paths

NEEDS = ["signed", "judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]
WITH_CA = [*NEEDS, "judge:test-ca"]


@case("PKI-001", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-any-signer"])
def test_unknown_signer_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signer whose certificate does not chain to the registered anchor is not taken, whatever it says of itself.

    Names in a certificate are worth what its issuer is worth.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.UNTRUSTED, twins=[accepted.PLAIN, paths.TWIN])


@case("PKI-001.good", roles=Role.IMPORTER, needs=WITH_CA, defects=["direct-issue-only"])
def test_good_paths_are_taken(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Signers below an intermediate authority, and every form of certificate that RFC 5280 allows, are taken.

    An authority that issues through an office of its own must not find its certificates refused at a border.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).takes(paths.ACCEPTED, accepted.PLAIN)


@case("PKI-016", roles=Role.IMPORTER, needs=WITH_CA, defects=["self-signed-suffices", "accepts-any-signer"])
def test_self_signed_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A self-signed certificate that is not registered is not taken.

    It proves that its maker has a key, and nothing else.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.SELF_SIGNED, twins=[accepted.PLAIN])


@case("PKI-002.importer", roles=Role.IMPORTER, needs=WITH_CA, defects=["ignores-expiry", "accepts-any-signer"])
def test_expired_signer_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signer whose certificate has expired is not taken.

    After that day nobody watches over the key, and nobody would revoke it.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.EXPIRED, twins=[accepted.PLAIN, paths.TWIN])


@case(
    "SIG-017",
    roles=Role.IMPORTER,
    needs=WITH_CA,
    defects=["believes-issue-date", "ignores-expiry", "accepts-any-signer"],
)
def test_back_dated_signature_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A document dated back to when its signer's certificate was valid is not taken.

    Whoever finds an old key also writes the date. Only a time stamp of somebody else proves when it was signed.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.BACK_DATED, twins=[accepted.PLAIN])


@case(
    "PKI-003",
    roles=Role.IMPORTER,
    needs=WITH_CA,
    defects=["accepts-not-yet-valid", "accepts-any-signer"],
)
def test_signer_of_tomorrow_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signer whose certificate is not valid yet is not taken.

    Keys for next year lie in drawers; they become good on their day and not before.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.EARLY, twins=[accepted.PLAIN])


@case("PKI-004", roles=Role.IMPORTER, needs=WITH_CA, defects=["any-certificate-issues", "accepts-any-signer"])
def test_signer_as_authority_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate issued by one that is no certification authority is not taken.

    Otherwise every holder of a certificate could make more of them.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.NO_AUTHORITY, twins=[accepted.PLAIN, paths.TWIN])


@case("PKI-004.length", roles=Role.IMPORTER, needs=WITH_CA, defects=["ignores-path-length", "accepts-any-signer"])
def test_path_length_is_kept(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A path longer than its authority allows is not taken.

    With the path length a root says how far its trust may be handed on.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.TOO_LONG, twins=[paths.TWIN])


@case("PKI-005.importer", roles=Role.IMPORTER, needs=WITH_CA, defects=["ignores-key-usage", "accepts-any-signer"])
def test_key_usage_is_kept(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A certificate for encryption or for TLS is not taken for a signer's.

    A server's key lies on a machine that faces the network; it must not be able to issue certificates.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.USAGES, twins=[accepted.PLAIN, paths.ACCEPTED[1]])


@case("PKI-006", roles=Role.IMPORTER, needs=WITH_CA, defects=["ignores-critical-extensions", "accepts-any-signer"])
def test_critical_extensions_are_respected(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A path with a critical extension the receiver does not know is not taken.

    Its issuer has said: who does not understand this must not rely on me.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.CRITICAL, twins=[accepted.PLAIN, paths.ACCEPTED[4]])


@case("PKI-010", roles=Role.IMPORTER, needs=WITH_CA, defects=["ignores-name-constraints", "accepts-any-signer"])
def test_name_constraints_are_enforced(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """An authority that may issue for other names only is not followed.

    A root that lets several countries' offices issue keeps them apart by name constraints.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.CONSTRAINED, twins=[accepted.PLAIN, paths.ACCEPTED[3]])


@case("PKI-011", roles=Role.IMPORTER, needs=WITH_CA, defects=["takes-weak-keys", "accepts-any-signer"])
def test_weak_keys_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Keys below RSA 2048 or a curve of 256 bits are not taken, neither a signer's nor an authority's.

    They can be taken apart by whoever has the means.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.WEAK_KEYS, twins=[accepted.RSA, paths.TWIN])


@case("PKI-015", roles=Role.IMPORTER, needs=WITH_CA, defects=["takes-weak-hashes", "accepts-any-signer"])
def test_weak_hashes_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A path in which a certificate is signed with SHA-1 is not taken.

    A certificate with a chosen collision was made years ago: its issuer never saw the one that is shown.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(paths.WEAK_HASHES, twins=[accepted.PLAIN, paths.TWIN])
