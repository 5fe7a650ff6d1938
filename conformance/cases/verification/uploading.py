"""Which certificates the partner takes that an official of the exporting country sends with its form."""

from dataclasses import replace

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.uploading import Uploading
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.site import Visitors
from conformance.ports.tape import Tape
from conformance.vectors.forgery import accepted, altering, covering, keyinfo, paths, values

NEEDS = ["signed", "judge:signing", "account:page-sender"]
ENVELOPED = [*NEEDS, "signature:enveloped"]
WITH_CA = [*ENVELOPED, "judge:test-ca"]


@case("SIG-028", roles=Role.IMPORTER, needs=NEEDS, defects=["shows-accepted", "refuses-uploads"])
def test_form_says_what_came_of_a_certificate(
    visitors: Visitors, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A good certificate sent with the form is accepted, half of one is refused, and the page says which.

    Who sends with a form has nothing but the page to know it by. Goods wait on the other side.
    """
    uploading = Uploading(visitors, hooks, judge, tape, partner)
    good, broken = Exporter(partner, tape).certificate(), Exporter(partner, tape).certificate()
    uploading.expect_accepted(good)
    uploading.expect_refused(
        "Half of a certificate", replace(broken, document=broken.document[: len(good.document) // 2])
    )


@case("SIG-001.upload", roles=Role.IMPORTER, needs=ENVELOPED, defects=["digest-not-recomputed"])
def test_changed_document_by_form(visitors: Visitors, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A certificate changed after it was signed is refused when it comes with the form.

    Whoever sends with a form has the file on a desk, and an editor beside it.
    """
    forgeries = (altering.CHANGED[0], values.ENCODED[0])
    Uploading(visitors, hooks, judge, tape, partner).refuses(forgeries, [accepted.PLAIN])


@case("SIG-007.upload", roles=Role.IMPORTER, needs=ENVELOPED, defects=["wrapping-accepted"])
def test_wrapped_signature_by_form(
    visitors: Visitors, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A genuine certificate hidden in a forged one lends it its signature by the form neither.

    Two accesses with two ways of checking are one open door.
    """
    Uploading(visitors, hooks, judge, tape, partner).refuses(covering.WRAPPING[:2], [accepted.PLAIN])


@case("SIG-003.upload", roles=Role.IMPORTER, needs=ENVELOPED, defects=["works-off-xpath"])
def test_other_transforms_by_form(visitors: Visitors, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Transforms other than the two agreed ones are refused by the form, too.

    A transform chooses what is signed, by whatever way the document comes.
    """
    Uploading(visitors, hooks, judge, tape, partner).refuses(covering.TRANSFORMS[:2], [accepted.PLAIN])


@case("SIG-011.upload", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-any-signer"])
def test_substituted_key_by_form(visitors: Visitors, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A key that the document brings along is not believed by the form either.

    A document can say anything of its signer.
    """
    Uploading(visitors, hooks, judge, tape, partner).refuses(keyinfo.SUBSTITUTED[:2], [accepted.PLAIN])


@case("PKI-001.upload", roles=Role.IMPORTER, needs=WITH_CA, defects=["accepts-any-signer"])
def test_unknown_signer_by_form(visitors: Visitors, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A signer whom nobody has registered is refused by the form, too, although an official has sent it.

    The account says who sends, the signature who issued. The one does not stand for the other.
    """
    forgeries = (paths.UNTRUSTED[0], *paths.SELF_SIGNED)
    Uploading(visitors, hooks, judge, tape, partner).refuses(forgeries, [accepted.PLAIN])
