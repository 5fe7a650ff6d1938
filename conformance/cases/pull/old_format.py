"""Documents in the format of 2009, for partners that say they read it."""

import base64
import binascii
from dataclasses import replace

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter, Made
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.checks.document import check_document
from conformance.legacy.differences import differences
from conformance.legacy.from_sps import from_sps
from conformance.legacy.values import CannotMap, Certificate
from conformance.legacy.writing import write_certificates
from conformance.model.finding import Where
from conformance.model.outcome import JudgeFault
from conformance.model.words import Role
from conformance.parsing import Unreadable, parse
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.old_certificate import old_certificate
from conformance.vectors.signing import sign_detached

NO_SUCH_MONTH = 13


@case("DOC-050", roles=Role.IMPORTER,
      needs=["format:2009", "judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"],
      defects=["loses-translations", "guesses-dates"])  # fmt: skip
def test_format_of_2009(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """A certificate in the format of 2009 is taken and mapped without loss; one with a month 13 is refused.

    Old systems are replaced one by one. Until the last of them is, what they send must be read as if it came in the
    present format, with every text and every number.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    exporter = importing.exporter
    present = importing.offer(exporter.certificate())
    old = old_certificate(exporter.new_number(), partner.judge.country, partner.country, tape.now().date())
    year, _, day = old.issued
    wrong = replace(old, number=exporter.new_number(), issued=(year - 1, NO_SUCH_MONTH, day))
    good, bad = _signed(exporter, old, tape), _signed(exporter, wrong, tape, broken=True)
    for made in (good, bad):
        importing.offer(made)
    importing.pull()
    importing.suppose_taken(present)
    importing.expect_taken(good)
    importing.expect_refused(bad, f"A certificate issued in month {NO_SUCH_MONTH}")
    _compare(judge, old, importing.lookup(old.number).get("mapped"))


def _signed(exporter: Exporter, certificate: Certificate, tape: Tape, *, broken: bool = False) -> Made:
    """The certificate as a document with its detached signature, checked before it leaves unless it is broken."""
    document = write_certificates([certificate])
    found = () if broken else check_document(document, at=tape.now()).findings
    if found:
        raise JudgeFault(f"the judge's own certificate of 2009 breaks {found[0].requirement}: {found[0].message}")
    return Made(
        certificate.number, document, exporter.data(certificate.number), sign_detached(document, exporter.signer)
    )


def _compare(judge: Judge, sent: Certificate, mapped: object) -> None:
    """Collect a finding for everything the mapped certificate says otherwise than the one that was sent."""
    judge.precondition(mapped, "The hook 'lookup' does not show what the certificate was mapped to (profile 7.7).")
    where = Where(f"certificate {sent.number} as mapped by the importer")
    try:
        got = from_sps(parse(base64.b64decode(str(mapped), validate=True))).certificate
    except (Unreadable, binascii.Error, CannotMap) as error:
        judge.require(
            condition=False, expected="an SPSCertificate 17A in base64", actual=str(error),
            message="What the certificate was mapped to cannot be read.", where=where,
        )  # fmt: skip
        return
    for place, before, after in differences(sent, got):
        judge.expect(
            condition=False, expected=before or "nothing", actual=after or "nothing",
            message=f"The mapped certificate says something else: {place}.", where=where,
        )  # fmt: skip
