"""Write fixtures/certificates: documents that must be refused beside the twin that must be accepted.

Usage: python -m conformance.vectors.twins [--check]

Every pair differs in the one point its mutation names. `--check` writes nothing and returns 1 when a file differs.
"""

import json
import sys
from hashlib import sha256

from conformance.data import data_path
from conformance.vectors.certificate import CertificateData, acknowledgement, certificate
from conformance.vectors.mutations import MUTATIONS
from conformance.vectors.rule_twins import RULE_TWINS, WHAT, RuleTwin, base

TWIN = "accepted.xml"
ACKNOWLEDGEMENT = "accepted-acknowledgement.xml"


def files() -> dict[str, bytes]:
    """Return the content of the folder by file name, the manifest last."""
    good = certificate(CertificateData())
    content = {TWIN: good, ACKNOWLEDGEMENT: acknowledgement(["NZ-2026-000001"])}
    entries: list[dict[str, str | list[str]]] = [
        {"file": TWIN, "verdict": "pass", "what": "a phytosanitary certificate, NZ to CN"},
        {"file": ACKNOWLEDGEMENT, "verdict": "pass", "what": "receipt of that certificate"},
    ]
    for mutation in MUTATIONS:
        if mutation.name == "too-many-lines":  # a megabyte of the same line is made when needed, not kept
            continue
        name = f"refused-{mutation.name}.xml"
        content[name] = mutation(good)
        entries.append({
            "file": name, "verdict": "fail", "twin": TWIN, "requirement": mutation.requirement,
            "layer": mutation.layer.value, "what": mutation.what,
        })  # fmt: skip
    for name, what in WHAT.items():
        if f"{name}.xml" not in content:
            content[f"{name}.xml"] = base(name)
            entries.append({"file": f"{name}.xml", "verdict": "pass", "what": what})
    for twin in RULE_TWINS:
        entry = _entry(twin)
        content[str(entry["file"])] = twin.bad
        entries.append(entry)
    for entry in entries:
        entry["sha256"] = sha256(content[str(entry["file"])]).hexdigest()
    return content | {
        "manifest.json": (json.dumps({"profile": "exchange", "documents": entries}, indent=2) + "\n").encode()
    }


def _entry(twin: RuleTwin) -> dict[str, str | list[str]]:
    """Return the manifest's entry for the bad twin of a rule; one that breaks advice only is still accepted."""
    refused = twin.level.binding
    entry: dict[str, str | list[str]] = {
        "file": f"{'refused' if refused else 'advised'}-{twin.name}.xml",
        "verdict": "fail" if refused and not twin.languages else "pass",
        "twin": f"{twin.twin}.xml", "requirement": twin.requirement, "rule": twin.rule, "level": twin.level.value,
        "layer": "rules", "what": twin.what, "why": twin.why,
    }  # fmt: skip
    if twin.languages:
        entry["languages"] = list(twin.languages)
        entry["with_languages"] = "fail"
    return entry


def main(arguments: list[str]) -> int:
    """Write the folder, or compare it; return the exit code."""
    folder = data_path("fixtures", "certificates")
    content = files()
    if "--check" in arguments:
        stale = [
            n for n, octets in content.items() if not (folder / n).is_file() or (folder / n).read_bytes() != octets
        ]
        for name in stale:
            sys.stderr.write(f"fixtures/certificates/{name} is stale: run python -m conformance.vectors.twins\n")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, octets in content.items():
        (folder / name).write_bytes(octets)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
