"""Which rules of a document profile a document breaks."""

from conformance.checks.rules.engine import broken_rules
from conformance.checks.rules.profile import load_profile
from conformance.checks.rules.rule import Setting
from conformance.checks.schema_sets import release_of
from conformance.parsing import parse


def broken_by(data: bytes, profile: str) -> frozenset[str]:
    """Return the ids of the rules, and of the advice, of a profile that a document breaks.

    Raises `Unreadable` for octets that are no document, `RuleError` when there is no such profile.
    """
    loaded = load_profile(profile)
    root = parse(data)
    return broken_rules(root, data, release_of(root), Setting(languages=loaded.languages), loaded)
