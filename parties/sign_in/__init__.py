"""Signing in: second factor, sessions, another provider, limits, and the record of all of it."""
