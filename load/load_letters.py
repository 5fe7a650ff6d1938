"""The certificates the judge sends under load: valid, signed, each with a number of its own."""

import os
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from random import Random

from cryptography.x509.oid import NameOID
from load_plan import Plan

from conformance.checks.document import check_document
from conformance.partner import Partner
from conformance.ports.mail_messages import Attachment, Letter, compose, new_message_id
from conformance.vectors.certificate import certificate, exported, sized
from conformance.vectors.certificate_data import CertificateData, Reference
from conformance.vectors.forgery.material import Material
from conformance.vectors.signing import load_signer, sign
from conformance.vectors.stamping import Authority

NUMBERS = count(1)
# The first certificate of a process is a large one, the second goes twice: so the shortest run has both.
EACH_LARGE = 20
EACH_TWICE = 10
LINES_OCTETS = 60_000


@dataclass(frozen=True)
class Posted:
    """One message: its octets, the number and digest of its certificate, its size, and whether it is sent twice."""

    message: bytes
    number: str
    sha256: str
    large: bool
    twice: bool


class Letters:
    """Makes messages to a partner's intake. The signer is read once: reading it for each would be ten times slower."""

    def __init__(self, partner: Partner, plan: Plan) -> None:
        if partner.push is None or partner.judge.signing is None:
            raise ValueError("the partner file has no [ixit.push] or no [ixit.judge.signing]")
        self._partner = partner
        self._push = partner.push
        self._plan = plan
        self._signer = load_signer(partner.judge.signing.certificate, partner.judge.signing.key)
        tsa = partner.judge.signing.tsa_certificate, partner.judge.signing.tsa_key
        self._stamping = load_signer(tsa[0], tsa[1]) if tsa[0] and tsa[1] else None
        named = self._signer.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        self._checked: set[bool] = set()
        self._authority = str(named[0].value) if named else ""

    def next(self, random: Random) -> Posted:
        """Return the next message, of an issued certificate from the judge's country to the partner's."""
        place = next(NUMBERS)
        home, abroad = self._partner.judge.country, self._partner.country
        now = datetime.now(UTC)
        number = f"{home}-{self._plan.run_id}-{os.getpid()}-{place}"
        data = replace(exported(number, home, abroad), issued=now.replace(microsecond=0))
        if self._authority:
            data = replace(data, authority=self._authority)
        large = place % EACH_LARGE == 1
        document = certificate(_large(data, self._plan.large_octets) if large else data)
        if large not in self._checked:
            self._check(document, now)
            self._checked.add(large)
        if "signed:inside" in self._partner.ics:
            document = self._sealed(document, now)
        message = compose(
            Letter(
                sender=self._push.sender,
                recipient=self._push.recipient,
                subject=f"ECERT CERTIFICATE {home} {abroad} {number} {data.status_code}",
                attachments=[Attachment(document, f"{number}.xml")],
                message_id=new_message_id(self._plan.run_id, random),
                date=now,
            )
        )
        return Posted(message, number, sha256(document).hexdigest(), large, (place - 1) % EACH_TWICE == 1)

    def _sealed(self, document: bytes, at: datetime) -> bytes:
        """Sign at the agreed place in the document."""
        if "xades" not in self._partner.ics:
            return sign(document, self._signer)
        by = self._stamping
        authority = None if by is None else Authority(by.certificate, by.key, by.others)
        plain, placement = document.decode(), self._partner.signature
        return Material(plain, self._signer, placement, time=at, authority=authority).sealed().document

    def _check(self, document: bytes, at: datetime) -> None:
        """Raise `ValueError` when the judge's own certificate breaks a rule; those of a size differ by number only."""
        binding = [finding for finding in check_document(document, at=at).findings if finding.level.binding]
        if binding:
            raise ValueError(f"the judge's own certificate breaks {binding[0].requirement}: {binding[0].message}")


def _large(data: CertificateData, octets: int) -> CertificateData:
    """Return data of a certificate of about that size: many lines, and one annex for the rest."""
    data = sized(data, min(octets, LINES_OCTETS))
    left = octets - len(certificate(data))
    if left < 1:
        return data
    annex = b"%PDF-1.4\n" + b"%invented\n" * (left * 3 // 4 // 10)
    number = f"{data.number}-A"
    content = b64encode(annex).decode()
    added = Reference(number, "851", filename="annex.pdf", mime="application/pdf", content=content)
    return replace(data, references=(*data.references, added))
