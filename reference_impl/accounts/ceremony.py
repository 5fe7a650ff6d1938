"""What a browser is asked to make or use a passkey, and how its answer is judged.

What an authenticator says of itself (attestation) is not asked for: any that signs for this site will do.
"""

from collections.abc import Iterable

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from reference_impl.accounts.passkeys import Key, Relying
from reference_impl.accounts.values import Account

# The password is one factor, having the device the other: that the device knows its owner is welcome, not demanded.
_SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
)


def to_make(site: Relying, account: Account, known: Iterable[str]) -> tuple[str, bytes]:
    """What is asked to make a passkey (PublicKeyCredentialCreationOptions as JSON), and the challenge in it."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=f"account {account.id}".encode(),
        user_name=account.email,
        user_display_name=account.name,
        exclude_credentials=_descriptors(known),
        authenticator_selection=_SELECTION,
    )
    return options_to_json(options), options.challenge


def made(site: Relying, challenge: bytes, answer: str) -> Key | None:
    """The key of the passkey a browser has made; None when the answer does not stand."""
    try:
        found = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin
        )
    except (WebAuthnException, ValueError):
        return None
    return Key(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)


def to_use(site: Relying, known: Iterable[str]) -> tuple[str, bytes]:
    """What is asked to use a passkey (PublicKeyCredentialRequestOptions as JSON), and the challenge in it."""
    options = generate_authentication_options(rp_id=site.host, allow_credentials=_descriptors(known))
    return options_to_json(options), options.challenge


def claimed(answer: str) -> str:
    """The id of the passkey an answer says it is of; empty when it is no answer."""
    try:
        return str(parse_authentication_credential_json(answer).id)
    except (WebAuthnException, ValueError):
        return ""


def used(site: Relying, challenge: bytes, answer: str, key: Key) -> int | None:
    """How often the passkey says it was used, when the answer is one of this key; else None."""
    try:
        proved = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.uses,
        )
    except (WebAuthnException, ValueError):
        return None
    return proved.new_sign_count


def _descriptors(known: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
