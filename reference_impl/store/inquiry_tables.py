"""Tables of inquiries, what was said in them, and what was attached."""

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from reference_impl.store.tables import key, metadata, octets, row_id, text

inquiries = Table(
    "inquiries",
    metadata,
    key("id"),
    text("number", index=True),
    # Who asks; only this country and we ourselves see the thread.
    text("country", index=True),
    text("client_id"),
    text("reason"),
    text("contact"),
    text("answer_by"),
    text("state", index=True),
    # soap, mail or web: where it came from, and where the answer goes by itself.
    text("channel"),
    # The Message-ID it came with, for the answer's In-Reply-To.
    text("message_id", default=""),
    text("opened"),
    text("answered", default=""),
    text("answer", default=""),
    # What the department must look at first: a number we never gave out, or a suspected forgery.
    Column("alert", Integer, nullable=False, default=0),
    text("escalated", default=""),
    UniqueConstraint("country", "client_id"),
)

inquiry_entries = Table(
    "inquiry_entries",
    metadata,
    row_id(),
    text("inquiry"),
    text("at"),
    text("by"),
    text("channel"),
    text("client_id", default=""),
    text("state"),
    text("answer", default=""),
    text("replaced_by", default=""),
    text("until", default=""),
    text("text", default=""),
    Index("inquiry_entries_of", "inquiry", "id"),
)

inquiry_files = Table(
    "inquiry_files",
    metadata,
    row_id(),
    text("inquiry", index=True),
    Column("entry", Integer, nullable=False),
    text("name"),
    text("media_type"),
    octets("octets"),
)
