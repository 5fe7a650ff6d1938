"""The anchors and revocation lists registered for each country, read anew when their files change.

So a partner's new root is added beside the old one, and a new list takes the place of the last, without a restart.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509

from reference_impl.config import ConfigError
from reference_impl.signing.credentials import load_certificates, load_crl
from reference_impl.signing.path import IF_AVAILABLE
from reference_impl.signing.verifier import Anchor

log = logging.getLogger(__name__)
_Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Registered:
    """PEM files of a country: one of anchors (several during a roll-over), one for each revocation list.

    `ask_at` are the hosts that may be asked about revocation.
    """

    anchors: Path
    crls: tuple[Path, ...] = ()
    revocation: str = IF_AVAILABLE
    ask_at: tuple[str, ...] = ()


class AnchorFiles(Mapping[str, Anchor]):
    """What signatures of each country are checked against. Raises `ConfigError` when a file cannot be used at first."""

    def __init__(self, registered: Mapping[str, Registered]) -> None:
        self._registered = dict(registered)
        self._read = {country: (_stamp(files), _load(files)) for country, files in self._registered.items()}
        self._agreed: dict[str, tuple[Sequence[x509.CertificateRevocationList], str]] = {}

    def agree(self, country: str, crls: Sequence[x509.CertificateRevocationList], revocation: str) -> None:
        """Use these lists for a country, and this much to be known, until told otherwise, whatever the files say.

        Without lists and with `if-available` the files count again. Raises `KeyError` for a country without an anchor.
        """
        if country not in self._registered:
            raise KeyError(country)
        if crls or revocation != IF_AVAILABLE:
            self._agreed[country] = (tuple(crls), revocation)
        else:
            self._agreed.pop(country, None)

    def __getitem__(self, country: str) -> Anchor:
        files = self._registered[country]
        stamp, anchor = self._read[country]
        try:
            present = _stamp(files)
            if present != stamp:
                anchor = _load(files)
                self._read[country] = (present, anchor)
        except (ConfigError, OSError) as error:
            # A file half written or gone: what was read last holds, and whoever runs the node learns of it.
            log.warning("the anchors of %s are those read before: %s", country, error)
        if country in self._agreed:
            crls, revocation = self._agreed[country]
            return replace(anchor, crls=crls, revocation=revocation)
        return anchor

    def __iter__(self) -> Iterator[str]:
        return iter(self._registered)

    def __len__(self) -> int:
        return len(self._registered)


def _stamp(files: Registered) -> _Stamp:
    return tuple((found.st_mtime_ns, found.st_size) for found in (one.stat() for one in (files.anchors, *files.crls)))


def _load(files: Registered) -> Anchor:
    crls = [load_crl(one) for one in files.crls]
    return Anchor(load_certificates(files.anchors), crls, files.revocation, files.ask_at)
