"""The words of ISO/IEC 9646 as this project uses them."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a case ended with (ISO/IEC 9646-1; `error` is a fault of the means of testing)."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    NOT_APPLICABLE = "not-applicable"


class Level(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    MUST_NOT = "MUST NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"

    @property
    def binding(self) -> bool:
        """True when a breach makes an implementation non-conformant."""
        return self in (Level.MUST, Level.MUST_NOT)


class Revocation(StrEnum):
    """How much must be known about the revocation of a signer's path (profile 2.33)."""

    REQUIRE = "require"
    IF_AVAILABLE = "if-available"
    NONE = "none"


class Role(StrEnum):
    """The part a partner's system plays in a case."""

    EXPORTER = "exporter"
    IMPORTER = "importer"


class Access(StrEnum):
    """The way by which the judge touches the partner; also the name of the folder a case lies in."""

    DOCUMENT = "document"
    PULL = "pull"
    PUSH = "push"
    VERIFICATION = "verification"
    TLS = "tls"
    LIFECYCLE = "lifecycle"
    INQUIRY = "inquiry"


class Layer(StrEnum):
    """The part of a document check a finding belongs to; `ecert check --layer` selects by it."""

    READING = "reading"
    SCHEMA = "schema"
    RULES = "rules"
    SIGNATURE = "signature"
