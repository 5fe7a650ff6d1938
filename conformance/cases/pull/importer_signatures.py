"""What signatures the partner's importer must not take: the form, the place, and what they cover."""

from conformance.cases.helpers.adversary import Adversary
from conformance.cases.helpers.case import case
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.forgery import accepted, altering, covering, entities, values

NEEDS = ["signed", "judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]
ENVELOPED = [*NEEDS, "signature:enveloped"]
WITH_CA = [*ENVELOPED, "judge:test-ca"]


@case("SIG-001.importer", roles=Role.IMPORTER, needs=ENVELOPED, defects=["digest-not-recomputed"])
def test_changed_document_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate changed after it was signed is not taken, whatever was changed.

    A signature that is looked at and not recomputed protects nothing: weight, unit, a letter that only looks the same.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses((*altering.CHANGED, *altering.TRANSCODED, *values.ENCODED), twins=[accepted.PLAIN])


@case("SIG-019.importer", roles=Role.IMPORTER, needs=ENVELOPED, defects=["compares-loosely", "digest-not-recomputed"])
def test_rewritten_document_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate written anew after signing is not taken, even where no word of it changed.

    A receiver that forgives white space, prefixes or comments cannot say any more what was signed.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(altering.REWRITTEN, twins=[accepted.PLAIN, accepted.FORMS[0]])


@case("SIG-002.importer", roles=Role.IMPORTER, needs=ENVELOPED, defects=["takes-any-reference"])
def test_partial_signature_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature over something else than the whole document is not taken.

    What is not covered can be exchanged: a reference to the head, to an Object or to KeyInfo protects no product.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses((*covering.COVERAGE, *altering.COMMENTS), twins=[accepted.PLAIN])


@case("SIG-003.importer", roles=Role.IMPORTER, needs=ENVELOPED, defects=["works-off-xpath"])
def test_other_transforms_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Transforms other than the two agreed ones are not taken.

    A transform chooses what is signed. Behind an XPath filter or a style sheet the document may be altered freely.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(covering.TRANSFORMS, twins=[accepted.PLAIN])


@case("SIG-004.importer", roles=Role.IMPORTER, needs=NEEDS, defects=["keeps-comments-in-signed-info"])
def test_other_canonicalisation_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """SignedInfo in another canonical form than the agreed ones is not taken.

    A form that keeps comments, or that the receiver does not know, makes two readings of one text.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(values.SIGNED_INFO, twins=[accepted.PLAIN])


@case("SIG-007", roles=Role.IMPORTER, needs=ENVELOPED, defects=["wrapping-accepted"])
def test_wrapped_signature_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signature that verifies over something else than the document is not taken for the document's.

    A genuine certificate, hidden inside a forged one, lends it its signature; a reader that checks the one and
    reads the other is deceived.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(covering.WRAPPING, twins=[accepted.PLAIN])


@case("SIG-008", roles=Role.IMPORTER, needs=ENVELOPED, defects=["first-id-wins"])
def test_duplicate_ids_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A document in which two elements bear the same Id is not taken.

    The verifier may find the one, the reader the other: what was verified is not what is read.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(covering.DUPLICATE_IDS, twins=[accepted.PLAIN])


@case("SIG-009", roles=Role.IMPORTER, needs=NEEDS, defects=["accepts-unsigned"])
def test_unsigned_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A certificate without the agreed signature is not taken.

    Without a signature anybody in between could have written it.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(altering.STRIPPED, twins=[accepted.PLAIN])


@case("SIG-010", roles=Role.IMPORTER, needs=WITH_CA, defects=["one-good-signature-suffices"])
def test_second_signature_is_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A document with two signatures is not taken, even when both verify.

    Which of two signers answers for the document nobody has agreed; and a reader that stops at the first good one
    takes any other.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(covering.TWO_SIGNATURES, twins=[accepted.PLAIN])


@case("SIG-021.importer", roles=Role.IMPORTER, needs=ENVELOPED, defects=["utf-8-only"])
def test_utf_16_is_taken(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A document in UTF-16 is taken like the same one in UTF-8: the signature is over its canonical form.

    What travels through a gateway may come in another encoding; the signature does not change with it.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).takes(accepted.UTF_16, accepted.PLAIN)


@case("SIG-004.forms", roles=Role.IMPORTER, needs=ENVELOPED, defects=["exclusive-only"])
def test_agreed_forms_are_taken(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Every agreed canonicalisation, and every way of writing that means the same, is taken.

    A good certificate that is refused stops goods at a border, and teaches people to switch the check off.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).takes((*accepted.FORMS, *accepted.WRITING), accepted.PLAIN)


@case("SIG-012", roles=Role.IMPORTER, needs=ENVELOPED, defects=["follows-retrieval-method"])
def test_nothing_is_fetched(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Nothing a signature points at is fetched: no document, no style sheet, no key.

    Through it a sender makes the importer's system open addresses inside its own network, and learns when it is read.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing, pull_service.canary_url).never_fetches(covering.FETCHING, accepted.PLAIN)


@case("SEC-001.signed", roles=Role.IMPORTER, needs=ENVELOPED, defects=["resolves-entities"])
def test_declared_document_types_are_refused(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A signed document with a document type declaration is not taken: entities, default attributes, declared Ids.

    What the declaration puts in is read and was not signed; and it can be made to fill the memory of the reader.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    Adversary(importing).refuses(entities.DECLARED, twins=[accepted.PLAIN])
