"""Backup and restore of one installation: database, files and seals as they were at one moment, and the proof of it."""
