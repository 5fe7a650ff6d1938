"""Where the node's data folders lie, in a checkout and when installed.

`schemas` stands beside the packages in a checkout and under `ecert_data` in site-packages in an installation.
"""

from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def _root() -> Path:
    for candidate in (_PACKAGE.parent, _PACKAGE.parent / "ecert_data"):
        if (candidate / "schemas" / "ecert").is_dir():
            return candidate
    raise FileNotFoundError(f"the schemas are missing beside {_PACKAGE}: install ecert-conformance again")


def data_path(*parts: str) -> Path:
    """Return the path of a data file, for example `("schemas", "ecert", "exchange-1.xsd")`."""
    return _root().joinpath(*parts)
