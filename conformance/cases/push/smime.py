"""S/MIME of the push access: what the partner signs and encrypts, and what its intake takes for signed."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.exporter import Exporter
from conformance.cases.helpers.importer import expect_one_copy, kept
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.smime import SealedMail
from conformance.cases.helpers.stock import Stock
from conformance.checks.smime import check_encrypted, check_signed, head, octets_of
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.model.words import Role
from conformance.partner import IxitSmime, Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mailbox import Mailbox
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import certificate
from conformance.vectors.signing import load_signer
from conformance.vectors.smime import Entity, decrypted, encrypted, mail_signer, signed, stranger

SENDING = ["smime", "smime:sender", "judge:mail", "hook:push_now"]
TAKING = ["smime", "smime:intake", "judge:signing"]
MAKING = [*TAKING, "smime:test-ca"]
BOX = Where("the judge's mailbox")


@case("SMIME-001", roles=Role.EXPORTER, needs=SENDING, defects=["smime-sha1", "smime-wrong-micalg", "smime-unsigned"])
def test_mail_is_signed(
    mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """Mail to the mailbox for S/MIME is signed by the partner's mail signer with SHA-256 or better, and micalg says so.

    A receiver that cannot verify the signature has to refuse the message, or to believe anybody.
    """
    raw = _pushed(mailbox, hooks, stock, partner, "signed")
    anchor, address = _ixit(partner)
    judge.report(check_signed(raw, anchor, address, tape.now()))


@case("SMIME-004", roles=Role.EXPORTER, needs=[*SENDING, "smime:encryption"],
      defects=["smime-3des", "smime-unsigned"])  # fmt: skip
def test_mail_is_encrypted(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, judge: Judge) -> None:
    """Mail that is encrypted is protected against change: AES-GCM, or AES-CBC inside a signature.

    Without that, parts of what was encrypted can be exchanged on the way so that the receiver gives away the rest.
    """
    raw = _pushed(mailbox, hooks, stock, partner, "encrypted")
    judge.report(check_encrypted(raw))
    pair = partner.smime.decryption if partner.smime else None
    if pair is None or head(raw).get_content_type() != "application/pkcs7-mime":
        return
    inside = head(decrypted(octets_of(raw), pair)).get_content_type()
    judge.expect(
        inside == "multipart/signed",
        expected="multipart/signed, encrypted to the registered certificate",
        actual=inside,
        message="What is encrypted is not a signed message, or not for the judge.",
        where=BOX,
    )


@case("SMIME-002", roles=Role.IMPORTER, needs=MAKING, defects=["smime-any-address", "smime-any-signer"])
def test_the_signer_is_the_sender(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A message whose signer's certificate names another address than the sender's is refused.

    Under the same authority everybody has a certificate; the address in it says whose mail it signs.
    """
    sealed = SealedMail(partner, tape, mail)
    sealed.suppose_taken(judge, signed(sealed.plain(), mail_signer(sealed.ca, sealed.address, tape.now())))
    other = mail_signer(sealed.ca, "somebody@else.judge.invalid", tape.now())
    sealed.expect_refused(judge, signed(sealed.plain(), other), "signer-address", "signed by somebody else")


