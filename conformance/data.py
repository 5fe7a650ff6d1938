"""Where the data folders lie, in a checkout and when installed.

The folders `schemas`, `fixtures`, `reports`, `load` and `docs/profile` are data: in a checkout they stand
beside the import packages; in a wheel they lie under `ecert_data` in site-packages.
"""

from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def data_root() -> Path:
    """Return the folder that holds the data folders.

    Raises `FileNotFoundError` when neither place has them, which means a broken installation.
    """
    for candidate in (_PACKAGE.parent, _PACKAGE.parent / "ecert_data"):
        if (candidate / "schemas" / "ecert").is_dir():
            return candidate
    raise FileNotFoundError(
        f"the data folders of ecert-conformance are missing beside {_PACKAGE}: install the package again"
    )


def data_path(*parts: str) -> Path:
    """Return the path of a data file or folder below the data root, for example `("schemas", "ecert")`."""
    return data_root().joinpath(*parts)
