"""Frozen values that cross the borders between rooms; nothing here does anything."""
