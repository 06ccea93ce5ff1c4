"""The evidence pack of a demand: what goes into it, and the work of making it."""
