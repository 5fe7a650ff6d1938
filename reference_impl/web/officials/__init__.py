"""Pages of officials of partner countries."""
