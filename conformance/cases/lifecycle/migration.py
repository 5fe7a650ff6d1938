"""After a change of system: what the old one issued is still there."""

from hashlib import sha256

from conformance.cases.helpers.case import case
from conformance.cases.helpers.compare import equal
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.faults import FaultReceived
from conformance.ports.soap import PullPort


@case(
    "LIFE-017", roles=Role.EXPORTER, needs=["data:legacy"],
    defects=["forgets-old-numbers", "old-back-in-force", "old-renumbered", "reserialises-on-delivery"],
)  # fmt: skip
def test_old_numbers_outlive_the_switch(pull: PullPort, judge: Judge, partner: Partner) -> None:
    """A certificate of the old system is found by its old number, octet for octet, in the state it had at the switch.

    Goods are weeks at sea. On the day an authority changes its system, what travels is covered by certificates of the
    old one, and an importer who cannot look them up has to hold the goods.
    """
    for old in partner.data.legacy:
        place = Where(f"certificate {old.number}, of before the switch")
        try:
            status, fetched = pull.status(old.number), pull.get(old.number)
        except FaultReceived as refused:
            judge.expect(
                condition=False, expected=f"{old.number}, status {old.status_code}", actual=str(refused.fault),
                message="A certificate of the old system is not given under its number.", where=place,
            )  # fmt: skip
            continue
        equal(judge, old.number, status.number, "GetStatus answers under another number.", place)
        equal(judge, old.status_code, status.status_code, "The state is not that at the switch.", place)
        equal(judge, old.number, fetched.number, "GetCertificate answers under another number.", place)
        digest = sha256(fetched.document).hexdigest()
        document = Where(f"document {old.number}", message=fetched.message)
        equal(judge, old.sha256, digest, "The document is not that of before the switch (SHA-256).", document)
