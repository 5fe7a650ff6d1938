"""Signing documents and judging signatures (XML Signature 1.1, profile part 5)."""
