"""Pages of the competent department's staff."""
