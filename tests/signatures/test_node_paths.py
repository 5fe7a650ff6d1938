"""The reference node judges the same published paths by code of its own, and takes new anchors while it runs."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from path_vectors import LISTS, VECTORS

from reference_impl.config import ConfigError
from reference_impl.signing.anchors import AnchorFiles, Registered
from reference_impl.signing.asking import Authorities
from reference_impl.signing.path import PathCheck, UntrustedSigner, check_path

# Good paths the node refuses, or of which it does not know what the list says: all to the safe side.
LIMITS = {
    # OpenSSL takes no set of policies for "any", and its binding cannot tell it one.
    "policy-demanded", "policy-mapped", "policy-any", "policy-any-allowed",
    # A list of a later day is not valid yet to OpenSSL; the node judges documents when they come.
    "list-of-a-later-day", "list-revoked-after", "time-signed-then-revoked",
    # OpenSSL tries the one certificate of the list's signer that it finds first.
    "list-indirect-names-another", "list-two-authorities-keys",
}  # fmt: skip
NAMES = list(VECTORS)


class AtHand(Authorities):
    """Asks nobody: what there is lies at hand, whatever address it would be at."""

    def __init__(self, octets: list[bytes]) -> None:
        self.octets = octets

    def answers(self, _certificate: x509.Certificate, _issuer: x509.Certificate, _hosts: Sequence[str]) -> list[bytes]:
        return self.octets


def judged(name: str) -> tuple[str, ...]:
    """Return the node's remarks about a path. Raises `UntrustedSigner`."""
    one = VECTORS[name]
    path = PathCheck()
    path.authorities = AtHand(one.answers)
    lists = [x509.load_pem_x509_crl(octets) for octets in one.lists]
    revocation = "require" if one.revocation == "require" else "if-available"
    return path.check(one.signer, one.others, one.anchors, lists, "NZ", one.at, revocation)


@pytest.mark.parametrize("name", [name for name in NAMES if VECTORS[name].accepted and name not in LIMITS])
def test_a_good_path_is_accepted_and_never_in_silence(name: str) -> None:
    one = VECTORS[name]
    remarks = judged(name)
    known = one.revocation == "require" or one.signer in one.anchors
    assert bool(remarks) == (not known)


@pytest.mark.parametrize("name", [name for name in NAMES if not VECTORS[name].accepted])
def test_a_bad_path_is_refused(name: str) -> None:
    with pytest.raises(UntrustedSigner):
        judged(name)


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_what_openssl_cannot_do_is_refused(name: str) -> None:
    with pytest.raises(UntrustedSigner):
        judged(name)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def changed(path: Path, octets: bytes) -> None:
    """Write a file so that its time differs, however fast the test is."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_bytes(octets)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_roots_are_rolled_over_while_the_node_runs(tmp_path: Path) -> None:
    old, new = VECTORS["old-root-registered"], VECTORS["new-root-registered"]
    before, after = old.anchors[1], old.anchors[0]
    roots, lists = tmp_path / "roots.pem", tmp_path / "root.crl"
    changed(roots, pem(before))
    changed(lists, LISTS["root-list"])
    anchors = AnchorFiles({"NZ": Registered(roots, (lists,))})

    def accepted() -> tuple[bool, bool]:
        found = []
        for one in (old, new):
            try:
                check_path(one.signer, one.others, anchors["NZ"].certificates, anchors["NZ"].crls, "NZ", one.at)
                found.append(True)
            except UntrustedSigner:
                found.append(False)
        return found[0], found[1]

    assert accepted() == (True, False)
    changed(roots, pem(before, after))
    assert accepted() == (True, True)
    changed(roots, pem(after))
    assert accepted() == (False, True)
    changed(roots, b"half a fi")
    assert accepted() == (False, True)


def test_a_list_that_names_the_signer_counts_when_it_comes(tmp_path: Path) -> None:
    one = VECTORS["list-names-signer-alone"]
    roots, lists = tmp_path / "root.pem", tmp_path / "authority.crl"
    changed(roots, pem(*one.anchors))
    changed(lists, LISTS["middle-list"])
    anchors = AnchorFiles({"NZ": Registered(roots, (lists,))})
    check_path(one.signer, one.others, anchors["NZ"].certificates, anchors["NZ"].crls, "NZ", one.at)
    changed(lists, one.lists[0])
    with pytest.raises(UntrustedSigner, match="revoked"):
        check_path(one.signer, one.others, anchors["NZ"].certificates, anchors["NZ"].crls, "NZ", one.at)


def test_a_file_that_holds_no_anchor_stops_the_node_at_its_start(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(b"no certificate")
    with pytest.raises(ConfigError, match="no certificate"):
        AnchorFiles({"NZ": Registered(tmp_path / "root.pem")})
