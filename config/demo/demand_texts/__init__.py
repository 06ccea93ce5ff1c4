"""The words of the demonstration demands, one file per group of categories."""
