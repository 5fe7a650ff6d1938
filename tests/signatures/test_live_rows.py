"""Every published forgery of the enveloped form is tried on partners as well, or it is said why not."""

import json
from pathlib import Path
from typing import Any

from conformance.vectors.forgery import altering, covering, entities, keyinfo, paths, values
from conformance.vectors.forgery.material import Row

REPOSITORY = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = json.loads((REPOSITORY / "fixtures" / "signatures" / "manifest.json").read_text("utf-8"))
# The same under another name: live rows are made with the judge's own keys and anchor.
NAMED_OTHERWISE = {"authority-as-signer": "anchor-as-signer", "rsa-with-output-length": "output-length"}


def live() -> set[str]:
    tables = (
        value for module in (altering, covering, entities, keyinfo, paths, values) for value in vars(module).values()
    )
    return {row.name for table in tables if isinstance(table, tuple) for row in table if isinstance(row, Row)}


def test_what_is_not_tried_on_partners_is_told_with_the_reason() -> None:
    published = {
        one["id"] for one in MANIFEST["vectors"] if one["placement"] == "enveloped" and one["verdict"] == "refused"
    }
    told = (REPOSITORY / "docs" / "signatures.md").read_text("utf-8").partition("### Not tried on partners")[2]
    table = [line for line in told.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    named = {name.strip(" `") for line in table for name in line.split("|")[1].split(",")}
    rows = live()
    assert named == {name for name in published if NAMED_OTHERWISE.get(name, name) not in rows}
