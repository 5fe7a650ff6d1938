"""The pull access, in both roles."""
