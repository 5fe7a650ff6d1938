"""Time stamps (RFC 3161) by `openssl ts`: the node's own small authority, and the judging of those of others."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from reference_impl.openssl import NoOpenssl, openssl

# Of the arc for examples of RFC 7299: nobody's policy.
POLICY = "1.3.6.1.5.5.7.13.1"
HASHES = frozenset(("sha256", "sha384", "sha512"))
_CONFIG = f"""\
[stamps]
serial = serial
default_policy = {POLICY}
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""
_SERIAL_OCTETS = 15


class BadStamp(Exception):
    """A time stamp that proves nothing, or one that cannot be made; the text says why."""


class TimeStamps:
    """A time-stamp authority. What it does may be replaced attribute by attribute."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Both are PEM files; read anew for each stamp, by the program that makes it."""
        self.certificate = certificate
        self.key = key

    def token(self, octets: bytes) -> bytes:
        """Return the DER of a token over the octets, of the present time. Raises `BadStamp`."""
        digest = _sha256(octets)
        query = tsp.TimeStampReq({
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "cert_req": True,
        }).dump()  # fmt: skip
        files = {
            "query": query,
            "serial": digest[:_SERIAL_OCTETS].hex().encode(),
            "signer": self.certificate.read_bytes(),
            "config": _CONFIG.encode(),
        }
        told = ["-reply", "-config", "@config", "-section", "stamps", "-queryfile", "@query", "-signer", "@signer"]
        ran = openssl("ts", [*told, "-inkey", str(self.key), "-token_out", "-out", "@out"], files)
        if not ran.good:
            raise BadStamp(f"no time stamp could be made: {' '.join(ran.said.split())[:200]}")
        return ran.output


def stamped_at(token: bytes, octets: bytes, anchors: Sequence[x509.Certificate], at: datetime) -> datetime:
    """Return the time a token says, judged at the time `at`. Raises `BadStamp` unless it is a good one over the octets.

    `anchors` are those under which time-stamp authorities must be.
    """
    try:
        content = cms.ContentInfo.load(token, strict=True)["content"]
        info = content["encap_content_info"]["content"].parsed
        time: datetime = info["gen_time"].native
        used = {info["message_imprint"]["hash_algorithm"]["algorithm"].native}
        used |= {one["digest_algorithm"]["algorithm"].native for one in content["signer_infos"]}
    except (ValueError, TypeError, KeyError) as error:
        raise BadStamp("the time stamp cannot be read") from error
    if not used <= HASHES:
        raise BadStamp(f"the time stamp is made with {', '.join(sorted(map(str, used - HASHES)))}, which is not agreed")
    for when in (at, time):
        _verify(token, octets, anchors, when)
    return time


def _verify(token: bytes, octets: bytes, anchors: Sequence[x509.Certificate], when: datetime) -> None:
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in anchors)
    told = ["-verify", "-token_in", "-in", "@token", "-data", "@octets", "-CAfile", "@anchors"]
    try:
        ran = openssl(
            "ts",
            [*told, "-partial_chain", "-attime", str(int(when.timestamp()))],
            {"token": token, "octets": octets, "anchors": pem},
        )
    except NoOpenssl as error:
        raise BadStamp(f"the time stamp cannot be judged: {error}") from error
    if not ran.good:
        raise BadStamp(f"the time stamp is not good: {' '.join(ran.said.split())[-200:]}")


def _sha256(octets: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(octets)
    return digest.finalize()
