"""Tables of accounts and sessions."""

from sqlalchemy import Column, Integer, String, Table

from reference_impl.store.tables import key, metadata, octets, row_id, text

accounts = Table(
    "accounts",
    metadata,
    row_id(),
    text("email", unique=True),
    text("name"),
    text("country"),
    text("authority"),
    text("role"),
    text("language", default=""),
    # invited, active or closed
    text("state"),
    # Argon2id, as its own encoding says; empty until the person has chosen a password.
    text("password", default=""),
    # The key of the second factor (RFC 6238), base32; empty until one is set up.
    text("second_factor", default=""),
    # The last time step a code was taken of, so that none is taken twice.
    Column("last_step", Integer, nullable=False, default=0),
    text("created"),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 of the token in the cookie: who reads the database cannot take a session over.
    key("token_digest"),
    text("csrf"),
    Column("account", Integer),
    text("began"),
    text("seen"),
    text("ends", index=True),
    # What a log-in has come to before it is whole: an account whose password was right and whose second factor is due.
    Column("pending", String),
)

applications = Table(
    "applications",
    metadata,
    row_id(),
    # What the applicant quotes; says nothing of how many there are.
    text("reference", unique=True),
    text("email", index=True),
    text("name"),
    text("country"),
    text("authority"),
    text("embassy"),
    text("language", default=""),
    text("letter_name"),
    text("letter_type"),
    octets("letter"),
    # received, approved or refused
    text("state", index=True),
    text("at"),
    text("decided_at", default=""),
    text("decided_by", default=""),
    text("reason", default=""),
)

invitations = Table(
    "invitations",
    metadata,
    key("token_digest"),
    Column("account", Integer, nullable=False),
    text("ends"),
)

passkeys = Table(
    "passkeys",
    metadata,
    # The credential's id as its authenticator gave it, base64url.
    key("id"),
    Column("account", Integer, nullable=False, index=True),
    # COSE_Key (RFC 9052).
    octets("public_key"),
    Column("uses", Integer, nullable=False, default=0),
    text("name"),
    text("added"),
    text("used", default=""),
)

challenges = Table(
    "challenges",
    metadata,
    # One for each session and purpose; whatever answers it uses it up.
    key("session"),
    key("purpose"),
    octets("challenge"),
    text("ends"),
)
