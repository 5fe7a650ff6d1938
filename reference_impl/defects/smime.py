"""Defects of S/MIME: what the node signs and encrypts badly, and what it takes for signed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reference_impl.defects.defect import Collection, patch
from reference_impl.importer.examiner import Decision, Expected
from reference_impl.mail.dispatch import Dispatch
from reference_impl.mail.message import parse
from reference_impl.mail.smime import MailTrust, Smime

if TYPE_CHECKING:
    from datetime import datetime

    from reference_impl.node import Node

defects = Collection()


def _smime(node: "Node") -> Smime:
    dispatch = node.outbox
    if not isinstance(dispatch, Dispatch) or dispatch.smime is None:
        raise TypeError("the node has no S/MIME")
    return dispatch.smime


@defects.add("smime-sha1", "Signs its mail with SHA-1, for receivers of long ago.", "SMIME-001")
def _smime_sha1(node: "Node") -> None:
    patch(_smime(node), digest="sha1", micalg=lambda: "sha-1")


@defects.add("smime-wrong-micalg", "Says in micalg what was configured once, not what it signs with.", "SMIME-001")
def _smime_wrong_micalg(node: "Node") -> None:
    patch(_smime(node), micalg=lambda: "sha-512")


@defects.add("smime-unsigned", "Forgets to sign mail that goes to a mailbox for signed mail.", "SMIME-001", "SMIME-004")
def _smime_unsigned(node: "Node") -> None:
    patch(_smime(node), sign=lambda entity: entity)


@defects.add("smime-3des", "Encrypts its mail with Triple DES, the one cipher everybody had.", "SMIME-004")
def _smime_3des(node: "Node") -> None:
    patch(_smime(node), cipher="-des3")


@defects.add("smime-any-address", "Takes the mail of any signer of the authority for the account's.", "SMIME-002")
def _smime_any_address(node: "Node") -> None:
    patch(_smime(node), check_address=lambda _signers, _address: None)


@defects.add("smime-any-signer", "Sees that mail is signed and never asks by whom.", "SMIME-002", "SMIME-003")
def _smime_any_signer(node: "Node") -> None:
    patch(_smime(node), check_signer=lambda _files, _trust: None)


@defects.add("smime-revocation-unchecked", "Never looks at the revocation list of mail signers.", "SMIME-003")
def _smime_revocation_unchecked(node: "Node") -> None:
    smime = _smime(node)
    clean = smime.path_options
    patch(smime, path_options=lambda trust: [one for one in clean(trust) if one != "-crl_check"])


@defects.add("smime-not-verified", "Takes signed mail whatever the signature's value.", "SMIME-003", "SMIME-006")
def _smime_not_verified(node: "Node") -> None:
    smime = _smime(node)
    clean = smime.check_signer

    def check_signer(files: dict[str, bytes], trust: MailTrust) -> None:
        if smime.fits(files["content"], files["signature"]):
            clean(files, trust)

    patch(smime, check_signature=lambda _files: None, check_signer=check_signer)


@defects.add("smime-takes-cbc", "Decrypts mail of AES-CBC as it does the other.", "SMIME-005")
def _smime_takes_cbc(node: "Node") -> None:
    patch(_smime(node), check_content_type=lambda _kind: None)


@defects.add("smime-encrypted-suffices", "Believes encrypted mail that nobody has signed.", "SMIME-005")
def _smime_encrypted_suffices(node: "Node") -> None:
    smime = _smime(node)
    clean: Callable[[bytes, bytes, str], bytes] = smime.not_signed
    decrypt = smime.decrypt
    opened: set[bytes] = set()

    def remembering(entity: bytes) -> bytes:
        inside = decrypt(entity)
        opened.add(inside)
        return inside

    def not_signed(headers: bytes, entity: bytes, kind: str) -> bytes:
        return headers + b"MIME-Version: 1.0\r\n" + entity if entity in opened else clean(headers, entity, kind)

    patch(smime, decrypt=remembering, not_signed=not_signed)


@defects.add("smime-tries-line-ends", "Verifies with other line ends where the signature does not fit.", "SMIME-006")
def _smime_tries_line_ends(node: "Node") -> None:
    smime = _smime(node)
    fits, check_signer = smime.fits, smime.check_signer

    def either(content: bytes, signature: bytes) -> bool:
        return fits(content, signature) or fits(content.replace(b"\r\n", b"\n"), signature)

    def signer(files: dict[str, bytes], trust: MailTrust) -> None:
        if not fits(files["content"], files["signature"]):
            files = files | {"content": files["content"].replace(b"\r\n", b"\n")}
        check_signer(files, trust)

    patch(smime, fits=either, check_signer=signer)


@defects.add("smime-suffices", "Looks no further into a certificate that came in well signed mail.", "SMIME-007")
def _smime_suffices(node: "Node") -> None:
    smime, examiner = _smime(node), node.importer.receiver.examiner  # type: ignore[attr-defined]
    clean_open, clean_examine = smime.open, examiner.examine
    came: set[str] = set()

    def opened(message: bytes, trust: MailTrust) -> bytes:
        inside = clean_open(message, trust)
        came.add(parse(inside).subject.number)
        return inside

    def examine(document: bytes, expected: Expected, at: "datetime") -> Decision:
        decision: Decision = clean_examine(document, expected, at)
        if decision.good or expected.number not in came:
            return decision
        return Decision(True, True, "", decision.number, decision.status, decision.digest, expected.signature)

    patch(smime, open=opened)
    patch(examiner, examine=examine)
