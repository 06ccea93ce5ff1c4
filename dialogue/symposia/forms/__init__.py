"""The forms of meetings, one subject a file."""
