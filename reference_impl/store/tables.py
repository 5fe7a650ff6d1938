"""The tables. Moments are text as `clock.instant` writes them, so that text order is time order."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

metadata = MetaData()

certificates = Table(
    "certificates",
    metadata,
    Column("number", String, primary_key=True),
    Column("type_code", String, nullable=False),
    Column("status", String, nullable=False),
    Column("document_status", String, nullable=False),
    Column("changed", String, nullable=False),
    Column("import_country", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("digest", String, nullable=False),
    Column("code", String, nullable=False),
    Column("token", String, nullable=False, unique=True),
    Column("replaces", String),
    Column("replaced_by", String),
)

audience = Table(
    "audience",
    metadata,
    Column("country", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("changed", String, nullable=False),
    Index("audience_changed", "country", "changed", "number"),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("at", String, nullable=False),
    Column("reason", String, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", String, primary_key=True),
    Column("country", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("receipt", String),
    Column("text", String, nullable=False, default=""),
    Column("acknowledged", String),
    Column("attempts", Integer, nullable=False, default=0),
    Column("alarm", String, nullable=False, default=""),
)

clearances = Table(
    "clearances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False, index=True),
    Column("country", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("received", String, nullable=False),
)

nonces = Table(
    "nonces",
    metadata,
    Column("username", String, primary_key=True),
    Column("nonce", LargeBinary, primary_key=True),
    Column("expires", String, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("number", String, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("number", String, nullable=False, index=True),
    Column("country", String, nullable=False),
    Column("message_id", String, nullable=False, unique=True),
    Column("message", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt", String, nullable=False),
    Column("alarm", String, nullable=False, default=""),
)

inbox = Table(
    "inbox",
    metadata,
    Column("country", String, primary_key=True),
    Column("number", String, primary_key=True),
    # Always 0: there is one record of a number. Only a defect writes another.
    Column("copy", Integer, primary_key=True, default=0, autoincrement=False),
    Column("document", LargeBinary, nullable=False),
    Column("digest", String, nullable=False),
    Column("status", String, nullable=False),
    Column("status_changed", String, nullable=False),
    Column("clearance", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("received", String, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("country", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("changed", String, nullable=False),
    Column("replaced_by", String, nullable=False),
    Column("reason", String, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("country", String, nullable=False),
    Column("number", String, nullable=False, index=True),
    Column("digest", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("reason", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("received", String, nullable=False),
    UniqueConstraint("country", "number", "digest"),
)
