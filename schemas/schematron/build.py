"""Write the document rules that are XPath as ISO Schematron, one file for each profile.

Usage: python schemas/schematron/build.py [--check] [--release NAME]

In: the table of rules and the profiles (conformance/checks/rules), the namespaces of a release.
Out: PROFILE-17A.sch beside this file. `--check` writes nothing and exits 1 when a file on disk differs; `--release`
writes the files for another release as well, which are not kept here.

The query language is XSLT 1.0, so that any processor of ISO/IEC 19757-3 can run the files. The level of a rule stands
in `role`, the id in `id`. Rules that are functions (check digits, attachments, normal form ...) are not in the files;
each file names those it lacks.
"""

import re
import sys
import tomllib
from pathlib import Path

from lxml import etree
from lxml.builder import ElementMaker

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from conformance.checks.rules.profile import Profile, load_profile, profile_names  # noqa: E402
from conformance.checks.rules.rule import Expression  # noqa: E402
from conformance.data import data_path  # noqa: E402

RELEASE = "17A"
NAMESPACE = "http://purl.oclc.org/dsdl/schematron"
SCH = ElementMaker(namespace=NAMESPACE, nsmap={"sch": NAMESPACE})
_ACKNOWLEDGEMENT = re.compile(r"/rsm:SPSAcknowledgement/rsm:")


def namespaces(release: str) -> dict[str, str]:
    """Return the prefixes of the rules with their namespaces in a release; `ack` is that of acknowledgements."""
    known = tomllib.loads(data_path("schemas", "uncefact", "releases.toml").read_text(encoding="utf-8"))
    facts = known[release]
    return {
        "rsm": facts["certificate"], "ack": facts["acknowledgement"], "ram": facts["entity"],
        "udt": facts["unqualified_data_type"],
    }  # fmt: skip


def _pattern(rule: Expression) -> etree._Element:
    """Write one rule. A variable may not stand in a match pattern, so contexts have their lists written out."""
    context = " | ".join(_ACKNOWLEDGEMENT.sub("/ack:SPSAcknowledgement/ack:", rule.written(c)) for c in rule.contexts)
    said = SCH("assert", id=rule.id, role=rule.level.value, test=rule.test)
    said.text = f"{rule.message[0].upper()}{rule.message[1:]} ({rule.requirement}). Expected: {rule.expected}."
    if rule.actual:
        said.text += " Found: "
        said.append(SCH("value-of", select=rule.actual))
    return SCH("pattern", SCH("rule", said, context=context), id=f"pattern-{rule.id}")


def schema(profile: Profile, release: str) -> bytes:
    """Return the Schematron file of a profile for a release."""
    functions = ", ".join(sorted(rule for rule, level in profile.levels.items() if level is not None))
    lists = {name: codes for rule in profile.expressions for name, codes in rule.lists}
    root = SCH(
        "schema",
        SCH("title", f"Document rules for electronic SPS certificates: {profile.title}, release {release}"),
        *(SCH("ns", prefix=prefix, uri=uri) for prefix, uri in namespaces(release).items()),
        SCH("p", f"Rules of this profile that are not XPath and therefore not here: {functions}."),
        *(SCH("let", name=name, value=f"'{codes}'") for name, codes in sorted(lists.items())),
        *(_pattern(rule) for rule in profile.expressions),
        queryBinding="xslt",
    )
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def main(arguments: list[str]) -> int:
    """Write the files, or compare them; return the exit code."""
    release = arguments[arguments.index("--release") + 1] if "--release" in arguments else RELEASE
    stale = 0
    for name in profile_names():
        file, content = HERE / f"{name}-{release}.sch", schema(load_profile(name), release)
        if "--check" not in arguments:
            file.write_bytes(content)
        elif not file.is_file() or file.read_bytes() != content:
            sys.stderr.write(f"{file.name} is stale: run python schemas/schematron/build.py\n")
            stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
