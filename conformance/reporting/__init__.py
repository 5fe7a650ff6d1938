"""Pure functions from a record to something a person or a program reads."""
