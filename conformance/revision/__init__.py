"""Revisions of a schema: what two sets accept, where they differ, and what that breaks."""
