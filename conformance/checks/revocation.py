"""Is a certificate revoked (RFC 5280 section 6.3, RFC 6960)? The library reads lists and answers; this room asks it.

A certificate may be known to be good, known to be revoked, or not known, and the last must never look like the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.x509 import ocsp
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    CRLNoMatchesError,
    CRLValidationError,
    CRLValidationIndeterminateError,
    OCSPNoMatchesError,
    OCSPValidationError,
    OCSPValidationIndeterminateError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from conformance.model.words import Revocation

# What the library lets out when a certificate, list or answer is not as it thinks: these come from strangers.
STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)
Crl = x509.CertificateRevocationList
Answer = ocsp.OCSPResponse
_DIRECTORY = "directory_name"


class State(Enum):
    """What lists and answers at hand tell of one certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    OVER = "what is at hand is over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one certificate, and what was said of it in the library's words ("" when nothing was).

    Of a revoked one: when, and the reason of RFC 5280 section 5.3.1 (`key_compromise` and the like; `unspecified` where
    none is given).
    """

    state: State
    reason: str = ""
    when: datetime | None = None
    cause: str = ""


def read_crl(data: bytes) -> Crl:
    """A revocation list in PEM or DER; raises `ValueError` when it is neither."""
    return x509.load_pem_x509_crl(data) if data.lstrip().startswith(b"-----") else x509.load_der_x509_crl(data)


def read_answer(data: bytes) -> Answer:
    """A stored answer of OCSP in DER (RFC 6960 section 4.2.1); raises `ValueError` when it is none."""
    return ocsp.load_der_ocsp_response(data)


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a caller has about revocation: lists (PEM or DER), answers of OCSP (DER), and how much must be known.

    `mode` None: what is at hand is used, and where nothing is, nothing is asked (profile 2.33).
    """

    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()
    mode: Revocation | None = None

    @property
    def silent(self) -> bool:
        """Whether revocation is left unasked without anybody having said so."""
        return self.mode is None and not self.lists and not self.answers


class Material:
    """Lists (CRL) and answers (OCSP) at hand, read once from DER; those that cannot be read are `ValueError`."""

    def __init__(self, lists: Sequence[bytes], answers: Sequence[bytes]) -> None:
        self.lists = [asn1_crl.CertificateList.load(one) for one in lists]
        self.answers = [asn1_ocsp.OCSPResponse.load(one) for one in answers]

    def lists_for(self, certificate: Any) -> list[Any]:
        """Return the lists that may speak of a certificate (RFC 5280 section 6.3.3 (b)(1)).

        Those are its issuer's, and indirect ones of whom it names itself. The library would also take the list of any
        other certificate of the same issuer, and so that of a revoked authority about itself.
        """
        points = certificate.crl_distribution_points_value or ()
        named = [name.chosen for point in points for name in (point["crl_issuer"] or ()) if name.name == _DIRECTORY]
        return [
            one
            for one in self.lists
            if (one.issuer == certificate.issuer and not named)
            or (one.issuer in named and (_indirect(one) or one.issuer == certificate.issuer))
        ]


def _indirect(one: Any) -> bool:
    scope = one.issuing_distribution_point_value
    return bool(scope is not None and scope["indirect_crl"].native)


async def status(
    certificate: Any, way: ValidationPath, material: Material, context: Callable[[list[Any]], ValidationContext]
) -> Status:
    """Tell the state of `certificate` (asn1crypto's), which is on `way`; `context` makes one that holds given lists.

    Revoked wins over good; good by one source is enough where the other knows nothing.
    """
    own = context(material.lists_for(certificate))
    states = [await _by_lists(certificate, way, own), await _by_answers(certificate, way, own)]
    for wanted in (State.REVOKED, State.GOOD, State.OVER):
        for one in states:
            if one.state is wanted:
                return one
    return Status(State.UNKNOWN, "; ".join(one.reason for one in states if one.reason))


async def _by_lists(certificate: Any, way: ValidationPath, context: ValidationContext) -> Status:
    # RFC 5280 section 6.3.1 leaves the use of delta lists to the receiver: they are used where there are any. The
    # library would take a full list that points at a delta nobody gave for no list at all.
    deltas = any(one.delta_crl_indicator_value is not None for one in context.crls)
    try:
        await verify_crl(certificate, way, context, use_deltas=deltas)
    except RevokedError as error:
        return Status(State.REVOKED, _one_line(error), error.revocation_dt, str(error.reason.native))
    except CRLNoMatchesError:
        return Status(State.UNKNOWN)
    except CRLValidationIndeterminateError as error:
        return _undecided(error.suspect_stale, error.failures, error)
    except (CRLValidationError, ValidationError, PathError, *STUMBLES) as error:
        return Status(State.UNKNOWN, _one_line(error))
    return Status(State.GOOD)


async def _by_answers(certificate: Any, way: ValidationPath, context: ValidationContext) -> Status:
    try:
        await verify_ocsp_response(certificate, way, context)
    except RevokedError as error:
        return Status(State.REVOKED, _one_line(error), error.revocation_dt, str(error.reason.native))
    except OCSPNoMatchesError:
        return Status(State.UNKNOWN)
    except OCSPValidationIndeterminateError as error:
        return _undecided(error.suspect_stale, error.failures, error)
    except (OCSPValidationError, ValidationError, PathError, *STUMBLES) as error:
        return Status(State.UNKNOWN, _one_line(error))
    return Status(State.GOOD)


def _undecided(over: object, failures: Any, error: Exception) -> Status:
    reason = "; ".join(dict.fromkeys(_one_line(one[0]) for one in failures)) or _one_line(error)
    return Status(State.OVER if over is not None else State.UNKNOWN, reason)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
