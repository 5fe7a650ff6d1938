"""The command line: a thin shell, one small module per command."""
