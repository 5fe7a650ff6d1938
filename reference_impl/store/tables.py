"""The tables. Moments are text as `clock.instant` writes them, so that text order is time order."""

from sqlalchemy import DDL, Column, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint, event

metadata = MetaData()


def key(name: str) -> "Column[str]":
    """A text that is the table's key or a part of it."""
    return Column(name, String, primary_key=True)


def row_id() -> "Column[int]":
    """A number for each row, in the order of writing."""
    return Column("id", Integer, primary_key=True)


def text(name: str, *, default: str | None = None, index: bool = False, unique: bool = False) -> "Column[str]":
    """A text that is always there, perhaps empty."""
    return Column(name, String, nullable=False, default=default, index=index, unique=unique)


def octets(name: str) -> "Column[bytes]":
    """Octets that are always there."""
    return Column(name, LargeBinary, nullable=False)


def count(name: str) -> "Column[int]":
    """A number that begins at 0."""
    return Column(name, Integer, nullable=False, default=0)


certificates = Table(
    "certificates",
    metadata,
    key("number"),
    text("type_code"),
    text("status"),
    text("document_status"),
    text("changed"),
    text("import_country"),
    octets("document"),
    text("digest"),
    text("code"),
    text("token", unique=True),
    Column("replaces", String),
    Column("replaced_by", String),
    Column("signature", LargeBinary),
)

audience = Table(
    "audience",
    metadata,
    key("country"),
    key("number"),
    text("changed"),
    Index("audience_changed", "country", "changed", "number"),
)

history = Table(
    "history",
    metadata,
    row_id(),
    text("number", index=True),
    text("status"),
    text("at"),
    text("reason"),
)

deliveries = Table(
    "deliveries",
    metadata,
    key("number"),
    key("country"),
    text("state"),
    Column("receipt", String),
    text("text", default=""),
    Column("acknowledged", String),
    count("attempts"),
    text("alarm", default=""),
)

clearances = Table(
    "clearances",
    metadata,
    row_id(),
    text("number", index=True),
    text("country"),
    text("status"),
    text("reason"),
    text("digest"),
    octets("document"),
    text("received"),
)

# A country's own names for what it said by form, so that a form sent twice says it once.
clearance_marks = Table(
    "clearance_marks",
    metadata,
    row_id(),
    text("country"),
    text("mark"),
    UniqueConstraint("country", "mark"),
)

nonces = Table(
    "nonces",
    metadata,
    key("username"),
    Column("nonce", LargeBinary, primary_key=True),
    text("expires", index=True),
)

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    text("at"),
    text("who"),
    text("origin"),
    text("what"),
    text("number", index=True),
    text("detail"),
    text("digest"),
)
for _act in ("UPDATE", "DELETE"):
    event.listen(
        audit_trail,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER audit_trail_no_{_act.lower()} BEFORE {_act} ON audit_trail "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END"
        ).execute_if(dialect="sqlite"),
    )

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    text("kind"),
    text("number", index=True),
    text("country"),
    text("message_id", unique=True),
    octets("message"),
    text("state"),
    count("attempts"),
    text("next_attempt"),
    text("alarm", default=""),
)

inbox = Table(
    "inbox",
    metadata,
    key("country"),
    key("number"),
    # Always 0: there is one record of a number. Only a defect writes another.
    Column("copy", Integer, primary_key=True, default=0, autoincrement=False),
    octets("document"),
    text("digest"),
    Column("signature", LargeBinary),
    text("status"),
    text("status_changed"),
    text("clearance"),
    text("message_id"),
    text("channel"),
    text("received"),
)

notices = Table(
    "notices",
    metadata,
    key("country"),
    key("number"),
    text("status"),
    text("changed"),
    text("replaced_by"),
    text("reason"),
)

quarantine = Table(
    "quarantine",
    metadata,
    row_id(),
    text("country"),
    text("number", index=True),
    text("digest"),
    octets("document"),
    text("reason"),
    text("channel"),
    text("received"),
    UniqueConstraint("country", "number", "digest"),
)
