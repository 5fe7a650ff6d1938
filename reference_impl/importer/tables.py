"""Tables of the importing side beyond the inbox: calls still owed to a partner, and how far lists were read."""

from sqlalchemy import Index, Table

from reference_impl.store.tables import count, key, metadata, octets, row_id, text

calls = Table(
    "import_calls",
    metadata,
    row_id(),
    text("country"),
    text("number"),
    text("digest"),
    text("receipt"),
    text("text"),
    octets("document"),
    text("state"),
    count("attempts"),
    text("next_attempt"),
    Index("import_calls_due", "state", "next_attempt"),
)

windows = Table(
    "import_windows",
    metadata,
    key("country"),
    key("url"),
    text("listed"),
)
