"""`ecert verify --fetch-revocation`: what is fetched, told and kept."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cryptography import x509

from conformance.checks.path import way_to_anchor
from conformance.checks.revocation import AtHand
from conformance.checks.signature import Examination
from conformance.model.words import Revocation
from conformance.ports.revocation import Fetched, fetch_revocation


def fetch_for(seen: Examination, anchors: Sequence[x509.Certificate], known: AtHand) -> tuple[list[Fetched], AtHand]:
    """Fetch what the signer's way names, and return it with all that is at hand now.

    Nothing is fetched for a signer whose way does not end at an anchor: nobody vouches for those addresses.
    """
    way = way_to_anchor(seen.signer, seen.certificates, anchors) if seen.signer is not None else []
    fetched = fetch_revocation(way) if way and way[-1] in anchors else []
    lists = [one.octets for one in fetched if one.kind == "crl" and not one.problem]
    answers = [one.octets for one in fetched if one.kind == "ocsp" and not one.problem]
    mode = known.mode or Revocation.IF_AVAILABLE
    return fetched, replace(known, lists=(*known.lists, *lists), answers=(*known.answers, *answers), mode=mode)


def told_of(one: Fetched) -> dict[str, str | int]:
    """Return what is written down of one address."""
    return {
        "kind": one.kind, "url": one.url, "octets": len(one.octets), "sha256": one.sha256 if one.octets else "",
        "problem": one.problem,
    }  # fmt: skip


def save_fetched(fetched: Sequence[Fetched], folder: Path) -> list[Path]:
    """Write what can be used into a folder, so that it can be given again by --crl and --ocsp; return the files."""
    kept = [one for one in fetched if one.octets and not one.problem]
    paths = [folder / f"fetched-{number}.{one.kind}" for number, one in enumerate(kept, 1)]
    for path, one in zip(paths, kept, strict=True):
        path.write_bytes(one.octets)
    return paths
