"""A signature judged by what the partner file says was agreed: its place, its algorithms, who may stamp the time."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conformance.checks.signature import Examination, examine_signature
from conformance.checks.xmldsig.algorithms import PROFILE, AllowList, allow_list
from conformance.model.words import Revocation
from conformance.partner import Partner


def agreed_algorithms(partner: Partner) -> AllowList:
    """Return the allow list of the agreement (profile 2.20, 2.27)."""
    return allow_list(frozenset(partner.algorithms)) if partner.algorithms else PROFILE


def examine_agreed(
    partner: Partner,
    document: bytes,
    signature: bytes | None,
    *,
    at: datetime,
    anchors: Sequence[Path] = (),
    authorities: Sequence[Path] = (),
    crls: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    revocation: Revocation | None = None,
    country: str | None = None,
) -> Examination:
    """Examine a document, and its detached signature if any, as `examine_signature` does, by the agreement.

    `anchors` and `authorities` are PEM files of the anchors of signers and of time-stamp authorities.
    """
    return examine_signature(
        document,
        anchors=[path.read_bytes() for path in anchors],
        at=at,
        placement=partner.signature,
        crls=crls,
        answers=answers,
        revocation=revocation,
        signature=signature,
        country=country,
        authorities=[path.read_bytes() for path in authorities],
        allowed=agreed_algorithms(partner),
    )
