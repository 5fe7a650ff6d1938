"""Inquiries of importing countries about certificates, and what is answered (profile part 9)."""
