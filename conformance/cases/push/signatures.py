"""Which signatures the partner's mail intake takes for good, and which it must set aside."""

from conformance.cases.helpers.adversary import PushAdversary
from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape
from conformance.vectors.forgery import accepted, altering, covering, keyinfo, paths, values

NEEDS = ["signed", "judge:signing", "hook:lookup"]
ENVELOPED = [*NEEDS, "signature:enveloped"]
WITH_CA = [*NEEDS, "judge:test-ca"]


@case("SIG-001.push", roles=Role.IMPORTER, needs=ENVELOPED, defects=["digest-not-recomputed"])
def test_changed_document_is_set_aside(
    mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate changed after it was signed is not taken for good when it comes by mail.

    Mail passes through many hands; the signature is what tells whether one of them wrote.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(altering.CHANGED, [accepted.PLAIN])


@case("SIG-003.push", roles=Role.IMPORTER, needs=ENVELOPED, defects=["works-off-xpath"])
def test_other_transforms_are_set_aside(
    mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Transforms other than the two agreed ones are not taken by mail either.

    Two accesses with two ways of checking are one open door.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(covering.TRANSFORMS[:6], [accepted.PLAIN])


@case("SIG-006.push", roles=Role.IMPORTER, needs=NEEDS, defects=["accepts-sha1"])
def test_weak_algorithm_is_set_aside(mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A signature with SHA-1 is not taken by mail either.

    Two documents with the same SHA-1 can be made to order; one is shown for signing, the other sent.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(values.SHA1, [accepted.PLAIN])


@case("SIG-007.push", roles=Role.IMPORTER, needs=ENVELOPED, defects=["wrapping-accepted"])
def test_wrapped_signature_is_set_aside(
    mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature that verifies over something else than the document is not taken by mail either.

    A genuine certificate, hidden inside a forged one, lends it its signature.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(covering.WRAPPING[:6], [accepted.PLAIN])


@case("SIG-009.push", roles=Role.IMPORTER, needs=NEEDS, defects=["accepts-unsigned"])
def test_unsigned_is_set_aside(mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A certificate without the agreed signature is not taken by mail either.

    The log-in of the mail account says which system sent it, not which authority issued it.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(altering.STRIPPED, [accepted.PLAIN])


@case("SIG-011.push", roles=Role.IMPORTER, needs=WITH_CA, defects=["trusts-key-value", "accepts-any-signer"])
def test_substituted_key_is_set_aside(mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A key is not trusted by mail either because the document brings it along.

    KeyInfo is written by whoever wrote the document.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(keyinfo.SUBSTITUTED[:6], [accepted.PLAIN])


@case("SIG-022.push", roles=Role.IMPORTER, needs=NEEDS, defects=["hmac-with-public-key"])
def test_hmac_is_set_aside(mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """An HMAC is not taken by mail either where a public key is expected.

    The public key is known to all: as the secret of an HMAC it lets anybody sign.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(keyinfo.HMAC[:3], [accepted.PLAIN])


@case("PKI-001.push", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-any-signer"])
def test_unknown_signer_is_set_aside(mail: MailPort, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A signer whose certificate does not chain to the registered anchor is not taken by mail either.

    Names in a certificate are worth what its issuer is worth.
    """
    PushAdversary(mail, hooks, judge, tape, partner).refuses(
        (*paths.UNTRUSTED[:1], *paths.SELF_SIGNED), [accepted.PLAIN]
    )
