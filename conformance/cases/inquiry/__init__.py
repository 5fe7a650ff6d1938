"""Cases about inquiries and measures (profile part 9)."""