@case("SMIME-003", roles=Role.IMPORTER, needs=TAKING, defects=["smime-not-verified"])
def test_a_changed_message_is_refused(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A message that was changed after signing, one that is not signed, and one with a wrong micalg are refused.

    A signature that is not verified is decoration.
    """
    sealed = SealedMail(partner, tape, mail)
    sealed.suppose_taken(judge, signed(sealed.plain(), sealed.signer))
    one, another = sealed.plain(), sealed.plain()
    changed = signed(Entity(one.outside, another.inside), sealed.signer, over=one.inside)
    sealed.expect_refused(judge, changed, "signature-invalid", "with changed content")
    sealed.expect_refused(judge, sealed.plain(), "not-signed", "without a signature")
    sealed.expect_refused(
        judge, signed(sealed.plain(), sealed.signer, micalg="sha-512"), "algorithm", "with a micalg that is not true"
    )


@case("SMIME-003.signer", roles=Role.IMPORTER, needs=MAKING, defects=["smime-any-signer"])
def test_unknown_signers_are_refused(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A signer under an unknown authority and one whose certificate has expired are refused, each in words of its own.

    The sender must learn what to mend: who signs, or when.
    """
    sealed = SealedMail(partner, tape, mail)
    sealed.suppose_taken(judge, signed(sealed.plain(), mail_signer(sealed.ca, sealed.address, tape.now())))
    unknown, expired = (
        stranger(sealed.address, tape.now()),
        mail_signer(sealed.ca, sealed.address, tape.now(), expired=True),
    )
    sealed.expect_refused(judge, signed(sealed.plain(), unknown), "signer-unknown", "of an unknown authority")
    sealed.expect_refused(judge, signed(sealed.plain(), expired), "signer-expired", "of an expired signer")


@case("SMIME-003.revoked", roles=Role.IMPORTER, needs=[*TAKING, "smime:revoked"],
      defects=["smime-revocation-unchecked", "smime-any-signer"])  # fmt: skip
def test_revoked_signers_are_refused(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A signer whose certificate was revoked is refused, and the answer says so.

    Somebody else may have the key; the sender must learn that its mail is not believed any more.
    """
    sealed = SealedMail(partner, tape, mail)
    sealed.suppose_taken(judge, signed(sealed.plain(), sealed.signer))
    if sealed.ixit.revoked is None:
        raise Inconclusive("partner.toml has no [ixit.smime.judge] revoked_certificate.")
    revoked = load_signer(*sealed.ixit.revoked)
    sealed.expect_refused(judge, signed(sealed.plain(), revoked), "signer-revoked", "of a revoked signer")


@case("SMIME-005", roles=Role.IMPORTER, needs=[*TAKING, "smime:encryption"],
      defects=["smime-takes-cbc", "smime-encrypted-suffices"])  # fmt: skip
def test_forged_ciphertext_is_refused(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """Encrypted mail that was changed, that is of AES-CBC alone, or that holds no signature is refused.

    Parts of a CBC ciphertext can be exchanged without the key (EFAIL); and everybody can encrypt to the partner.
    """
    sealed = SealedMail(partner, tape, mail)
    to = sealed.ixit.encryption_certificate
    if to is None:
        raise Inconclusive("partner.toml has no [ixit.smime] encryption_certificate.")
    sealed.suppose_taken(judge, encrypted(signed(sealed.plain(), sealed.signer), to))
    changed = encrypted(signed(sealed.plain(), sealed.signer), to, changed=True)
    sealed.expect_refused(judge, changed, "decryption", "changed after encryption")
    unprotected = encrypted(signed(sealed.plain(), sealed.signer), to, cipher="aes-256-cbc")
    sealed.expect_refused(judge, unprotected, "algorithm", "encrypted with AES-CBC alone")
    sealed.expect_refused(judge, encrypted(sealed.plain(), to), "not-signed", "encrypted and not signed")


@case("SMIME-006", roles=Role.IMPORTER, needs=TAKING, defects=["smime-tries-line-ends", "smime-not-verified"])
def test_canonical_form(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """The signature is verified over lines that end in CR LF, and what relays do to the outside does not matter.

    A relay adds and folds headers. A verifier that tries other forms of the content accepts what was not signed.
    """
    sealed = SealedMail(partner, tape, mail)
    good = signed(sealed.plain(), sealed.signer)
    relayed = b"Received: from judge.invalid\r\n\tby relay.invalid; Thu, 1 Jan 2026 00:00:00 +0000\r\n" + good.message()
    answer = sealed.send(relayed.replace(b"Auto-Submitted: auto-generated", b"Auto-Submitted:\r\n auto-generated"))
    judge.expect(
        answer.taken,
        expected="250",
        actual=answer.text,
        message="A signed message is refused after a relay has added a header and folded another.",
        where=Where("SMTP dialogue", None, "DATA"),
    )
    plain = sealed.plain()
    bare = signed(plain, sealed.signer, over=plain.inside.replace(b"\r\n", b"\n"))
    sealed.expect_refused(judge, bare, "signature-invalid", "signed over lines that end in LF")


@case("SMIME-007", roles=Role.IMPORTER, needs=[*TAKING, "signed", "judge:test-ca", "hook:lookup"],
      defects=["smime-suffices", "accepts-any-signer"])  # fmt: skip
def test_the_signed_certificate_counts(
    mail: MailPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A certificate of a signer nobody has registered is not taken for good because the mail around it is well signed.

    The mail says who sent it; only the certificate's own signature says who issued it.
    """
    sealed, exporter = SealedMail(partner, tape, mail), Exporter(partner, tape)
    good = exporter.certificate()
    sealed.suppose_taken(judge, signed(sealed.plain(good), sealed.signer))
    expect_one_copy(judge, hooks, partner, good.number, good.sha256)
    data = exporter.data()
    forged = exporter.seal(certificate(data), data, exporter.minter.stranger(partner.judge.country))
    sealed.send(signed(sealed.plain(forged), sealed.signer))
    held = judge.wait_until(
        lambda: _apart(hooks, forged.number), partner.limits.state_delay_seconds, "the certificate to be set aside"
    )
    judge.expect(
        held,
        expected="set aside",
        actual="stored as good",
        message="A certificate without a good signature is taken for good, because its mail is well signed.",
        where=Where(f"lookup of {forged.number}"),
    )


def _apart(hooks: Hooks, number: str) -> bool:
    held = kept(hooks, number)
    return held.quarantined or held.copies == 0


def _ixit(partner: Partner) -> tuple[bytes, str]:
    smime: IxitSmime = partner.smime or IxitSmime()
    if smime.anchor is None or partner.judge.mail_sender is None:
        raise Inconclusive("partner.toml has no [ixit.smime] anchor or no [ixit.judge] mail_sender.")
    return smime.anchor.read_bytes(), partner.judge.mail_sender


def _pushed(mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, smime: str) -> bytes:
    number = stock.issued().number
    hooks.call("push_now", number=number, smime=smime)
    return mailbox.wait_for(number, seconds=partner.limits.delivery_seconds).mail.raw
