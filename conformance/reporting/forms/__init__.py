"""The official forms as tables: box, what it takes, its title in several languages."""
