"""Tables of the importing side beyond the inbox: calls still owed to a partner, and how far lists were read."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from reference_impl.store.tables import metadata

calls = Table(
    "import_calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("country", String, nullable=False),
    Column("number", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("receipt", String, nullable=False),
    Column("text", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt", String, nullable=False),
    Index("import_calls_due", "state", "next_attempt"),
)

windows = Table(
    "import_windows",
    metadata,
    Column("country", String, primary_key=True),
    Column("url", String, primary_key=True),
    Column("listed", String, nullable=False),
)
