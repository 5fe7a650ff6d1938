"""The certificates the judge sends under load: valid, signed, each with a number of its own."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from random import Random

from cryptography.x509.oid import NameOID
from load_plan import Plan

from conformance.partner import Partner
from conformance.ports.mail_messages import Attachment, Letter, compose, new_message_id
from conformance.vectors.certificate import certificate, exported
from conformance.vectors.signing import load_signer, sign

NUMBERS = count(1)


class Letters:
    """Makes messages to a partner's intake. The signer is read once: reading it for each would be ten times slower."""

    def __init__(self, partner: Partner, plan: Plan) -> None:
        if partner.push is None or partner.judge.signing is None:
            raise ValueError("the partner file has no [ixit.push] or no [ixit.judge.signing]")
        self._partner = partner
        self._push = partner.push
        self._plan = plan
        self._signer = load_signer(partner.judge.signing.certificate, partner.judge.signing.key)
        named = self._signer.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        self._authority = str(named[0].value) if named else ""

    def next(self, random: Random) -> bytes:
        """Return the next message, of an issued certificate from the judge's country to the partner's."""
        home, abroad = self._partner.judge.country, self._partner.country
        now = datetime.now(UTC)
        number = f"{home}-{self._plan.run_id}-{os.getpid()}-{next(NUMBERS)}"
        data = replace(exported(number, home, abroad), issued=now.replace(microsecond=0))
        if self._authority:
            data = replace(data, authority=self._authority)
        document = certificate(data)
        if self._partner.signature == "enveloped":
            document = sign(document, self._signer)
        return compose(
            Letter(
                sender=self._push.sender,
                recipient=self._push.recipient,
                subject=f"ECERT CERTIFICATE {home} {abroad} {number} {data.status_code}",
                attachments=[Attachment(document, f"{number}.xml")],
                message_id=new_message_id(self._plan.run_id, random),
                date=now,
            )
        )
