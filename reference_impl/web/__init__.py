"""The verification pages (profile part 4)."""
