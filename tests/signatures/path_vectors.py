"""The published path vectors, read: what every test of paths starts from."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "fixtures" / "paths"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
CERTIFICATES = {name: x509.load_pem_x509_certificate(pem.encode()) for name, pem in MANIFEST["certificates"].items()}
LISTS: dict[str, bytes] = {name: pem.encode() for name, pem in MANIFEST["lists"].items()}
ANSWERS = {name: base64.b64decode(text) for name, text in MANIFEST["answers"].items()}


@dataclass(frozen=True)
class PathVector:
    """One row of the manifest, with what it names."""

    id: str
    area: str
    accepted: bool
    requirement: str
    marked: str
    at: datetime
    signer: x509.Certificate
    others: list[x509.Certificate]
    anchors: list[x509.Certificate]
    revocation: str
    lists: list[bytes]
    answers: list[bytes]


def _vector(row: dict[str, Any]) -> PathVector:
    return PathVector(
        row["id"], row["area"], row["verdict"] == "accepted", row.get("requirement", ""), row.get("marked", ""),
        datetime.fromisoformat(row["at"]), CERTIFICATES[row["signer"]], [CERTIFICATES[one] for one in row["others"]],
        [CERTIFICATES[one] for one in row["anchors"]], row["revocation"], [LISTS[one] for one in row["lists"]],
        [ANSWERS[one] for one in row["answers"]],
    )  # fmt: skip


VECTORS = {row["id"]: _vector(row) for row in MANIFEST["paths"]}
