"""What the node keeps: one SQLite database (WAL, synchronous=FULL), or another by its URL."""
