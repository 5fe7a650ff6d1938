"""The starter: a commented partner.toml and a throw-away test PKI for the judge."""

import os
from pathlib import Path

from conformance.partner.throwaway import make_test_pki

PKI_FOLDER = "judge-pki"
PARTNER_FILE = "partner.toml"


def write_starter(folder: Path) -> tuple[Path, ...]:
    """Write partner.toml and judge-pki/ into a folder, which is made when missing; return what was written.

    Raises `FileExistsError`, before anything is written, when either is there already. Keys have mode 0600.
    """
    partner_file, pki = folder / PARTNER_FILE, folder / PKI_FOLDER
    for present in (partner_file, pki):
        if present.exists() or present.is_symlink():
            raise FileExistsError(str(present))
    folder.mkdir(parents=True, exist_ok=True)
    pki.mkdir(mode=0o700)
    written = [_write(pki / name, content) for name, content in make_test_pki().items()]
    template = Path(__file__).with_name("starter.toml").read_bytes()
    return (_write(partner_file, template), *written)


def _write(path: Path, content: bytes) -> Path:
    mode = 0o600 if path.suffix in {".key", ".toml"} else 0o644
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(content)
    return path
