"""Pages of what every system shares, one subject a file."""
