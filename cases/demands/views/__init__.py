"""The pages of demands, one subject a file."""
