"""The pages of meetings, one subject a file."""
