"""Cases of the verification page."""
