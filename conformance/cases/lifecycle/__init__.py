"""States, replacement and withdrawal."""
