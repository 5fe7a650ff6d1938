"""Documents that point somewhere, and the evidence an importer keeps."""

import base64
import binascii

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Made
from conformance.cases.helpers.importing import NO_TIME, Importing
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate

NEEDS = ["judge:pull", "judge:signing", "hook:pull_now", "hook:lookup"]
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
CERTIFICATE = "urn:un:unece:uncefact:data:standard:SPSCertificate:17"


@case("SEC-003", roles=Role.IMPORTER, also=["SEC-009"], needs=NEEDS,
      defects=["follows-schema-location", "visits-notes"])  # fmt: skip
def test_nothing_a_document_names_is_fetched(
    pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """A schema that a document names by address is not fetched, nor is an address in its texts.

    Through it a sender makes the importer's system open addresses in its own network, or judge by his own schema.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    twin = importing.offer(importing.exporter.certificate())
    here = pull_service.canary_url
    hint = f' xmlns:xsi="{INSTANCE}" xsi:schemaLocation="{CERTIFICATE} {here}/schema">'
    hinting = importing.offer(_changed(importing, b">", hint.encode(), after=b"<rsm:SPSCertificate"))
    naming = importing.offer(_changed(importing, b"Fresh apples", f"Fresh apples, see {here}/text".encode()))
    importing.pull()
    importing.suppose_taken(twin)
    for requirement, place, made in (("SEC-003", "schema", hinting), ("SEC-009", "text", naming)):
        importing.receipt(made.number, partner.limits.delivery_seconds)
        fetched = pull_service.wait_for("(canary)", place, NO_TIME)
        judge.expect(
            fetched is None,
            expected="no request to the address in the document",
            actual="a request came",
            message="The importer fetched what a document names.",
            where=Where(f"certificate {made.number}"),
            requirement=requirement,
        )


@case("SEC-012", roles=Role.IMPORTER, needs=[*NEEDS, "hook:evidence"], defects=["keeps-fields-only"])
def test_evidence_is_kept(pull_service: PullService, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner) -> None:
    """Of a certificate that was taken the importer keeps the octets with their signature, and when it came from whom.

    Years later a court asks who said what. Fields in a table are the importer's word, a signed document the exporter's.
    """
    importing = Importing(pull_service, hooks, judge, tape, partner)
    made = importing.offer(importing.exporter.certificate())
    importing.pull()
    importing.suppose_taken(made)
    kept = hooks.call("evidence", number=made.number)
    where = Where(f"evidence of certificate {made.number}")
    judge.expect(
        _octets(kept.get("document")) == made.document,
        expected=f"the {len(made.document)} octets that were sent",
        actual=f"{len(_octets(kept.get('document')))} octets, others",
        message="What is kept is not what was received: its signature proves nothing any more.",
        where=where,
    )
    judge.expect(
        made.signature is None or _octets(kept.get("signature")) == made.signature,
        expected="the detached signature that was sent",
        actual=f"{len(_octets(kept.get('signature')))} octets, others",
        message="The detached signature is not kept.",
        where=where,
    )
    judge.expect(
        kept.get("received_at") and kept.get("from") == partner.judge.country,
        expected=f"when it came, and from {partner.judge.country}",
        actual=f"{kept.get('received_at') or 'no time'}, from {kept.get('from') or 'nobody'}",
        message="The evidence does not say when the document came from whom.",
        where=where,
    )


def _changed(importing: Importing, old: bytes, new: bytes, *, after: bytes = b"") -> Made:
    """A certificate with one change, signed as it should be; the change is the first one behind `after`."""
    data = importing.exporter.data()
    plain = certificate(data)
    start = plain.index(after)
    return importing.exporter.seal(plain[:start] + plain[start:].replace(old, new, 1), data)


def _octets(text: object) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        return b""
