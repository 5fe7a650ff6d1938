"""The judged: a small complete e-cert node that does everything right and can be told to do one thing wrong."""
