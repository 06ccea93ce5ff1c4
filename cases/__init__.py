"""What was asked: the demand case and what serves it."""
